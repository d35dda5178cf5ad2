import { toAppError } from '../http/errorHandler.ts';
import { LaunchRefused } from './launchRefused.ts';

/** Anything thrown on the way to a page, as the refusal that the page tells of. */
export function toRefusal(error: unknown): LaunchRefused {
  if (error instanceof LaunchRefused) return error;
  const { code, cause, retryAfterSeconds } = toAppError(error);
  return new LaunchRefused(code, code, { cause: cause ?? error, retryAfterSeconds });
}
