import { types } from 'node:util';

/** Whatever was thrown, as an Error to be thrown again later. `instanceof` would miss node's own errors in a vm context. */
export function toError(thrown: unknown): Error {
  return types.isNativeError(thrown)
    ? thrown
    : new Error('something else than an error was thrown', { cause: thrown });
}
