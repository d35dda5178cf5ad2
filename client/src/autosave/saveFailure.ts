import type { ErrorCode } from '../../../contract/errors.ts';
import { isTooMuch } from '../../../contract/richTextCheck.ts';
import type { TextFault } from '../../../contract/richTextCheck.ts';
import { ApiError, isPassing } from '../api/errors.ts';

/** What a save that was not taken means for the words in it. */
export type SaveFailure =
  /** The same may be taken a little later. */
  | { readonly kind: 'again'; readonly afterSeconds: number | null }
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'conflict'; readonly details: unknown }
  /** The same is never taken. `inHistory`: the server has put it there. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly inHistory: boolean };

/** Refusals in which the server has put the text into the history. */
const IN_HISTORY: readonly ErrorCode[] = ['PIECE_LOCKED', 'RUN_ARCHIVED', 'MODULE_LOCKED'];
/** Statuses below 500 that pass: a time-out on the way, "too early", "too many". */
const PASSING = [408, 425, 429];

/**
 * What became of a save that failed, for everything that saves by itself: by status where a proxy on the way answered, by
 * code where the server did. No answer, 408, 425, 429 and 5xx pass; 401 waits for a session; a conflict waits for a choice;
 * every other 4xx is a no to these words.
 */
export function failureOf(error: unknown): SaveFailure {
  // an answer in a form that we don't know: it may have been taken, and is asked for once more
  const isAnswered = error instanceof ApiError && error.status >= 400;
  if (!isAnswered || isPassing(error) || PASSING.includes(error.status)) {
    return { kind: 'again', afterSeconds: error instanceof ApiError ? error.retryAfterSeconds : null };
  }
  if (error.status === 401) return { kind: 'signedOut' };
  if (error.code === 'DRAFT_CONFLICT') return { kind: 'conflict', details: error.details };
  const { code } = error;
  return { kind: 'refused', code, inHistory: IN_HISTORY.includes(code) };
}

/** What the server would say to a text, known beforehand by the check that it asks too. */
export function refusalOf(fault: TextFault): SaveFailure {
  return {
    kind: 'refused',
    code: isTooMuch(fault) ? 'TEXT_TOO_LONG' : 'VALIDATION_FAILED',
    inHistory: false,
  };
}
