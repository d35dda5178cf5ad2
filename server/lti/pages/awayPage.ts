import { urlencoded, type ErrorRequestHandler, type Request, type Response } from 'express';
import { prepareError } from '../../http/errorHandler.ts';
import { pageWordsFor } from '../../words/pageWords.ts';
import type { LaunchRefused } from '../launchRefused.ts';
import { REFUSAL_REASONS } from '../refusalReasons.ts';
import { toRefusal } from '../toRefusal.ts';
import { messageBody, sendPage } from './layout.ts';
import { ANYONE } from './csp.ts';
import { sendRefusalPage } from './refusalPage.ts';

/** A login with long hints is not put into an address. */
const LONGEST_ADDRESS = 6_000;

/** Nothing is wrong with what was asked: only we can't answer just now. */
export const isAway = ({ reason }: Pick<LaunchRefused, 'reason'>): boolean =>
  REFUSAL_REASONS[reason].seenBy === 'operator';

/**
 * How the page tries again, as a script's expression; null where nothing may be repeated unasked: a launch (its login may be used
 * up) and a registration (the LMS may have made its half).
 *
 * A login begins anew each time, by GET as well as by POST. A page of the app that another site led to loses its fragment, as by
 * the entry page: a one-time code may stand there.
 */
function wayAgain(req: Request): string | null {
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

/** The page of a request that could not be answered just now. It tries again by itself where that is safe, and else says what to do. */
export function sendAwayPage(req: Request, res: Response, refused: LaunchRefused): void {
  const words = pageWordsFor(res, refused.locale);
  const { t } = words;
  const again = wayAgain(req);
  const seconds = Math.max(1, Math.ceil(refused.retryAfterSeconds ?? 5));
  const title = t('away.title');
  const text = again === null ? t('away.byHand') : t('away.byItself');
  sendPage(res, refused.status, {
    words,
    title,
    body: messageBody({ title, text, action: null, foot: null }),
    ...(again === null ? {} : { script: `setTimeout(function(){${inScript(again)}},${seconds * 1000})` }),
    // whose frame it is stands in the database, and a page that has tried again was led to by itself; it has nothing to click on
    ancestors: ANYONE,
  });
}

const readForm = urlencoded({ extended: false, limit: LONGEST_ADDRESS });
const isPage = (req: Request): boolean => /^\/(?:app|lti)\//.test(req.originalUrl);

/** For requests whose answer a person sees as a page: what was thrown outside of the routers that have pages of their own. */
export const pageErrorHandler: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent || !isPage(req)) return next(error);
  const refused = toRefusal(error);
  if (!isAway(refused) && !req.originalUrl.startsWith('/app/')) return next(error);
  prepareError(refused, req, res);
  if (!isAway(refused)) sendRefusalPage(req, res, refused);
  // turned away before its form was read, by which a login begins anew
  else readForm(req, res, () => sendAwayPage(req, res, refused));
};
