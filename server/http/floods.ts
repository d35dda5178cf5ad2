import type { RequestHandler } from 'express';
import { AppError } from '../errors.ts';
import { LaunchRefused } from '../lti/launchRefused.ts';
import { sendRefusalPage } from '../lti/pages/refusalPage.ts';
import type { RefusalLimit } from '../lti/refusalLimit.ts';

/** Four times what a school of 500 makes that opens its first lesson within ten seconds. */
export const LOGINS_PER_MINUTE = 12_000;
/** A school whose sessions have all ended overnight stays far below it. */
export const STRANGERS_PER_MINUTE = 1_200;

/** Every login stores a document, good ones too: beyond so many in a minute an address gets 429 before any work. */
export function limitLogins(limit: RefusalLimit): RequestHandler {
  return (req, res, next) => {
    const address = req.ip ?? '';
    const seconds = limit.waitSeconds(address);
    if (seconds === 0) {
      limit.countRefusal(address);
      return next();
    }
    res.setHeader('Retry-After', String(seconds));
    sendRefusalPage(req, res, new LaunchRefused('RATE_LIMITED', 'TOO_MANY_LOGINS'));
  };
}

/**
 * For what a bearer, a cookie, a code or a signature opens: an address that too often brought one that opens nothing gets
 * 429 before it is looked up.
 *
 * @param statuses  of the answers that count
 */
export function limitStrangers(limit: RefusalLimit, statuses: readonly number[]): RequestHandler {
  return (req, res, next) => {
    const address = req.ip ?? '';
    const retryAfterSeconds = limit.waitSeconds(address);
    if (retryAfterSeconds > 0) {
      const message = 'Too many requests from where you are were refused. Wait a minute, then try again.';
      throw new AppError('RATE_LIMITED', message, { retryAfterSeconds });
    }
    res.once('finish', () => {
      if (statuses.includes(res.statusCode)) limit.countRefusal(address);
    });
    next();
  };
}
