import type { ErrorCode } from '../../../contract/errors.ts';
import { isTooMuch } from '../../../contract/richTextCheck.ts';
import type { TextFault } from '../../../contract/richTextCheck.ts';
import { ApiError, isTransient } from '../api/errors.ts';

/** What a failed save means for the words in it. */
export type SaveFailure =
  /** The same words may be accepted a little later. */
  | { readonly kind: 'again'; readonly afterSeconds: number | null }
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'conflict'; readonly details: unknown }
  /** The same words will never be accepted. `inHistory`: the server has put them there. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly inHistory: boolean };

/** Refusals in which the server has put the text into the history. */
const IN_HISTORY: readonly ErrorCode[] = ['PIECE_LOCKED', 'RUN_ARCHIVED', 'MODULE_LOCKED'];
const CONFLICTS: readonly ErrorCode[] = ['DRAFT_CONFLICT', 'STUDIO_CONFLICT'];
/** Statuses below 500 that are passing: a time-out on the way, "too early", "too many requests". */
const PASSING = [408, 425, 429];

/**
 * Classifies a failed save, for everything that saves automatically: by status if a proxy on the way responded, by code if the
 * server did. No response, 408, 425, 429 and 5xx are passing; 401 waits for a session; a conflict waits for a choice; every other
 * 4xx refuses these words.
 */
export function failureOf(error: unknown): SaveFailure {
  // a response in an unknown format: the save may have been accepted, so it is sent once more
  const isAnswered = error instanceof ApiError && error.status >= 400;
  if (!isAnswered || isTransient(error) || PASSING.includes(error.status)) {
    return { kind: 'again', afterSeconds: error instanceof ApiError ? error.retryAfterSeconds : null };
  }
  if (error.status === 401) return { kind: 'signedOut' };
  if (CONFLICTS.includes(error.code)) return { kind: 'conflict', details: error.details };
  const { code } = error;
  return { kind: 'refused', code, inHistory: IN_HISTORY.includes(code) };
}

/** What the server would respond to a text, known beforehand from the same check that it uses. */
export function refusalOf(fault: TextFault): SaveFailure {
  return {
    kind: 'refused',
    code: isTooMuch(fault) ? 'TEXT_TOO_LONG' : 'VALIDATION_FAILED',
    inHistory: false,
  };
}
