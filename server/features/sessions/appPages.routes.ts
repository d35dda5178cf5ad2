import { Router, type Request, type RequestHandler } from 'express';
import { ENTERED } from '../../../contract/sessions.ts';
import type { Deps } from '../../deps.ts';
import { sendShell, type ShellFrame } from '../../lti/pages/appShell.ts';
import { sendEntryPage, sendNoEntryPage } from '../../lti/pages/entryPage.ts';
import { TimedCache } from '../../lti/timedCache.ts';
import { findFrame } from './sessions.service.ts';

const CACHE_MS = 60_000;
const CACHE_MAX = 5_000;

/** No launch, no frame: the page says to use the link in the course. */
const NO_FRAME: ShellFrame = { ancestors: ["'self'"], formTargets: [] };

/**
 * True if another site, or nobody, led here. A one-time code is in the fragment, which no server sees. Only our own pages link to
 * one; a link elsewhere with somebody's code would sign its reader in as that person. Browsers that do not send the header are
 * accepted.
 */
function isFromElsewhere(req: Request<{ key: string }>): boolean {
  const site = req.get('sec-fetch-site');
  return site !== undefined && site !== 'same-origin';
}

/**
 * The client's pages, `/app/:key` and below: the built index.html, framed only by the platform of that launch. A browser that
 * comes from elsewhere first gets a page that leads here without the fragment.
 *
 * @param shell  the built index.html
 */
export function appPages(deps: Pick<Deps, 'sealer'> & { shell: () => string }): Router {
  const { shell } = deps;
  const frames = new TimedCache<ShellFrame>({ ttlMs: CACHE_MS, max: CACHE_MAX });
  const router = Router();
  const answer: RequestHandler<{ key: string }> = async (req, res) => {
    const { key } = req.params;
    const frame = (await frames.get(key, () => findFrame(deps, key))) ?? NO_FRAME;
    if (!isFromElsewhere(req)) sendShell(res, shell(), frame, null);
    else if (req.query[ENTERED] === undefined) sendEntryPage(res, frame.ancestors);
    else sendNoEntryPage(res, req.originalUrl, frame.ancestors);
  };
  router.get('/app/:key', answer);
  router.get('/app/:key/*splat', answer as RequestHandler);
  return router;
}
