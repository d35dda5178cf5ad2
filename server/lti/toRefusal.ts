import { toAppError } from '../http/errorHandler.ts';
import pages from '../words/en/pages.json' with { type: 'json' };
import { LaunchRefused, type RefusalReason } from './launchRefused.ts';

const hasWords = (code: string): code is RefusalReason => Object.hasOwn(pages.reasons, code);

/** Anything thrown on the way to a page, as the refusal that the page tells of. */
export function toRefusal(error: unknown): LaunchRefused {
  if (error instanceof LaunchRefused) return error;
  const { code, cause, retryAfterSeconds } = toAppError(error);
  return new LaunchRefused(code, hasWords(code) ? code : 'INTERNAL', {
    cause: cause ?? error,
    retryAfterSeconds,
  });
}
