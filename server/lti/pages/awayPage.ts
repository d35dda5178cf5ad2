import { urlencoded, type ErrorRequestHandler, type Request, type Response } from 'express';
import { prepareError } from '../../http/errorHandler.ts';
import { pageWordsFor } from '../../words/pageWords.ts';
import type { LaunchRefused } from '../launchRefused.ts';
import { REFUSAL_REASONS } from '../refusalReasons.ts';
import { toRefusal } from '../toRefusal.ts';
import { messageBody, sendPage } from './layout.ts';
import { ANYONE } from './csp.ts';
import { sendRefusalPage } from './refusalPage.ts';

/** A login with long hints is not put into a URL. */
const LONGEST_ADDRESS = 6_000;

/** Nothing is wrong with the request: we just cannot respond right now. */
export const isAway = ({ reason }: Pick<LaunchRefused, 'reason'>): boolean =>
  REFUSAL_REASONS[reason].seenBy === 'operator';

/**
 * How the page retries, as a script expression; null if nothing may be repeated automatically: a launch (its login may be used
 * up) and a registration (the LMS may have done its half).
 *
 * A login starts again each time, by GET as well as by POST. A page of the app that another site linked to loses its fragment, as
 * on the entry page: it may contain a one-time code.
 */
function retryExpression(req: Request): string | null {
  const path = req.originalUrl.split('?', 1)[0] ?? '';
  if (path === '/lti/login') {
    const sent = { ...req.query, ...(req.body as Record<string, unknown> | undefined) };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(sent)) if (typeof value === 'string') query.set(name, value);
    const address = `?${query.toString()}`;
    return query.size === 0 || address.length > LONGEST_ADDRESS
      ? null
      : `location.replace(${JSON.stringify(address)})`;
  }
  if (!path.startsWith('/app/') || req.method !== 'GET') return null;
  const isOurs = req.get('sec-fetch-site') === 'same-origin';
  return isOurs ? 'location.reload()' : 'location.replace(location.pathname+location.search)';
}

/** No `</script>` can end a script early. */
const inScript = (code: string): string => code.replaceAll('<', '\\u003c');

/**
 * The page for a request that we could not respond to just now. It retries automatically if that is safe, and otherwise says what
 * to do.
 */
export function sendAwayPage(req: Request, res: Response, refused: LaunchRefused): void {
  const words = pageWordsFor(res, refused.locale);
  const { t } = words;
  const again = retryExpression(req);
  const seconds = Math.max(1, Math.ceil(refused.retryAfterSeconds ?? 5));
  const title = t('away.title');
  const text = again === null ? t('away.byHand') : t('away.byItself');
  sendPage(res, refused.status, {
    words,
    title,
    body: messageBody({ title, text, action: null, foot: null }),
    ...(again === null ? {} : { script: `setTimeout(function(){${inScript(again)}},${seconds * 1000})` }),
    // who may frame it is in the database, and a page that has retried was opened by itself; it has nothing to click
    ancestors: ANYONE,
  });
}

const readForm = urlencoded({ extended: false, limit: LONGEST_ADDRESS });
const isPage = (req: Request): boolean => /^\/(?:app|lti)\//.test(req.originalUrl);

/** For requests whose response a person sees as a page: errors thrown outside of the routers that have their own pages. */
export const pageErrorHandler: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent || !isPage(req)) return next(error);
  const refused = toRefusal(error);
  if (!isAway(refused) && !req.originalUrl.startsWith('/app/')) return next(error);
  prepareError(refused, req, res);
  if (!isAway(refused)) sendRefusalPage(req, res, refused);
  // refused before its form was read, which a login needs to start again
  else readForm(req, res, () => sendAwayPage(req, res, refused));
};
