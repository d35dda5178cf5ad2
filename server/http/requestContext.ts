import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import type { LiveSession } from './liveSession.ts';

/** What belongs to one request and must not travel in its body: kept beside the request, not on `res.locals`. */
export interface RequestContext {
  correlationId: string;
  log: Logger;
  session: LiveSession | null;
  /** Template of the endpoint that answers: `/api/v1/attempts/:id`; null elsewhere. */
  route: string | null;
}

const contexts = new WeakMap<Request, RequestContext>();

/** The context of a request; exists from the first middleware on. */
export function contextOf(req: Request): RequestContext {
  const context = contexts.get(req);
  if (!context) throw new Error('the request has no context: requestContext() must be mounted first');
  return context;
}

/** Gives each request a correlation id (sent back as `X-Correlation-Id`) and a logger that carries it. */
export function requestContext(log: Logger) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const correlationId = randomUUID();
    contexts.set(req, { correlationId, log: log.child({ correlationId }), session: null, route: null });
    res.setHeader('X-Correlation-Id', correlationId);
    next();
  };
}
