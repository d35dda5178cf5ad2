import { DONE } from '../../../contract/common.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { committedRoute, NOTHING, pageRoute, route, type RouteDeps } from '../../http/route.ts';
import { getPathwayMap, mapParts } from './map.service.ts';
import { moveToVersion } from './moving.service.ts';
import { getNewer } from './newer.service.ts';
import { openingParts, openLaunchedWork, type OpeningDeps } from './opening.service.ts';
import { getModulePreview, getPathwayPreview } from './preview.service.ts';
import { chooseTrack } from './tracks.service.ts';

/** A link's pathway: opened, shown as the caller's own map, or previewed. */
export function mountPathways(routes: RouteDeps, deps: OpeningDeps): void {
  pageRoute(routes, pathwayEndpoints.open, {
    reads: openingParts,
    reply: ({ session, found }) => openLaunchedWork(deps, session, found),
  });
  route(routes, pathwayEndpoints.chooseTrack, async ({ session, params, body }) => {
    await chooseTrack(deps, session, params.id, body);
    return DONE;
  });
  route(routes, pathwayEndpoints.preview, ({ session }) => getPathwayPreview(session));
  route(routes, pathwayEndpoints.previewModule, ({ session, params }) =>
    getModulePreview(session, params.moduleKey),
  );
  route(routes, pathwayEndpoints.newer, ({ session, params }) => getNewer(session, params.id));
  committedRoute(routes, pathwayEndpoints.move, {
    work: ({ session, params, body }) => moveToVersion(deps, session, params.id, body),
    keeps: NOTHING,
    reply: () => Promise.resolve(DONE),
  });
  pageRoute(routes, pathwayEndpoints.map, {
    reads: (who, { id }) => mapParts(who, id),
    reply: ({ session, found }) => getPathwayMap(deps, session, found),
  });
}
