import type { Request, Response } from 'express';
import type { Found, ReadParts } from '../combinedRead.ts';
import type { LiveSession, SessionIds } from './liveSession.ts';

/** Somebody with a live session, and what was read together with it. */
export interface Caller<P extends ReadParts> {
  session: LiveSession;
  found: Found<P>;
}

/** Identifies the caller by the bearer of a request. */
export interface Callers {
  /**
   * From then on the request's context has the session.
   *
   * @param reads  what else the response is built from: it is sent to the database in the same command as the session
   * @returns null for a request without a bearer: nothing was read
   * @throws {AppError} SESSION_OVER for a bearer that is not alive (any more), RATE_LIMITED; what was read is then discarded
   */
  identify<P extends ReadParts>(
    req: Request,
    res: Response,
    reads: (who: SessionIds) => P,
  ): Promise<Caller<P> | null>;
}

/** If nothing is read but the session. */
export const noReads = (): ReadParts => ({});
