import { Router, type RequestHandler } from 'express';
import { sendShell, type ShellFrame } from '../../lti/pages/appShell.ts';
import { TimedCache } from '../../lti/timedCache.ts';
import { findFrame } from './sessions.service.ts';

const CACHE_MS = 60_000;
const CACHE_MAX = 5_000;

/** No launch, no frame: the page says that the link in the course is the way in. */
const NO_FRAME: ShellFrame = { ancestors: ["'self'"], formTargets: [] };

/**
 * The client's pages, `/app/:key` and below: the built index.html, framed by the platform of that launch only.
 *
 * @param shell  the built index.html
 */
export function appPages({ shell }: { shell: () => string }): Router {
  const frames = new TimedCache<ShellFrame>({ ttlMs: CACHE_MS, max: CACHE_MAX });
  const router = Router();
  const answer: RequestHandler<{ key: string }> = async (req, res) => {
    const { key } = req.params;
    const frame = (await frames.get(key, () => findFrame(key))) ?? NO_FRAME;
    sendShell(res, shell(), frame, null);
  };
  router.get('/app/:key', answer);
  router.get('/app/:key/*splat', answer as RequestHandler);
  return router;
}
