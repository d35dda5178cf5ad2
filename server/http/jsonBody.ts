import express, { type RequestHandler } from 'express';
import { AppError } from '../errors.ts';

/**
 * Reads a JSON body of at most `bytes`. One that announces more is refused at once: the parser would first read all
 * of it and throw it away.
 */
export function jsonBody(bytes: number): RequestHandler[] {
  return [
    (req, _res, next) => {
      if (Number(req.get('content-length') ?? 0) > bytes) {
        throw new AppError(
          'BODY_TOO_LARGE',
          'That is more than can be sent at once. Add large things as files.',
        );
      }
      next();
    },
    express.json({ limit: bytes }),
  ];
}
