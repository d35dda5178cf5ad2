import type { RequestHandler } from 'express';

/**
 * Handlers that only look at a request and hand it on, as one: each layer of a router costs a request more than such a handler
 * does. They run in their order; what one throws, or gives to `next`, ends the request's way as it would by itself.
 */
export function inOneStep(handlers: readonly RequestHandler[]): RequestHandler {
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
