import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Request } from 'express';
import pino from 'pino';
import { readConfig, type Config } from '../../../server/config.ts';
import type { ArtifactDeps, ArtifactPorts } from '../../../server/features/artifacts/artifacts.deps.ts';
import { mountArtifacts } from '../../../server/features/artifacts/artifacts.routes.ts';
import { createFilesRouter } from '../../../server/features/artifacts/files.routes.ts';
import { noScanner, type Scanner } from '../../../server/features/artifacts/scanner/scanner.ts';
import { createUploadsRouter } from '../../../server/features/artifacts/uploads.routes.ts';
import type { Found, ReadParts } from '../../../server/combinedRead.ts';
import { sessionMiddleware } from '../../../server/features/sessions/sessionMiddleware.ts';
import type { Caller, Callers } from '../../../server/http/callers.ts';
import { jsonBodyReader } from '../../../server/http/jsonBody.ts';
import { buildSession } from '../liveSession.ts';
import type { Idempotency } from '../../../server/http/route.ts';
import { jsonErrorHandler } from '../../../server/http/errorHandler.ts';
import type { LiveSession } from '../../../server/http/liveSession.ts';
import { Rights } from '../../../server/http/rights.ts';
import { contextOf, requestContext } from '../../../server/http/requestContext.ts';

export const INSTITUTION = '11111111-1111-4111-8111-111111111111';
export const OTHER_INSTITUTION = '22222222-2222-4222-8222-222222222222';
export const TEACHER = 'aaaaaaaa-0000-4000-8000-000000000001';
const COLLEAGUE = 'aaaaaaaa-0000-4000-8000-000000000002';

/** A live session as the app's middleware would find it. */
export function sessionOf(personId: string, institutionId = INSTITUTION, id = personId): LiveSession {
  const place = { platformId: institutionId, deploymentId: institutionId, contextId: null };
  return buildSession(institutionId, { id, personId, ...place });
}

/** The same person, who may also review. */
const reviewing = (session: LiveSession): LiveSession => ({
  ...session,
  rights: new Rights([
    { role: 'participant', where: { contextId: null } },
    { role: 'reviewer', where: { contextId: null } },
  ]),
});

/** Bearers that the test app knows. */
const SESSIONS: Readonly<Record<string, LiveSession>> = {
  teacher: sessionOf(TEACHER),
  colleague: reviewing(sessionOf(COLLEAGUE)),
  stranger: reviewing(sessionOf(TEACHER, OTHER_INSTITUTION, 'aaaaaaaa-0000-4000-8000-000000000003')),
};

const ALLOW_ALL: ArtifactPorts = {
  mayAddArtifact: () => Promise.resolve(),
  mayWriteContent: () => Promise.resolve(),
  keepContent: () => Promise.resolve(true),
  mayReadArtifact: () => Promise.resolve(),
  noteReading: () => Promise.resolve(),
  mayChangeArtifact: () => Promise.resolve(),
  findFrozen: () => Promise.resolve(null),
  findReader: (institutionId, sessionId) => Promise.resolve(sessionOf(sessionId, institutionId)),
};

export interface AppOptions {
  config?: Partial<Config>;
  ports?: Partial<ArtifactPorts>;
  scanner?: Scanner;
  clock?: ArtifactDeps['clock'];
}

export function artifactDeps(options: AppOptions = {}): ArtifactDeps {
  const config = readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL: 'http://localhost:3000',
    ALLOW_LOCAL_PLATFORMS: '1',
    MONGODB_URI: 'mongodb://127.0.0.1/unused',
    SECRET_KEYS: 'a-secret-of-at-least-32-characters-for-tests',
  });
  return {
    config: { ...config, ...options.config },
    clock: options.clock ?? { now: () => new Date() },
    log: pino({ level: process.env['BENCH_LOG'] ?? 'silent' }),
    ports: { ...ALLOW_ALL, ...options.ports },
    scanner: options.scanner ?? noScanner,
  };
}

/** Recognises the bearers of `SESSIONS`. The routes of artifacts read nothing together with the session. */
const CALLERS: Callers = {
  identify<P extends ReadParts>(req: Request): Promise<Caller<P> | null> {
    const bearer = /^Bearer (.+)$/.exec(req.get('authorization') ?? '')?.[1];
    const session = bearer === undefined ? null : (SESSIONS[bearer] ?? null);
    contextOf(req).session = session;
    return Promise.resolve(session && { session, found: {} as Found<P> });
  },
};

/** The three routers of artifacts behind a stand-in for the session middleware, as `app.ts` mounts them. */
export function artifactApp(deps: ArtifactDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(requestContext(deps.log));
  app.use(sessionMiddleware(CALLERS));
  app.use(createUploadsRouter(deps));
  app.use(createFilesRouter(deps));
  const router = express.Router();
  const idempotency: Idempotency = {
    run: async (_call, { work, keep, answer }) => answer(keep(await work())),
  };
  const readBody = jsonBodyReader(512 * 1024);
  mountArtifacts({ router, callers: CALLERS, readBody, idempotency, checkReplies: true }, deps);
  app.use('/api/v1', router);
  app.use(jsonErrorHandler);
  return app;
}

export interface Listening {
  url: string;
  server: Server;
  close(): Promise<void>;
}

/** Listens on a free loopback port, with the time-outs that the app's server has. */
export async function listen(app: RequestListener): Promise<Listening> {
  const server = createServer({ requestTimeout: 0 }, app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
