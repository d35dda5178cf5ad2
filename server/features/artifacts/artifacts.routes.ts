import { artifactEndpoints } from '../../../contract/artifacts.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { changeArtifact, getHandedInArtifact, readOwnArtifact, removeArtifact } from './artifacts.service.ts';

/** Mounts the artifacts' JSON endpoints; uploads and content have their own routers. */
export function mountArtifacts(routes: RouteDeps, deps: ArtifactDeps): void {
  route(routes, artifactEndpoints.artifact, ({ session, params }) =>
    readOwnArtifact(deps, session, params.id),
  );
  route(routes, artifactEndpoints.handedInArtifact, ({ session, params }) =>
    getHandedInArtifact(deps, session, params.id),
  );
  route(routes, artifactEndpoints.changeArtifact, ({ session, params, body }) =>
    changeArtifact(deps, session, params.id, body),
  );
  route(routes, artifactEndpoints.removeArtifact, async ({ session, params }) => {
    await removeArtifact(deps, session, params.id);
    return { done: true as const };
  });
}
