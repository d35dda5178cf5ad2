import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import type { LiveSession } from './liveSession.ts';

/** What belongs to one request and must not travel in its body: stored next to the request, not in `res.locals`. */
export interface RequestContext {
  readonly correlationId: string;
  /** Its log lines carry the correlation id. */
  readonly log: Logger;
  session: LiveSession | null;
  /** Template of the endpoint that responds: `/api/v1/attempts/:id`; otherwise null. */
  route: string | null;
}

/** Most requests log only their one line, so their own logger is created on demand. */
class Context implements RequestContext {
  readonly correlationId = randomUUID();
  session: LiveSession | null = null;
  route: string | null = null;
  readonly #root: Logger;
  #log: Logger | null = null;

  constructor(root: Logger) {
    this.#root = root;
  }

  get log(): Logger {
    return (this.#log ??= this.#root.child({ correlationId: this.correlationId }));
  }
}

const contexts = new WeakMap<Request, RequestContext>();

/** The context of a request; it exists from the first middleware on. */
export function contextOf(req: Request): RequestContext {
  const context = contexts.get(req);
  if (!context) throw new Error('the request has no context: requestContext() must be mounted first');
  return context;
}

/** Gives each request a correlation id (sent back as `X-Correlation-Id`) and a logger that carries it. */
export function requestContext(log: Logger) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const context = new Context(log);
    contexts.set(req, context);
    res.setHeader('X-Correlation-Id', context.correlationId);
    next();
  };
}
