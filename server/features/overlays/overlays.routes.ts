import { DONE } from '../../../contract/common.ts';
import { overlayEndpoints } from '../../../contract/overlays.ts';
import type { Deps } from '../../deps.ts';
import { committedRoute, route, type RouteDeps } from '../../http/route.ts';
import { reportOverlayPresence } from './overlayPresence.service.ts';
import { beginOverlay, discardOverlay, getOverlay, listOverlays, saveOverlay } from './overlays.service.ts';
import { publishOverlay } from './publishOverlay.service.ts';

export function mountOverlays(routes: RouteDeps, deps: Pick<Deps, 'clock'>): void {
  const { list, begin, read, save, presence, discard, publish } = overlayEndpoints;
  route(routes, list, async ({ session }) => ({ rows: await listOverlays(session.institutionId) }));
  route(routes, begin, async ({ session, body }) => ({ draftId: await beginOverlay(deps, session, body) }));
  route(routes, read, ({ session, params }) => getOverlay(session.institutionId, params.id));
  route(routes, save, ({ session, params, body }) => saveOverlay(session, params.id, body));
  route(routes, presence, async ({ session, params, body }) => ({
    others: await reportOverlayPresence(session, params.id, body.windowId),
  }));
  route(routes, discard, async ({ session, params }) => {
    await discardOverlay(deps, session, params.id);
    return DONE;
  });
  committedRoute(routes, publish, {
    work: ({ session, params, body }) => publishOverlay(deps, session, params.id, body),
    keeps: publish.reply,
    reply: (_call, published) => Promise.resolve(published),
  });
}
