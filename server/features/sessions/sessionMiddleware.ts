import type { RequestHandler } from 'express';
import type { Hat } from '../../../contract/common.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { contextOf } from '../../http/requestContext.ts';
import { findSessionByBearer, type SessionDoc } from './sessions.service.ts';

export interface SessionMiddlewareDeps extends Pick<Deps, 'clock'> {
  /** Hats by own assignment: of the feature that keeps them. */
  findHats(institutionId: string, personId: string, contextId: string | null): Promise<Hat[]>;
}

/** Launch roles and own assignments together. A practice person gets no rights beyond the launch. */
async function hatsOf(deps: SessionMiddlewareDeps, doc: SessionDoc): Promise<ReadonlySet<Hat>> {
  if (doc.practice) return new Set(doc.launchHats);
  const own = await deps.findHats(doc.institutionId, doc.personId, doc.contextId);
  return new Set([...doc.launchHats, ...own]);
}

export function toLiveSession(doc: SessionDoc, hats: ReadonlySet<Hat>): LiveSession {
  const { _id, institutionId, personId, platformId, deploymentId, contextId, placementId } = doc;
  const { isCourseInstructor, practice, family, locale, reviewOfPersonId, expiresAt } = doc;
  return {
    id: _id,
    ...{ institutionId, personId, platformId, deploymentId, contextId, placementId },
    hats,
    ...{ isCourseInstructor, practice, family, locale, reviewOfPersonId, expiresAt },
  };
}

/**
 * Resolves `Authorization: Bearer` into the request's session. Without the header a request goes on as nobody; with a
 * bearer that is not live any more it ends here.
 *
 * @throws {AppError} SESSION_OVER
 */
export function sessionMiddleware(deps: SessionMiddlewareDeps): RequestHandler {
  return async (req, _res, next) => {
    const bearer = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
    if (bearer === undefined) return next();
    const doc = await findSessionByBearer(deps, bearer);
    if (!doc)
      throw new AppError('SESSION_OVER', 'You were away for a while. Open the link in your course to go on.');
    contextOf(req).session = toLiveSession(doc, await hatsOf(deps, doc));
    next();
  };
}
