import { Router } from 'express';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { openFile } from './files.service.ts';
import { queryText, sendFile } from './sendFile.service.ts';

/**
 * `/files/:artifactId?exp&sig`: content by signed link, for `<img>`, `<video>` and downloads; the link takes the place of a
 * bearer.
 */
export function createFilesRouter(deps: ArtifactDeps): Router {
  const router = Router();
  // Express answers HEAD by GET's handler
  router.get('/files/:artifactId', async (req, res) => {
    const { file, session } = await openFile(deps, {
      artifactId: req.params.artifactId,
      exp: queryText(req.query['exp']),
      sig: queryText(req.query['sig']),
    });
    await sendFile(deps, { req, res }, { file, session });
  });
  return router;
}
