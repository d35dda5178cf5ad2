import { promisify } from 'node:util';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { errorOfStatus } from './clientFaults.ts';
import { chainHandlers } from './chainHandlers.ts';

/**
 * Reads a JSON body of at most `bytes`. One that announces more is refused at once: the parser would first read all of it and
 * then discard it.
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

/** The same from within a handler, which has identified the caller first. */
export function jsonBodyReader(bytes: number): (req: Request, res: Response) => Promise<void> {
  const handlers = chainHandlers(jsonBody(bytes));
  return promisify((req: Request, res: Response, done: (error: unknown) => void) => {
    void handlers(req, res, done);
  });
}
