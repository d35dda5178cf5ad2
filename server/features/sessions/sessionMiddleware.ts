import type { RequestHandler } from 'express';
import { AppError } from '../../errors.ts';
import { contextOf } from '../../http/requestContext.ts';
import { findSessionByBearer } from './liveSessions.service.ts';
import type { LookUpDeps } from './tokenLookUp.ts';

/**
 * Resolves `Authorization: Bearer` into the request's session. Without the header a request goes on as nobody; with a
 * bearer that is not live any more it ends here.
 *
 * @throws {AppError} SESSION_OVER
 */
export function sessionMiddleware(deps: LookUpDeps): RequestHandler {
  return async (req, _res, next) => {
    const bearer = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
    if (bearer === undefined) return next();
    const session = await findSessionByBearer(deps, bearer);
    if (!session)
      throw new AppError('SESSION_OVER', 'You were away for a while. Open the link in your course to go on.');
    contextOf(req).session = session;
    next();
  };
}
