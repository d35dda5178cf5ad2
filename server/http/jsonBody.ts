import express, { type RequestHandler } from 'express';
import { errorOfStatus } from './clientFaults.ts';

/**
 * Reads a JSON body of at most `bytes`. One that announces more is refused at once: the parser would first read all
 * of it and throw it away.
 */
export function jsonBody(bytes: number): RequestHandler[] {
  return [
    (req, _res, next) => {
      if (Number(req.get('content-length') ?? 0) > bytes) throw errorOfStatus(413);
      next();
    },
    express.json({ limit: bytes }),
  ];
}
