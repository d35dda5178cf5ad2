import { Router } from 'express';
import { embedEndpoints, type EmbedPage } from '../../../contract/embeds.ts';
import type { Deps } from '../../deps.ts';
import { html } from '../../http/html.ts';
import { sendNoStore } from '../../http/noStore.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import type { ArtifactDeps } from '../artifacts/artifacts.deps.ts';
import { queryText } from '../artifacts/sendFile.service.ts';
import { EMBEDS_PATH, getFrameLink, openFrameLink } from './embeds.service.ts';

export function mountEmbeds(routes: RouteDeps, deps: Pick<Deps, 'clock' | 'log' | 'config'>): void {
  route(routes, embedEndpoints.frame, ({ session, body }) => getFrameLink(deps, session, body.url));
}

/**
 * No scripts, and one frame of one host. No `frame-ancestors`: the page that shows it is in the LMS's frame, and that ancestor would
 * have to be named too.
 */
const policyOf = ({ host }: EmbedPage): string =>
  `default-src 'none'; frame-src https://${host}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;

/** A player wants to know which site shows it: it is told the origin, and nothing of the page. */
const pageOf = ({ address, host }: EmbedPage) =>
  html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <title>${host}</title>
      <style>
        html,
        body,
        iframe {
          margin: 0;
          border: 0;
          width: 100%;
          height: 100%;
          display: block;
          overflow: hidden;
        }
      </style>
      <iframe
        src="${address}"
        title="${host}"
        sandbox="allow-scripts allow-same-origin allow-popups allow-presentation"
        allow="fullscreen; picture-in-picture; encrypted-media"
        referrerpolicy="strict-origin"
      ></iframe>
    </html>`;

/** `/embeds?url&exp&sig`: a page that frames a page of another site, by signed link. */
export function createEmbedsRouter(deps: ArtifactDeps): Router {
  const router = Router();
  router.get(EMBEDS_PATH, async (req, res) => {
    const page = await openFrameLink(deps, {
      url: queryText(req.query['url']),
      exp: queryText(req.query['exp']),
      sig: queryText(req.query['sig']),
    });
    const site = `"https://${page.host}"`;
    res.setHeader('Content-Security-Policy', policyOf(page));
    res.setHeader('Permissions-Policy', `fullscreen=(self ${site}), picture-in-picture=(self ${site})`);
    sendNoStore(res, 'text/html; charset=utf-8', pageOf(page).text);
  });
  return router;
}
