import { toAppError } from '../http/errorHandler.ts';
import { LaunchRefused } from './launchRefused.ts';
import { isRefusalReason } from './refusalReasons.ts';

/** Anything thrown on the way to a page, as the refusal that the page tells of. What no reason is named after is a fault of ours. */
export function toRefusal(error: unknown): LaunchRefused {
  if (error instanceof LaunchRefused) return error;
  const { code, cause, retryAfterSeconds } = toAppError(error);
  return new LaunchRefused(isRefusalReason(code) ? code : 'INTERNAL', {
    cause: cause ?? error,
    retryAfterSeconds,
  });
}
