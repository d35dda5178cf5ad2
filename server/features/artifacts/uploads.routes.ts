import { setTimeout as sleep } from 'node:timers/promises';
import { Router, type Request, type Response } from 'express';
import { AppError } from '../../errors.ts';
import { contextOf } from '../../http/requestContext.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { followSession } from './followSession.ts';
import { createTusServer, handleTus, toUploadError, TusRequest } from './uploads/tusServer.ts';

/** Rest of a refused PATCH that is still read, so that the client gets the response instead of a broken connection. */
const DRAIN_BYTES = 32 * 1024 * 1024;
const DRAIN_MS = 5000;
const TUS_VERSION = '1.0.0';

async function drain(req: Request): Promise<void> {
  if (req.complete || req.destroyed || Number(req.get('content-length') ?? Infinity) > DRAIN_BYTES) return;
  // @tus/server's reader has stopped and would hold the rest back
  req.removeAllListeners('data');
  req.resume();
  const ended = new Promise((resolve) => req.once('end', resolve).once('close', resolve));
  await Promise.race([ended, sleep(DRAIN_MS, null, { ref: false })]);
}

/** @throws {AppError} PRECONDITION_FAILED for another version of the protocol (tus 1.0.0, "Tus-Resumable") */
function requireTus(req: Request, res: Response): void {
  if (req.method === 'GET' || req.method === 'OPTIONS' || req.get('tus-resumable') === TUS_VERSION) return;
  res.setHeader('Tus-Version', TUS_VERSION);
  throw new AppError('PRECONDITION_FAILED', 'Uploads need the header Tus-Resumable: 1.0.0.');
}

async function answer(req: Request, res: Response, web: globalThis.Response): Promise<void> {
  for (const [name, value] of web.headers) {
    // same origin only; the error handler decides what an error's body is
    const left = name.startsWith('access-control-') || (web.status >= 400 && name.startsWith('content-'));
    if (!left) res.setHeader(name, value);
  }
  res.setHeader('Cache-Control', 'no-store');
  if (!req.complete) {
    await drain(req);
    if (!req.complete) res.setHeader('Connection', 'close');
  }
}

/**
 * `/api/v1/uploads`: tus 1.0.0 with creation, termination and expiration. To be mounted before body parsers, after the middleware
 * that resolves the session. Errors go to the app's error handler, as JSON. A PATCH that sends nothing for a while is ended
 * (`http/bodyLimits.ts`); what arrived is kept.
 */
export function createUploadsRouter(deps: ArtifactDeps): Router {
  const tus = createTusServer(deps, '/api/v1/uploads');
  const router = Router();
  router.all(['/api/v1/uploads', '/api/v1/uploads/*rest'], async (req, res) => {
    const { session } = contextOf(req);
    if (!session) throw new AppError('SESSION_MISSING', 'Open the link in your course to go on.');
    requireTus(req, res);
    const request = new TusRequest(req, res, session);
    const unfollow = followSession(deps, session, () => req.destroy());
    const web = await handleTus(tus, request).finally(unfollow);
    await answer(req, res, web);
    if (web.status >= 400) {
      throw toUploadError(request.fault, request.fault === null ? web.status : undefined);
    }
    res.status(web.status).end(await web.text());
  });
  return router;
}
