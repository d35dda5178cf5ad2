import type { ErrorRequestHandler, Response } from 'express';
import mongoose from 'mongoose';
import type { ErrorBody } from '../../contract/errors.ts';
import { isDatabaseAway } from '../db.ts';
import { AppError } from '../errors.ts';
import { toClientFault } from './clientFaults.ts';
import { contextOf } from './requestContext.ts';

/** How soon it is worth trying again. */
const AWAY_RETRY_SECONDS = 5;

/** The database cannot be reached, or has had no primary for longer than an election takes. */
export function databaseAway(cause?: unknown): AppError {
  const message = "Waymark's database is not answering just now. Please try again in a moment.";
  return new AppError('DATABASE_AWAY', message, { cause, retryAfterSeconds: AWAY_RETRY_SECONDS });
}

/**
 * Turns anything thrown into the one error that may leave the server; anything that is not ours becomes INTERNAL without details.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const clientFault = toClientFault(error);
  if (clientFault) return clientFault;
  if (error instanceof mongoose.Error.VersionError) {
    return new AppError(
      'UNAVAILABLE',
      'Two changes were made at the same moment. Nothing is lost; please try once more.',
      {
        cause: error,
      },
    );
  }
  if (isDatabaseAway(error)) return databaseAway(error);
  return new AppError(
    'INTERNAL',
    'Something broke on our side. Your work is not affected; please try again.',
    { cause: error },
  );
}

/** The wire form of an error: code, message, correlation id; no cause, no stack. */
function toErrorBody(error: AppError, correlationId: string): ErrorBody {
  return {
    code: error.code,
    message: error.message,
    correlationId,
    ...(error.fields ? { fields: error.fields } : {}),
    ...(error.details === undefined ? {} : { details: error.details }),
  };
}

/** Sets what both renderers (JSON and pages) have in common, and logs: 5xx as errors with their cause, others as info. */
export function prepareError(
  error: unknown,
  req: Parameters<ErrorRequestHandler>[1],
  res: Response,
): AppError {
  const known = toAppError(error);
  const { log } = contextOf(req);
  const facts = {
    code: known.code,
    status: known.status,
    err: known.cause ?? (known.status >= 500 ? known : undefined),
  };
  if (known.status >= 500) log.error(facts, known.message);
  else log.info(facts, known.message);
  res.status(known.status);
  res.setHeader('Cache-Control', 'no-store');
  // a body that is too large is not read to its end
  if (known.code === 'BODY_TOO_LARGE' && !req.complete) res.setHeader('Connection', 'close');
  if (known.retryAfterSeconds !== undefined)
    res.setHeader('Retry-After', String(Math.ceil(known.retryAfterSeconds)));
  return known;
}

/** The only place that responds to an API request with an error. */
export const jsonErrorHandler: ErrorRequestHandler = (error: unknown, req, res, next) => {
  // the response was sent, and whatever was aborted since does not matter to anybody
  if (res.writableEnded) return;
  if (res.headersSent) {
    next(error);
    return;
  }
  const known = prepareError(error, req, res);
  res.json(toErrorBody(known, contextOf(req).correlationId));
};
