/** What was thrown, as an Error to be thrown again later. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error('something else than an error was thrown', { cause: thrown });
}
