import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { contextOf } from './requestContext.ts';

/** Paths without anything that may be secret or personal: no query and no launch key. */
function loggedPath(url: string): string {
  const path = url.split('?', 1)[0] ?? url;
  return path.replace(/^\/app\/[\w-]{20,}/, '/app/:key');
}

/** Logs one line per request once its response is sent: method, path, status, milliseconds, who. */
export function requestLog(log: Pick<Logger, 'info'>): RequestHandler {
  return (req, res, next) => {
    const began = performance.now();
    const { originalUrl, method } = req;
    res.once('close', () => {
      const { correlationId, session } = contextOf(req);
      const facts = {
        correlationId,
        method,
        path: loggedPath(originalUrl),
        status: res.statusCode,
        ms: Math.round(performance.now() - began),
        ...(res.writableFinished ? {} : { aborted: true }),
        ...(session ? { institutionId: session.institutionId, sessionId: session.id } : {}),
      };
      log.info(facts, 'request');
    });
    next();
  };
}
