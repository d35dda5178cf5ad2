import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router } from 'express';

/** The client's built files: names contain a hash of their content, so they may be cached for a year. */
/** @param directory  the built client */
export function clientFiles(directory: string): Router {
  const router = Router();
  router.use(
    '/assets',
    express.static(join(directory, 'assets'), {
      immutable: true,
      maxAge: '365d',
      index: false,
      redirect: false,
    }),
  );
  router.get('/favicon.svg', (_req, res) => res.sendFile('favicon.svg', { root: directory, maxAge: '1d' }));
  return router;
}

/** The client's built index.html, read once. @throws if the client was not built */
export function readShell(directory: string): string {
  return readFileSync(join(directory, 'index.html'), 'utf8');
}
