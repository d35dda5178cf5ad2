import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { bundleEndpoints } from '../../../contract/bundles.ts';
import { contextOf } from '../../http/requestContext.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import type { ArtifactDeps } from '../artifacts/artifacts.deps.ts';
import { queryText } from '../artifacts/sendFile.service.ts';
import { BUNDLES_PATH, getBundleLink, openBundleLink } from './exporting.service.ts';
import { checkBundle, importBundle } from './importing.service.ts';

export function mountBundles(routes: RouteDeps, deps: ArtifactDeps): void {
  const { check, import: importOne, exportVersion, exportForm, exportDraft } = bundleEndpoints;
  route(routes, check, ({ session, body }) => checkBundle(deps, session, body.uploadId));
  route(routes, importOne, ({ session, body }) => importBundle(deps, session, body));
  route(routes, exportVersion, ({ session, params }) =>
    getBundleLink(deps, session, { kind: 'pathways', id: params.key, n: params.n }),
  );
  route(routes, exportForm, ({ session, params }) =>
    getBundleLink(deps, session, { kind: 'forms', id: params.key, n: params.n }),
  );
  route(routes, exportDraft, ({ session, params }) =>
    getBundleLink(deps, session, { kind: 'drafts', id: params.id }),
  );
}

/** `/bundles/:kind/:id/:n?exp&sig`, without a number for a draft: content as a zip, by signed link, which takes the place of a bearer. */
export function createBundlesRouter(deps: ArtifactDeps): Router {
  const router = Router();
  router.get(`${BUNDLES_PATH}/:kind/:id{/:n}`, async (req, res) => {
    const { name, zip } = await openBundleLink(deps, {
      ...req.params,
      exp: queryText(req.query['exp']),
      sig: queryText(req.query['sig']),
    });
    res.setHeader('Content-Type', 'application/zip');
    // slugs have letters, digits and hyphens only
    res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
    res.setHeader('Cache-Control', 'no-store');
    if (req.method === 'HEAD') {
      zip.destroy();
      res.end();
      return;
    }
    try {
      await pipeline(zip, res);
    } catch (error) {
      // the headers are sent: breaking off says that it is not whole
      contextOf(req).log.warn({ err: error }, 'an export was broken off');
    }
  });
  return router;
}
