import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { promptsOf, unrollModule } from '../../../contract/cycles.ts';
import { freePort } from '../../../scripts/lib/ports.mjs';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { startDemoLms, type DemoLms } from '../../../demo-lms/server.ts';
import { registerDemoPlatform } from '../../../server/cli/demoPlatform.ts';
import { readConfig } from '../../../server/config.ts';
import { startDatabaseClock } from '../../../server/databaseClock.ts';
import { connectDatabase } from '../../../server/db.ts';
import { migrate } from '../../../server/migrations/migrations.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { wire } from '../../../server/wire.ts';
import { startAppProcess, type AppProcess } from '../../support/appProcess.ts';
import { openSampleInstitution, SAMPLE } from '../../support/build.ts';
import { launchThrough } from '../../support/launching.ts';
import { startReplicaSet, type TestReplicaSet } from '../../support/replicaSet.ts';
import type { Assigned } from './actors.ts';
import { Client, type Balancer } from './client.ts';
import { withTimeout, type Cleanups } from './cleanups.ts';
import type { Journal } from './journal.ts';

const WORKERS = 2;
/** As MongoDB has it unless told otherwise. */
const ELECTION_MS = 10_000;
/** A process gets so long to follow SIGTERM. */
const STOP_MS = 6_000;

/** The processes of Waymark that run now; one that was killed is replaced at the same port. */
export class Apps implements Balancer {
  readonly #env: Record<string, string>;
  readonly #ports: number[];
  readonly #running = new Map<number, AppProcess>();
  /** Also those that have ended: what they logged tells of answers that nobody expected. */
  readonly #started: AppProcess[] = [];
  readonly #children = new Set<ChildProcess>();
  #stopped = false;
  readonly giveUpAt: number;
  #next = 0;

  constructor(env: Record<string, string>, ports: number[], giveUpAt: number) {
    this.giveUpAt = giveUpAt;
    this.#env = env;
    this.#ports = ports;
  }

  async start(port: number): Promise<void> {
    if (this.#stopped) return;
    const env = { ...this.#env, PORT: String(port) };
    const app = await startAppProcess(env, (child) => this.#children.add(child));
    this.#running.set(port, app);
    this.#started.push(app);
  }

  /** Takes turns between the ports, dead ones too: a balancer notices late. */
  url(): string {
    this.#next += 1;
    return `http://127.0.0.1:${this.#ports[this.#next % this.#ports.length]}`;
  }

  /** SIGKILL, then a new process in its place. */
  async killAndReplace(nth: number): Promise<void> {
    const port = this.#ports[nth % this.#ports.length] ?? 0;
    const app = this.#running.get(port);
    app?.signal('SIGKILL');
    await app?.ended;
    await this.start(port);
  }

  /** What a process logged of a fault, also one that has ended. */
  explain(correlationId: string): string {
    for (const { lines } of this.#started)
      for (const line of lines)
        if (line['correlationId'] === correlationId && line.level >= 50) return JSON.stringify(line);
    return 'it was ended before it could log it';
  }

  /** SIGTERM, and SIGKILL for those that don't follow, also those that never came to listen. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const app of this.#running.values()) app.signal('SIGTERM');
    const all = Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await withTimeout('the processes', STOP_MS, all).catch(() => undefined);
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

export interface FaultsWorld {
  set: TestReplicaSet;
  apps: Apps;
  lms: DemoLms;
  /** One of each teacher, with the teacher's launch. */
  attempts: Assigned[];
  reviewer: Client;
}

interface Embedded {
  courseId: string;
  linkId: string;
  module: Assigned['module'];
}

/** Embeds the first module, which is open to all, with a column of 10 points, as a designer would. */
function embedModule({ lms }: DemoLms): Embedded {
  const [tool] = lms.tools.list();
  const [course] = lms.courses.list();
  const [module] = SAMPLE.modules;
  if (!tool || !course || !module) throw new Error('the demo LMS has no tool or no course');
  const { id } = lms.embed({
    courseId: course.id,
    toolId: tool.id,
    title: module.title,
    lineItem: { scoreMaximum: 10 },
    custom: { wm_pathway: SAMPLE.key, wm_module: module.key },
  });
  const prompts = promptsOf(unrollModule(module)).map(({ key }) => key);
  const criteria = module.criteria.map(({ key }) => key);
  return { courseId: course.id, linkId: id, module: { prompts, criteria } };
}

async function openAttempts(world: {
  url: string;
  apps: Apps;
  lms: DemoLms;
  embedded: Embedded;
  journal: Journal;
  teachers: number;
}): Promise<Assigned[]> {
  const { url, apps, lms, journal, teachers } = world;
  const { courseId, linkId, module } = world.embedded;
  const attempts: Assigned[] = [];
  for (let n = 0; n < teachers; n += 1) {
    const personId = `pupil-${n}`;
    lms.lms.people.add({ id: personId, name: `Pupil ${n}` });
    lms.lms.courses.enrol(courseId, personId, 'learner');
    const { bearer } = await launchThrough(url, lms, { personId, linkId });
    const client = new Client(apps, journal, bearer);
    const opened = await client.call(pathwayEndpoints.open, { body: {} });
    attempts.push({ client, attemptId: opened.body.attemptId ?? '', module });
  }
  return attempts;
}

/** Three members, two processes with workers, a demo LMS with teachers at work. @param ends  gets what was started, at once */
export async function startFaultsWorld(
  journal: Journal,
  ends: Cleanups,
  how: { teachers: number; giveUpAt: number; say: (text: string) => void },
): Promise<FaultsWorld> {
  const { teachers, say } = how;
  const set = await startReplicaSet({ members: 3, electionTimeoutMs: ELECTION_MS });
  ends.add('the set', () => set.stop());
  const ports = [await freePort(), await freePort()];
  const url = `http://localhost:${ports[0]}`;
  const env = {
    NODE_ENV: 'production',
    PUBLIC_URL: url,
    MONGODB_URI: set.uri('faults'),
    ALLOW_LOCAL_PLATFORMS: '1',
    SECRET_KEYS: randomUUID(),
    WORKERS: String(WORKERS),
    LOG_LEVEL: 'info',
    SHUTDOWN_NOTICE_SECONDS: '0',
  };
  const config = { ...readConfig(env), workers: 0 };
  const log = pino({ level: 'silent' });
  const db = await connectDatabase(config.mongodbUri);
  ends.add('the connection', () => mongoose.disconnect());
  await migrate(log, MIGRATIONS);
  const clock = await startDatabaseClock(db);
  const deps = wire(config, { clock, log, clientDirectory: '', shell: () => '' });
  ends.add('the clock', () => clock.stop());
  ends.add('calls to LMSs', () => deps.outbound.close());
  const apps = new Apps(env, ports, how.giveUpAt);
  ends.add('the processes', () => apps.stop());
  await Promise.all(ports.map((port) => apps.start(port)));
  const lms = await startDemoLms({ toolUrl: url });
  ends.add('the LMS', () => lms.close());
  const { institutionId } = await openSampleInstitution(deps, 'Faults');
  await registerDemoPlatform(deps, institutionId, lms.url);
  const embedded = embedModule(lms);
  say(`faults: ${teachers} teachers open a module`);
  const attempts = await openAttempts({ url, apps, lms, embedded, journal, teachers });
  const { linkId } = embedded;
  const { bearer } = await launchThrough(url, lms, { personId: 'reviewer', linkId });
  return { set, apps, lms, attempts, reviewer: new Client(apps, journal, bearer) };
}

export { WORKERS };
