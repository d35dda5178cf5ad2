import { STATUS_BY_CODE, type ErrorCode, type FieldFault } from '../contract/errors.ts';

interface AppErrorOptions {
  cause?: unknown;
  fields?: FieldFault[];
  /** Sent to the client with the code; contains nothing that its reader may not see. */
  details?: unknown;
  /** Sent as `Retry-After`. */
  retryAfterSeconds?: number;
}

/**
 * The only error that the server throws on purpose. `message` can be shown to a person and says what to do; `cause` goes only to
 * the log, under the request's correlation id.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: FieldFault[] | undefined;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.fields = options.fields;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return STATUS_BY_CODE[this.code];
  }
}

/** Error of a look-up by id, whether the thing does not exist or belongs to another institution: the two must look the same. */
export function notFound(what: string): AppError {
  return new AppError('NOT_FOUND', `${what} is not here. It may have been removed, or the address is wrong.`);
}

/** True for MongoDB's duplicate key error, optionally only for the index with that name. */
export function isDuplicateKey(error: unknown, indexName?: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 11000) return false;
  return indexName === undefined || error.message.includes(indexName);
}

/** True when the database ended an operation at its `maxTimeMS`. */
export function isOutOfTime(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 50;
}
