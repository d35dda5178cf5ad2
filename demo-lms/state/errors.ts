/** Something that this LMS refuses to do, in words for the one who asked. */
export class LmsError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'LmsError';
    this.status = status;
  }
}

/** Gives what was found, or says plainly that there is none. */
export function need<T>(found: T | null | undefined, what: string): T {
  if (found === null || found === undefined) throw new LmsError(404, `${what} is not here.`);
  return found;
}
