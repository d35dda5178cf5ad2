import { OWN_NOTES } from '../../contract/grades.ts';
import type { Deps } from '../deps.ts';
import { OutboundError, type Outbound, type OutboundResponse } from './outbound.ts';
import { quirksOf } from './quirks.ts';
import type { Refusal } from './quirks/interface.ts';
import { isSuccess } from './received.ts';
import { lmsMessageOf, retryAfterMsOf, type Outcome, type ServiceFault } from './serviceFault.ts';
import { TokenError, type AccessToken, type AccessTokens, type ServicePlatform } from './token.ts';
import { parseUrl } from '../url.ts';

export interface ServiceDeps extends Pick<Deps, 'clock'> {
  tokens: Pick<AccessTokens, 'get' | 'replace'>;
  outbound: Pick<Outbound, 'request'>;
}

export interface ServiceRequest {
  service: Refusal['service'];
  method: 'GET' | 'POST';
  url: string;
  /** Requested in the token. */
  scopes: readonly string[];
  /** The one without which the call cannot work. */
  needs: string;
  /** Moodle accepts exactly one media type, the right one. */
  accept: string;
  body?: { type: string; text: string };
  /** Longest response; 1 MiB by default. */
  maxBytes?: number;
  /** Values that must not appear in a stored message: the person's id. */
  secrets?: readonly string[];
}

const SILENT: ServiceFault = {
  status: null,
  reason: 'lms_silent',
  retryable: true,
  nothingDone: false,
  unusable: false,
  noToken: false,
  retryAfterMs: null,
  slowDown: false,
  lmsMessage: null,
};

/** There was no response. What our own guard refused was never sent, and will be refused again. */
function silenceOf(error: OutboundError): ServiceFault {
  if (error.fault === 'address_refused') {
    return { ...SILENT, reason: 'refused', retryable: false, nothingDone: true };
  }
  return error.fault === 'too_large' ? { ...SILENT, unusable: true } : SILENT;
}

function faultOf(
  platform: ServicePlatform,
  request: ServiceRequest,
  answer: { response: OutboundResponse; token: AccessToken; nowMs: number },
): ServiceFault {
  const { response, token, nowMs } = answer;
  const lmsMessage = lmsMessageOf(response, request.secrets);
  const verdict = quirksOf(platform.family).judge({
    service: request.service,
    status: response.status,
    message: lmsMessage ?? '',
    header: (name) => response.headers.get(name),
    scopeGranted: token.granted === null || token.granted.has(request.needs),
  });
  return {
    status: response.status,
    reason: verdict.reason,
    retryable: verdict.retryable,
    nothingDone: verdict.nothingDone ?? response.status < 500,
    unusable: false,
    noToken: false,
    retryAfterMs: retryAfterMsOf(response.headers.get('retry-after'), nowMs),
    slowDown: verdict.slowDown ?? false,
    lmsMessage,
  };
}

/** After a new token was refused for reading, how long none is requested only for reading. */
const NO_NEW_TOKEN_MS = 10 * 60_000;

/** Tokens that were refused for reading although they were new, each with the time. They are removed with the token. */
const refusedForReading = new WeakMap<AccessToken, number>();

/**
 * True if another token may help after a 401. A platform that responds this way to everything we read would cost a token each
 * time; a write always gets its second try, and that token may read as well.
 */
function mayRetryWithNewToken(deps: ServiceDeps, { method }: ServiceRequest, token: AccessToken): boolean {
  const refusedAt = method === 'GET' ? refusedForReading.get(token) : undefined;
  return refusedAt === undefined || deps.clock.now().getTime() - refusedAt > NO_NEW_TOKEN_MS;
}

/** A platform that issues no token for everything that launches offered may issue one for what this call needs. */
async function tokenFor(
  { tokens }: ServiceDeps,
  platform: ServicePlatform,
  { scopes, needs }: ServiceRequest,
): Promise<{ token: AccessToken; granted: readonly string[] }> {
  try {
    return { token: await tokens.get(platform, scopes), granted: scopes };
  } catch (error) {
    const isTooMuch = error instanceof TokenError && error.fault.reason === 'scope_missing';
    if (!isTooMuch || scopes.length < 2) throw error;
    return { token: await tokens.get(platform, [needs]), granted: [needs] };
  }
}

async function exchange(
  deps: ServiceDeps,
  platform: ServicePlatform,
  request: ServiceRequest,
): Promise<{ response: OutboundResponse; token: AccessToken }> {
  const send = (token: AccessToken): Promise<OutboundResponse> =>
    deps.outbound.request({
      method: request.method,
      url: request.url,
      headers: {
        accept: request.accept,
        authorization: `Bearer ${token.value}`,
        ...(request.body ? { 'content-type': request.body.type } : {}),
      },
      ...(request.body ? { body: request.body.text } : {}),
      ...(request.maxBytes ? { maxBytes: request.maxBytes } : {}),
    });
  const { token, granted } = await tokenFor(deps, platform, request);
  const response = await send(token);
  if (response.status !== 401 || !mayRetryWithNewToken(deps, request, token)) return { response, token };
  const fresh = await deps.tokens.replace(platform, granted, token);
  const second = await send(fresh);
  if (request.method === 'GET' && second.status === 401)
    refusedForReading.set(fresh, deps.clock.now().getTime());
  return { response: second, token: fresh };
}

/**
 * Calls a service of an LMS with an access token: once more with a new token after a 401, never more than that, and not for reads
 * of a platform that has just refused a new one. Errors are values here, since each is a state that somebody will see.
 */
export async function callService(
  deps: ServiceDeps,
  platform: ServicePlatform,
  request: ServiceRequest,
): Promise<Outcome<OutboundResponse>> {
  const startedAt = performance.now();
  try {
    const { response, token } = await exchange(deps, platform, request);
    const milliseconds = performance.now() - startedAt;
    const { status } = response;
    if (!isSuccess(status)) {
      const fault = faultOf(platform, request, { response, token, nowMs: deps.clock.now().getTime() });
      return { ok: false, milliseconds, fault };
    }
    const pauseMs = quirksOf(platform.family).pauseMs((name) => response.headers.get(name));
    return { ok: true, value: response, status, milliseconds, pauseMs };
  } catch (error) {
    const milliseconds = performance.now() - startedAt;
    if (error instanceof TokenError) return { ok: false, milliseconds, fault: error.fault };
    if (error instanceof OutboundError) return { ok: false, milliseconds, fault: silenceOf(error) };
    throw error;
  }
}

/** A success whose body is not what the service promises: an error page behind a proxy, a login page. */
export function unreadable<T>(answer: { status: number; milliseconds: number }): Outcome<T> {
  return unusable(answer, OWN_NOTES.unreadable);
}

/** A success without content. @param lmsMessage  why, as a sentence */
export function unusable<T>(
  answer: { status: number; milliseconds: number },
  lmsMessage: string,
): Outcome<T> {
  const fault = { ...SILENT, status: answer.status, unusable: true, lmsMessage };
  return { ok: false, milliseconds: answer.milliseconds, fault };
}

/** URL of the next page in a `Link` header, or null. It may lead anywhere: compare its origin before sending it a token. */
export function nextPageOf(link: string | null, from: string): string | null {
  for (const [, target, parameters] of (link ?? '').matchAll(/<([^>]*)>([^<]*)/gu)) {
    const next = /;\s*rel="?[^";]*\bnext\b/iu.test(parameters ?? '') ? parseUrl(target ?? '', from) : null;
    if (next) return next.href;
  }
  return null;
}
