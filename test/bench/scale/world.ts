import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { withDatabase } from '../../../scripts/lib/mongod.mjs';
import { createApp } from '../../../server/app.ts';
import { readConfig } from '../../../server/config.ts';
import { connectDatabase, startDatabaseClock } from '../../../server/db.ts';
import { assignRole } from '../../../server/features/assignments/assignments.service.ts';
import { ContextModel } from '../../../server/features/launches/context.model.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { getVersion, listModules } from '../../../server/features/pathways/pathways.service.ts';
import { ensureOpenRun } from '../../../server/features/pathways/runs.service.ts';
import { migrate } from '../../../server/migrations.ts';
import { wire, type AppDeps } from '../../../server/wire.ts';
import { SAMPLE } from '../../support/build.ts';
import { startTestPlatform, type TestPlatform } from '../../support/testPlatform.ts';
import { launchOnce, openBrowser, waymarkTool, type Visitor } from '../launch/browser.ts';
import { joinPlatform, type Joined } from '../launch/join.ts';
import { openExaminer, type Examiner } from './examiner.ts';
import type { Ground } from './ground.ts';
import { checkFar, pagesOf, type Bearers, type OwnWork } from './pages.ts';
import { seedEnrolments } from './seed.ts';

interface VisitedPage {
  name: string;
  countCap: number;
  /** @throws when the page does not answer 200 */
  visit(): Promise<void>;
}

/** An institution that grows, and the pages of its people. */
export interface ScaleWorld {
  examiner: Examiner;
  /** Up to so many enrolments. */
  grow(count: number, say: (text: string) => void): Promise<void>;
  /** @param far  number of the enrolment that the pages far down begin behind */
  pages(far: number): Promise<VisitedPage[]>;
  close(): Promise<void>;
}

const COURSE = 'course';
const PEOPLE = {
  teacher: { sub: 'teacher', course: COURSE, link: 'link' },
  reviewer: { sub: 'reviewer', course: 'another course', link: 'another link' },
  instructor: { sub: 'instructor', course: COURSE, link: 'link', role: 'Instructor' },
  admin: { sub: 'admin', course: 'another course', link: 'another link' },
  designer: { sub: 'designer', course: COURSE, link: null, role: 'ContentDeveloper' },
} as const satisfies Record<keyof Bearers, Visitor>;

async function launchAll(url: string, platform: TestPlatform): Promise<Bearers> {
  const browser = openBrowser();
  const bearerOf = async (who: Visitor): Promise<string> => {
    const { text } = await launchOnce(browser, platform, waymarkTool(url), who);
    const bearer = /"bearer":"([^"]+)"/.exec(text)?.[1];
    if (bearer === undefined) throw new Error('the launch gave no bearer');
    return bearer;
  };
  try {
    return {
      teacher: await bearerOf(PEOPLE.teacher),
      reviewer: await bearerOf(PEOPLE.reviewer),
      instructor: await bearerOf(PEOPLE.instructor),
      admin: await bearerOf(PEOPLE.admin),
      designer: await bearerOf(PEOPLE.designer),
    };
  } finally {
    browser.close();
  }
}

async function call(url: string, bearer: string, path: string, method = 'GET'): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'idempotency-key': randomUUID() },
  });
  const body: unknown = await response.json();
  if (response.status !== 200)
    throw new Error(`${path} answered ${response.status}: ${JSON.stringify(body)}`);
  return body;
}

/** Ground for seeds, found from what the launches left. */
async function findGround(deps: AppDeps, joined: Joined): Promise<Ground> {
  const { institutionId, platformId, deploymentId, versionId } = joined;
  const context = await ContextModel.findOne({ institutionId, ltiId: COURSE }).lean();
  const run = await ensureOpenRun(deps, institutionId, SAMPLE.key);
  if (!context) throw new Error('the launches left no course');
  return {
    ...{ institutionId, platformId, deploymentId, contextId: context._id, runId: run._id },
    version: await getVersion(institutionId, versionId),
    modules: await listModules(institutionId, versionId),
    reviewerId: await personIdOf(institutionId, PEOPLE.reviewer.sub),
    now: deps.clock.now(),
  };
}

async function personIdOf(institutionId: string, sub: string): Promise<string> {
  const person = await PersonModel.findOne({ institutionId, sub }).lean();
  if (!person) throw new Error(`${sub} has not launched`);
  return person._id;
}

async function giveRoles(deps: AppDeps, institutionId: string): Promise<void> {
  const operator = { institutionId, personId: null, id: null };
  for (const role of ['reviewer', 'admin'] as const) {
    const personId = await personIdOf(institutionId, PEOPLE[role].sub);
    await assignRole(deps, operator, { personId, role, contextId: null });
  }
}

async function startApp(uri: string, ends: (() => unknown)[]): Promise<{ url: string; deps: AppDeps }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const db = await connectDatabase(uri);
  const clock = await startDatabaseClock(db);
  const config = readConfig({
    NODE_ENV: 'production',
    PUBLIC_URL: url,
    MONGODB_URI: uri,
    SECRET_KEYS: randomUUID(),
    ALLOW_LOCAL_PLATFORMS: '1',
    WORKERS: '0',
  });
  const log = pino({ level: 'error' }, pino.destination(2));
  const shell = (): string => '<!doctype html><html><head><!--waymark-session--></head><body></body></html>';
  const deps = wire(config, { clock, log, clientDirectory: '', shell });
  await migrate(log, []);
  server.on('request', createApp(deps));
  ends.push(
    () => mongoose.disconnect(),
    () => db.connection.dropDatabase(),
    () => deps.outbound.close(),
    () => clock.stop(),
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return { url, deps };
}

async function openOwnWork(url: string, bearer: string): Promise<OwnWork> {
  const opened = await call(url, bearer, '/api/v1/enrolments/open', 'POST');
  const { enrolmentId } = opened as { enrolmentId: string };
  const map = await call(url, bearer, `/api/v1/enrolments/${enrolmentId}/map`);
  const [module] = (map as { modules: { attemptId: string }[] }).modules;
  if (!module) throw new Error('the pathway has no module');
  return { enrolmentId, attemptId: module.attemptId };
}

async function buildWorld(uri: string, ends: (() => unknown)[]): Promise<Omit<ScaleWorld, 'close'>> {
  const { url, deps } = await startApp(uri, ends);
  const platform = await startTestPlatform();
  ends.push(() => platform.close());
  const joined = await joinPlatform(platform);
  const bearers = await launchAll(url, platform);
  await giveRoles(deps, joined.institutionId);
  const work = await openOwnWork(url, bearers.teacher);
  const ground = await findGround(deps, joined);
  const examiner = await openExaminer(uri);
  ends.push(() => examiner.close());
  let count = 0;
  return {
    examiner,
    async grow(to, say) {
      const begin = performance.now();
      const stored = await seedEnrolments(ground, count, to);
      count = to;
      const seconds = Math.round((performance.now() - begin) / 1000);
      say(`${to} enrolments: ${stored} documents stored in ${seconds} s`);
    },
    async pages(far) {
      await checkFar(ground, far);
      return pagesOf(ground, { bearers, work, far }).map(({ name, bearer, path, countCap }) => ({
        ...{ name, countCap },
        visit: async () => void (await call(url, bearer, path)),
      }));
    },
  };
}

/** Starts an institution without seeded enrolments, on a database of its own that goes with it. */
export async function startScaleWorld(mongoUri: string): Promise<ScaleWorld> {
  const uri = new URL(withDatabase(mongoUri, `waymark_bench_scale_${randomUUID().slice(0, 8)}`));
  uri.searchParams.set('monitorCommands', 'true');
  const ends: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    return { ...(await buildWorld(uri.href, ends)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
