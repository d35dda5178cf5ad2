import type { Request, RequestHandler, Response } from 'express';
import type { ReadParts } from '../../combinedRead.ts';
import { AppError } from '../../errors.ts';
import { noReads, type Caller, type Callers } from '../../http/callers.ts';
import type { SessionIds } from '../../http/liveSession.ts';
import { contextOf } from '../../http/requestContext.ts';
import type { RateLimits } from '../../lti/rateLimiter.ts';
import { hashSecret } from '../../lti/secrets.ts';
import { KnownBearers } from './knownBearers.ts';
import { findCallerByBearer } from './liveSessions.service.ts';
import type { LookUpDeps } from './tokenLookUp.ts';

interface SessionDeps extends LookUpDeps {
  /** By a bearer's SHA-256: the faults of one window do not affect another, not even of the same person. */
  rateLimits: RateLimits;
}

/** Faults in the request itself. Conflicts, waiting and expired sessions also happen to those who do everything right. */
const FAULTS: ReadonlySet<number> = new Set([400, 403, 404, 412, 413, 415, 416]);

/**
 * Resolves `Authorization: Bearer` into the request's session. A window whose requests are refused repeatedly must wait before it
 * is looked up again. Only live bearers are counted, so nobody without one can fill the counts.
 */
export class BearerCallers implements Callers {
  readonly #deps: SessionDeps & { knownBearers: KnownBearers };

  constructor(deps: SessionDeps) {
    this.#deps = { ...deps, knownBearers: new KnownBearers() };
  }

  /** @throws {AppError} RATE_LIMITED, SESSION_OVER */
  async identify<P extends ReadParts>(
    req: Request,
    res: Response,
    reads: (who: SessionIds) => P,
  ): Promise<Caller<P> | null> {
    const { faults } = this.#deps.rateLimits;
    const bearer = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
    if (bearer === undefined) return null;
    const who = hashSecret(bearer);
    const retryAfterSeconds = faults.waitSeconds(who);
    if (retryAfterSeconds > 0)
      throw new AppError('RATE_LIMITED', 'Too much was asked in vain. Please try again in a minute.', {
        retryAfterSeconds,
      });
    const caller = await findCallerByBearer(this.#deps, bearer, reads);
    if (!caller)
      throw new AppError('SESSION_OVER', 'You were away for a while. Open the link in your course to go on.');
    contextOf(req).session = caller.session;
    res.once('finish', () => {
      if (FAULTS.has(res.statusCode)) faults.countRefusal(who);
    });
    return caller;
  }
}

/**
 * For what is not a route of the contract. Without a bearer a request continues anonymously; with a bearer that is not alive it
 * ends here.
 */
export function sessionMiddleware(callers: Callers): RequestHandler {
  return async (req, res, next) => {
    await callers.identify(req, res, noReads);
    next();
  };
}
