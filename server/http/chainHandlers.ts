import type { RequestHandler } from 'express';

/**
 * Combines handlers that only inspect a request and pass it on: each layer of a router costs more per request than such a handler
 * does. They run in order; what one throws, or passes to `next`, ends the chain as usual.
 */
export function chainHandlers(handlers: readonly RequestHandler[]): RequestHandler {
  return (req, res, next) => {
    let at = 0;
    const step = (error?: unknown): void => {
      const handler = error === undefined ? handlers[at++] : undefined;
      if (handler) void handler(req, res, step);
      else next(error);
    };
    step();
  };
}
