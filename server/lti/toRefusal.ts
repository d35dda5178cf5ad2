import { toAppError } from '../http/errorHandler.ts';
import { LaunchRefused } from './launchRefused.ts';
import { isRefusalReason } from './refusalReasons.ts';

/**
 * Converts anything thrown on the way to a page to the refusal that the page shows. An error without a reason of that name is our
 * bug.
 */
export function toRefusal(error: unknown): LaunchRefused {
  if (error instanceof LaunchRefused) return error;
  const { code, cause, retryAfterSeconds } = toAppError(error);
  return new LaunchRefused(isRefusalReason(code) ? code : 'INTERNAL', {
    cause: cause ?? error,
    retryAfterSeconds,
  });
}
