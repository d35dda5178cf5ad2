import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { startDemoLms, type DemoLms } from '../../demo-lms/server.ts';
import type { Endpoint, BodyInput, ReplyOf } from '../../contract/endpoint.ts';
import type { ErrorBody } from '../../contract/errors.ts';
import { createApp } from '../../server/app.ts';
import { registerDemoPlatform } from '../../server/cli/demoPlatform.ts';
import { connectDatabase } from '../../server/db.ts';
import { RateLimiter } from '../../server/lti/rateLimiter.ts';
import { startBackgroundWork } from '../../server/backgroundWork.ts';
import { createSealer } from '../../server/seal.ts';
import { wire, type AppDeps } from '../../server/wire.ts';
import { attributeCommands } from './commandLog.ts';
import { buildToolKeys } from './keyPairs.ts';
import { connectKeptDatabase, type TestDatabase } from './database.ts';
import { launchThrough } from './launching.ts';
import { openSampleInstitution, SAMPLE } from './build.ts';
import { bringUpToDate, testClock, testConfig, type TestClock } from './services.ts';

const SHELL =
  '<!doctype html><html><head><title>Waymark</title><!--waymark-session--></head><body></body></html>';

export interface Answer<T> {
  status: number;
  body: T;
  error: ErrorBody;
  headers: Headers;
}

/** A person with a live session, who calls the API as the client does. */
export interface Caller {
  bearer: string;
  key: string;
  call<E extends Endpoint>(endpoint: E, given?: CallOptions<E>): Promise<Answer<ReplyOf<E>>>;
  /** Any path and method, with the bearer. */
  raw(method: string, path: string, init?: RequestInit): Promise<Response>;
}
interface CallOptions<E extends Endpoint> {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: BodyInput<E>;
  idempotencyKey?: string;
}

/** An institution and the LMS that it registered. */
export interface District extends Pick<AppWorld, 'institutionId' | 'links' | 'lms'> {
  launch(personId: string, linkId: string): Promise<Caller>;
}

/** The real app on a real port, an institution with the sample pathway, and a demo LMS that registered itself. */
export interface AppWorld {
  url: string;
  deps: AppDeps & { clock: TestClock };
  lms: DemoLms;
  institutionId: string;
  /** Links to the whole pathway and to its first module, graded with 10 points. */
  links: { pathway: string; module: string };
  launch(personId: string, linkId: string): Promise<Caller>;
  /** Another institution with an LMS of its own, on the same tool. Its LMS ends with the test that added it, or with the file. */
  addDistrict(): Promise<District>;
  /** @param url  of another process that runs on the same database */
  callerOf(granted: { bearer: string; key: string }, url?: string): Caller;
}

function callerOf(url: string, { bearer, key }: { bearer: string; key: string }): Caller {
  const authorization = `Bearer ${bearer}`;
  const raw: Caller['raw'] = (method, path, init = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      method,
      headers: { authorization, ...(init.headers as Record<string, string>) },
    });
  return {
    bearer,
    key,
    raw,
    async call(endpoint, given = {}) {
      const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) =>
        encodeURIComponent(given.params?.[name] ?? randomUUID()),
      );
      const query = new URLSearchParams(given.query).toString();
      const response = await raw(endpoint.method.toUpperCase(), `/api/v1${path}${query ? `?${query}` : ''}`, {
        headers: {
          ...(endpoint.method === 'get' || endpoint.method === 'delete'
            ? {}
            : { 'content-type': 'application/json' }),
          ...(endpoint.method === 'post' ? { 'idempotency-key': given.idempotencyKey ?? randomUUID() } : {}),
        },
        ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
      });
      const text = await response.text();
      const body: unknown = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
      return {
        status: response.status,
        body: body as never,
        error: body as ErrorBody,
        headers: response.headers,
      };
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Joins the LMS with the tool as an admin would, and embeds the sample pathway as a designer would. */
async function join(deps: AppDeps, lms: DemoLms): Promise<Pick<AppWorld, 'institutionId' | 'links'>> {
  const { institutionId } = await openSampleInstitution(deps);
  await registerDemoPlatform(deps, institutionId, lms.url);
  const [tool] = lms.lms.tools.list();
  const [course] = lms.lms.courses.list();
  if (!tool || !course) throw new Error('the demo LMS has no tool or no course');
  const embed = (title: string, custom: Record<string, string>): string =>
    lms.lms.embed({ courseId: course.id, toolId: tool.id, title, custom, lineItem: { scoreMaximum: 10 } }).id;
  const pathway = embed(SAMPLE.title, { wm_pathway: SAMPLE.key });
  const module = embed(SAMPLE.modules[0]?.title ?? '', {
    wm_pathway: SAMPLE.key,
    wm_module: SAMPLE.modules[0]?.key ?? '',
  });
  return { institutionId, links: { pathway, module } };
}

/**
 * Starts the world before the tests of a file and ends it after them.
 *
 * @param overrides  of the environment: `WORKERS: '2'` for scores that are really sent
 * @param connect  gives another database than the run's own: one whose members can be killed
 */
export function useApp(
  overrides: Record<string, string> = {},
  connect: () => Promise<Pick<TestDatabase, 'uri' | 'close'>> = connectKeptDatabase,
): AppWorld {
  const world: Partial<AppWorld> = {};
  const ends: (() => Promise<unknown>)[] = [];
  // an LMS that has ended leaves its keys to the next: generating a pair takes longer than most tests
  const endsOfTest: typeof ends = [];
  let testRuns = false;
  beforeEach(() => {
    testRuns = true;
  });
  afterEach(async () => {
    testRuns = false;
    for (const end of endsOfTest.splice(0)) await end();
  });

  beforeAll(async () => {
    const database = await connect();
    await connectDatabase(database.uri);
    ends.push(
      () => database.close(),
      () => mongoose.disconnect(),
    );
    const server = createServer();
    const port = await listen(server);
    const config = testConfig({ PUBLIC_URL: `http://localhost:${port}`, WORKERS: '0', ...overrides });
    const parts = {
      clock: testClock(),
      log: pino({ level: config.logLevel }),
      clientDirectory: '',
      shell: () => SHELL,
    };
    const keys = buildToolKeys({ clock: parts.clock, sealer: createSealer(config.secretKeys) });
    const without = new RateLimiter({ perMinute: 100_000 });
    const deps = wire(config, { ...parts, keys, rateLimits: { refusals: without, faults: without } });
    await bringUpToDate(deps.log);
    server.on('request', attributeCommands(createApp(deps)));
    const url = config.publicUrl;
    const addDistrict = async (): Promise<District> => {
      const lms = await startDemoLms({ toolUrl: url });
      (testRuns ? endsOfTest : ends).push(() => lms.close());
      const launch: District['launch'] = async (personId, linkId) =>
        callerOf(url, await launchThrough(url, lms, { personId, linkId }));
      return { lms, launch, ...(await join(deps, lms)) };
    };
    ends.push(
      async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
      () => deps.outbound.close(),
    );
    if (config.workers > 0) {
      const work = startBackgroundWork(deps);
      ends.push(() => work.stop());
    }
    const callers: AppWorld['callerOf'] = (granted, at = url) => callerOf(at, granted);
    Object.assign(world, { url, deps, addDistrict, callerOf: callers, ...(await addDistrict()) });
  }, 60_000);
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });
  return world as AppWorld;
}
