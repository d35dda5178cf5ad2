import type { Request, Response } from 'express';
import type { Found, ReadParts } from '../combinedRead.ts';
import type { LiveSession, SessionIds } from './liveSession.ts';

/** Somebody whose session lives, and what was read together with it. */
export interface Caller<P extends ReadParts> {
  session: LiveSession;
  found: Found<P>;
}

/** Says who is calling, by the bearer of a request. */
export interface Callers {
  /**
   * The request's context has the session from then on.
   *
   * @param reads  what else the answer is made of: it goes to the database in the same command as the session
   * @returns null for a request without a bearer: nothing was read then
   * @throws {AppError} SESSION_OVER for a bearer that is not live (any more), RATE_LIMITED; what was read goes nowhere then
   */
  identify<P extends ReadParts>(
    req: Request,
    res: Response,
    reads: (who: SessionIds) => P,
  ): Promise<Caller<P> | null>;
}

/** Where nothing is read but the session. */
export const noReads = (): ReadParts => ({});
