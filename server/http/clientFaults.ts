import { AppError } from '../errors.ts';
import type { ErrorCode } from '../../contract/errors.ts';

const TOO_LARGE = [
  'BODY_TOO_LARGE',
  'That is more than can be sent at once. Add large things as files.',
] as const;

/** What body-parser and Express throw for a request that cannot be read, by their `type`. */
const BODY_FAULTS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  'entity.parse.failed': ['MALFORMED_BODY', 'The request could not be read: it is not valid JSON.'],
  'entity.too.large': TOO_LARGE,
  'parameters.too.many': ['BODY_TOO_LARGE', 'The request has too many fields.'],
  'encoding.unsupported': ['MEDIA_TYPE_REFUSED', 'The encoding of the request is not supported.'],
  'charset.unsupported': ['MEDIA_TYPE_REFUSED', 'The character set of the request is not supported.'],
  'request.aborted': ['MALFORMED_BODY', 'The request ended before all of it had arrived.'],
  'request.size.invalid': ['MALFORMED_BODY', 'The request ended before all of it had arrived.'],
};

/** Statuses that packages use for a client's fault, with our messages. */
const STATUSES: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  403: ['FORBIDDEN', 'This can’t be opened.'],
  404: ['NOT_FOUND', 'There is nothing at this address.'],
  408: ['REQUEST_TIMEOUT', 'The request took too long to arrive.'],
  412: ['PRECONDITION_FAILED', 'The request asks for a condition that does not hold here.'],
  413: TOO_LARGE,
  415: ['MEDIA_TYPE_REFUSED', 'The request has a form that is not supported here.'],
  416: ['RANGE_REFUSED', 'The file has no such part.'],
};
const ELSE = ['MALFORMED_BODY', 'The request could not be read: it is not well formed.'] as const;

/** The error for a status of 400 to 499: the same status if it is one of ours, otherwise 400. */
export function errorOfStatus(status: number, cause?: unknown): AppError {
  const [code, message] = STATUSES[status] ?? ELSE;
  return new AppError(code, message, { cause });
}

/**
 * What a package reports about a request: the sender is at fault, and is told so. Null for anything else. Only errors that are
 * meant for the client count (`expose`, as in http-errors): a status alone may come from somebody else's response.
 */
export function toClientFault(error: unknown): AppError | null {
  if (error instanceof URIError) {
    return new AppError('VALIDATION_FAILED', 'The address of the request is not well formed.', {
      cause: error,
    });
  }
  if (!(error instanceof Error)) return null;
  const known = 'type' in error && typeof error.type === 'string' ? BODY_FAULTS[error.type] : undefined;
  if (known) return new AppError(...known);
  const status = 'status' in error ? error.status : undefined;
  const isMeant = 'expose' in error && error.expose === true;
  return isMeant && typeof status === 'number' && status >= 400 && status < 500
    ? errorOfStatus(status, error)
    : null;
}
