import type { DeliveryReason } from '../../contract/states.ts';
import type { OutboundResponse } from './outbound.ts';

/** Why a call to an LMS service failed, and what may be done about it. */
export interface ServiceFault {
  /** null if there was no response. */
  status: number | null;
  reason: DeliveryReason;
  /** True: the same call may succeed later, without anybody doing anything. */
  retryable: boolean;
  /** True: the LMS certainly did nothing. False: it may have stored what was sent, so look before sending again. */
  nothingDone: boolean;
  /** True: the response was a success, but without usable content (a page, a list without an end). */
  unusable: boolean;
  /** True: there was no access token, so the service was never called. */
  noToken: boolean;
  /** How long the LMS asked us to wait; null if it did not. */
  retryAfterMs: number | null;
  /** True: the LMS wants fewer calls altogether, not only this one again later. */
  slowDown: boolean;
  /** The LMS's message, in at most 300 characters and without personal values. */
  lmsMessage: string | null;
}

export type Outcome<T> =
  | {
      ok: true;
      value: T;
      status: number;
      milliseconds: number;
      /** How long to leave the platform alone after this call, by its rate headers. */
      pauseMs: number;
      /** Members of a list that could not be read and were omitted. */
      skipped?: number;
    }
  | { ok: false; fault: ServiceFault; milliseconds: number };

const MESSAGE_MAX = 300;
/**
 * How many characters of an LMS's message are examined: some patterns start again at each of them, and a response may have a
 * million.
 */
const LOOKED_AT_MAX = 2_000;
const PLAIN_PHRASES = new Set([
  '', 'ok', 'bad request', 'unauthorized', 'forbidden', 'not found', 'conflict', 'unprocessable entity',
  'unprocessable content', 'too many requests', 'internal server error', 'bad gateway', 'service unavailable',
  'gateway timeout',
]); // prettier-ignore

const EMPTY_PHRASE =
  /^(?:http\S*\s+)?(?:5\d\d\W*)?(?:an? )?(?:unknown |unexpected )?(?:(?:internal )?(?:server )?error(?: occurr?ed)?|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|not implemented)?\W*$/iu;

/** True for the phrase of a 5xx in whatever form: it says no more than the status does. */
function isEmptyPhrase(text: string): boolean {
  return EMPTY_PHRASE.test(text.trim());
}

function textIn(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth > 3) return null;
  if (Array.isArray(value)) return textIn(value[0], depth + 1);
  const members = value as Record<string, unknown>;
  for (const name of ['message', 'error_description', 'reason', 'errors', 'error', 'detail']) {
    const found = textIn(members[name], depth + 1);
    if (found) return found;
  }
  return null;
}

/** JSON of a response whatever its content type (Moodle labels tokens as HTML), or undefined. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** A short text that is neither JSON nor a page: Canvas uses one to say that its limit is reached. */
function plainTextOf(body: string): string | null {
  const isText = body.trim() !== '' && body.length < 1000 && !/[<{[]/u.test(body);
  return isText ? body : null;
}

/**
 * An LMS's message, safe to show to an admin. Moodle puts it in the status line and quotes our whole request there, Canvas in
 * `errors.message`, others in `error`. HTML pages contain no message.
 *
 * @param secrets  values that must not appear in it: the person's id in the LMS
 */
export function lmsMessageOf(
  answer: Pick<OutboundResponse, 'statusText' | 'body'>,
  secrets: readonly string[] = [],
): string | null {
  const phrase = PLAIN_PHRASES.has(answer.statusText.toLowerCase()) ? null : answer.statusText;
  const said = [textIn(jsonOf(answer.body)), plainTextOf(answer.body), phrase];
  const telling = said
    .map((text) => text && beginningOf(text))
    .map((text) => (text && !isEmptyPhrase(text) ? sanitise(text, secrets) : null));
  return telling.find((text) => text !== null) ?? null;
}

/** Cut between two words if possible: half of an id or an address would not be recognised as one. */
function beginningOf(text: string): string {
  if (text.length <= LOOKED_AT_MAX) return text;
  const end = text.slice(0, LOOKED_AT_MAX).search(/\s\S*$/u);
  return text.slice(0, end > 0 ? end : LOOKED_AT_MAX);
}

function sanitise(said: string, secrets: readonly string[]): string | null {
  let text = said.replace(/[{[].*$/su, '').replace(/<[^>]*>/gu, ' ');
  text = text.replace(/[^\s@]+@[^\s@]+/gu, '…').replace(/(https?:\/\/[^\s?#]+)[?#]\S*/gu, '$1');
  for (const secret of secrets) if (secret.length > 3) text = text.replaceAll(secret, '…');
  // short ids are small numbers (Moodle): only as a whole word
  for (const secret of secrets.filter((value) => /^\d{1,3}$/.test(value))) {
    text = text.replace(new RegExp(`(user \\D{0,5})${secret}\\b`, 'giu'), '$1…');
  }
  text = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return text === '' ? null : text.slice(0, MESSAGE_MAX);
}

const BUSY = [429, 502, 503, 504];

/**
 * The LMS's response, for an admin: its own message, otherwise that of the status: "busy (503)".
 *
 * @returns null if it did not respond at all
 */
export function answerOf({ status, lmsMessage }: Pick<ServiceFault, 'status' | 'lmsMessage'>): string | null {
  if (lmsMessage !== null || status === null) return lmsMessage;
  if (BUSY.includes(status)) return `busy (${status})`;
  return status >= 500 ? `a fault of its own (${status})` : `no (${status})`;
}

/** `Retry-After` in milliseconds: seconds or an HTTP date; at most 4 h, null if absent or unreadable. */
export function retryAfterMsOf(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : NaN;
  const ms = Number.isNaN(seconds) ? Date.parse(header) - nowMs : seconds * 1000;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), 4 * 3600_000);
}
