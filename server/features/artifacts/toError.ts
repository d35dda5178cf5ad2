import { types } from 'node:util';

/** What was thrown, as an Error to be thrown again later. `instanceof` would miss errors of node's own in a vm context. */
export function toError(thrown: unknown): Error {
  return types.isNativeError(thrown)
    ? thrown
    : new Error('something else than an error was thrown', { cause: thrown });
}
