import { Router } from 'express';
import { contentFileEndpoints } from '../../../contract/contentFiles.ts';
import type { Deps } from '../../deps.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import type { ArtifactDeps } from '../artifacts/artifacts.deps.ts';
import { getContentUpload } from '../artifacts/contentUploads.service.ts';
import { queryText, sendFile } from '../artifacts/sendFile.service.ts';
import { CONTENT_FILES_PATH, getContentLink, openContentLink } from './download.service.ts';

export function mountContentFiles(routes: RouteDeps, deps: Pick<Deps, 'config' | 'clock'>): void {
  route(routes, contentFileEndpoints.link, ({ session, params, body }) =>
    getContentLink(deps, session, { ...params, ...body }),
  );
  route(routes, contentFileEndpoints.upload, ({ session, params }) => getContentUpload(session, params.id));
}

/** `/content-files/:id/:name?exp&sig`: what modules offer, by signed link, which takes the place of a bearer. */
export function createContentFilesRouter(deps: ArtifactDeps): Router {
  const router = Router();
  router.get(`${CONTENT_FILES_PATH}/:id/:name`, async (req, res) => {
    const { file, session } = await openContentLink(deps, {
      ...req.params,
      exp: queryText(req.query['exp']),
      sig: queryText(req.query['sig']),
    });
    await sendFile(deps, { req, res }, { file, session });
  });
  return router;
}
