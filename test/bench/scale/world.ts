import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { withDatabase } from '../../../scripts/lib/mongod.mjs';
import { createApp } from '../../../server/app.ts';
import { readConfig } from '../../../server/config.ts';
import { startDatabaseClock } from '../../../server/databaseClock.ts';
import { connectDatabase } from '../../../server/db.ts';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import { assignRole } from '../../../server/features/assignments/assignments.service.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { startSealer } from '../../../server/features/audit/sealer.service.ts';
import { publishFramework } from '../../../server/features/frameworks/frameworks.service.ts';
import { listInstitutionIds } from '../../../server/features/institutions/institutions.service.ts';
import { ContextModel } from '../../../server/features/launches/context.model.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { getVersion, listModules } from '../../../server/features/catalog/catalog.service.ts';
import { ensureOpenRun } from '../../../server/features/catalog/runs.service.ts';
import { publishForm } from '../../../server/features/observationForms/publishing.service.ts';
import { beginOverlay } from '../../../server/features/overlays/overlays.service.ts';
import { beginDraft } from '../../../server/features/studio/pathwayDrafts.service.ts';
import { migrate } from '../../../server/migrations/migrations.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { wire, type AppDeps } from '../../../server/wire.ts';
import { SAMPLE } from '../../support/build.ts';
import { NEXT_VERSION, SAMPLE_FORM } from '../../support/studio.ts';
import { buildCore } from '../../support/frameworks.ts';
import { adaptCore } from '../../support/overlays.ts';
import { storeObservation } from '../../support/storedObservation.ts';
import { startTestPlatform, type TestPlatform } from '../../support/testPlatform.ts';
import { launchOnce, openBrowser, waymarkTool, type Visitor } from '../launch/browser.ts';
import { joinPlatform, type Joined } from '../launch/join.ts';
import type { Approving, Ask } from './approving.ts';
import { storedUpload } from './enrolments.ts';
import { openExaminer, type Examiner } from './examiner.ts';
import { FIRST_COURSE, subOf, type Ground } from './ground.ts';
import { AUTHOR, checkFar, pagesOf, type Bearers, type MeasuredPage, type OwnWork } from './pages.ts';
import { seedEnrolments } from './seed.ts';

interface VisitedPage extends Pick<MeasuredPage, 'name' | 'endpoint' | 'countCap' | 'tableCap'> {
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
  /** What approvals beside reading clients are measured with; lines of the audit are sealed meanwhile. */
  approving(readers: number): Promise<Approving>;
  close(): Promise<void>;
}

const COURSE = FIRST_COURSE;
const PEOPLE = {
  teacher: { sub: 'teacher', course: COURSE, link: 'link' },
  author: { sub: subOf(AUTHOR), course: COURSE, link: 'link' },
  reviewer: { sub: 'reviewer', course: 'another course', link: 'another link' },
  instructor: { sub: 'instructor', course: COURSE, link: 'link', role: 'Instructor' },
  grader: { sub: 'instructor', course: COURSE, link: 'link', role: 'Instructor', reviewOf: subOf(AUTHOR) },
  admin: { sub: 'admin', course: 'another course', link: 'another link' },
  designer: { sub: 'designer', course: COURSE, link: null, role: 'ContentDeveloper' },
} as const satisfies Record<keyof Bearers, Visitor>;

/** Launches some of the people. @returns their bearers */
async function launchAll<Name extends keyof Bearers>(
  url: string,
  platform: TestPlatform,
  names: readonly Name[],
): Promise<Pick<Bearers, Name>> {
  const browser = openBrowser();
  const bearers: Partial<Record<keyof Bearers, string>> = {};
  try {
    for (const name of names) {
      const { text } = await launchOnce(browser, platform, waymarkTool(url), PEOPLE[name]);
      const bearer = /"bearer":"([^"]+)"/.exec(text)?.[1];
      if (bearer === undefined) throw new Error(`the launch of the ${name} gave no bearer`);
      bearers[name] = bearer;
    }
  } finally {
    browser.close();
  }
  return bearers as Pick<Bearers, Name>;
}

/** A gradebook with one column, for the page that lists a course's. */
function serveColumns(platform: TestPlatform): void {
  platform.onRequest = (req, _body, res) => {
    const isToken = req.url === '/token';
    const type = isToken ? 'application/json' : 'application/vnd.ims.lis.v2.lineitemcontainer+json';
    const token = { access_token: 'scale', token_type: 'Bearer', expires_in: 3600 };
    const items = [{ id: `${platform.url}/lineitems/free`, label: 'Another column', scoreMaximum: 10 }];
    res.writeHead(200, { 'content-type': type }).end(JSON.stringify(isToken ? token : items));
  };
}

interface Request {
  method?: 'GET' | 'POST';
  body?: unknown;
}

async function call(url: string, bearer: string, path: string, request: Request = {}): Promise<unknown> {
  const { method = 'GET', body } = request;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      'idempotency-key': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
  return response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text;
}

/** Ground for seeds, found from what the launches left. */
async function findGround(deps: AppDeps, joined: Joined, lms: string): Promise<Ground> {
  const { institutionId, platformId, deploymentId, versionId } = joined;
  const context = await ContextModel.findOne({ institutionId, ltiId: COURSE }).lean();
  const run = await ensureOpenRun(deps, institutionId, SAMPLE.key);
  await publishFramework(deps, operatorOf(institutionId), buildCore());
  await publishForm(deps, institutionId, SAMPLE_FORM);
  if (!context) throw new Error('the launches left no course');
  const reviewerId = await personIdOf(institutionId, PEOPLE.reviewer.sub);
  const writer = { institutionId, personId: reviewerId, id: null };
  const now = deps.clock.now();
  const instructorId = await personIdOf(institutionId, PEOPLE.instructor.sub);
  const uploadId = randomUUID();
  const owner = { _id: uploadId, institutionId, personId: instructorId };
  await ArtifactModel.create({ ...storedUpload(owner, now), purpose: 'bundle' });
  return {
    institutionId,
    platformId,
    deploymentId,
    lms,
    contextId: context._id,
    runId: run._id,
    version: await getVersion(institutionId, versionId),
    modules: await listModules(institutionId, versionId),
    reviewerId,
    draftId: await beginDraft(deps, writer, NEXT_VERSION),
    overlayId: await beginOverlay(deps, writer, adaptCore()),
    uploadId,
    observationId: await storeObservation(deps, {
      institutionId,
      contextId: context._id,
      observedId: instructorId,
      observerId: await personIdOf(institutionId, PEOPLE.teacher.sub),
    }),
    now,
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
  await migrate(log, MIGRATIONS);
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
  const opened = await call(url, bearer, '/api/v1/enrolments/open', { method: 'POST' });
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
  serveColumns(platform);
  const first = await launchAll(url, platform, ['teacher', 'reviewer', 'instructor', 'admin', 'designer']);
  await giveRoles(deps, joined.institutionId);
  const work = await openOwnWork(url, first.teacher);
  const ground = await findGround(deps, joined, platform.url);
  const examiner = await openExaminer(uri);
  ends.push(() => examiner.close());
  let count = 0;
  // seeded before they launch: then it is theirs
  let later: Promise<Pick<Bearers, 'author' | 'grader'>> | null = null;
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
      later ??= launchAll(url, platform, ['author', 'grader']);
      const bearers = { ...first, ...(await later) };
      return pagesOf(ground, { bearers, work, far }).map(({ bearer, path, ...page }) => ({
        ...page,
        visit: async () => void (await call(url, bearer, path)),
      }));
    },
    async approving(readers) {
      const sealer = startSealer({ log: deps.log, listInstitutionIds });
      ends.push(() => sealer.stop());
      const admins: string[] = [];
      while (admins.length < readers) admins.push((await launchAll(url, platform, ['admin'])).admin);
      const ask: Ask = (bearer, path, method = 'GET', body = undefined) =>
        call(url, bearer, path, { method, body });
      return { ground, reviewer: first.reviewer, admins, ask };
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
