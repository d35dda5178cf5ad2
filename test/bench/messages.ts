import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { withDatabase } from '../../scripts/lib/mongod.mjs';
import { startDatabaseClock } from '../../server/databaseClock.ts';
import { connectDatabase } from '../../server/db.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { MessageModel } from '../../server/features/messages/message.model.ts';
import { migrate } from '../../server/migrations/migrations.ts';
import { MIGRATIONS } from '../../server/migrations/index.ts';
import { addDueMails } from '../support/messages.ts';
import { atMost, type BenchOptions, type Figure } from './figure.ts';
import { startProgram, type Program } from './programs.ts';

const TAKES_MS = 100;
/** Of one process. */
const CONNECTIONS = 4;
/** So many mails of a process are on their way or not concluded when it is killed. */
const AT_ONCE = 8;
/** Of the time that sending alone takes, over as many connections. */
const SLACK = 1.5;
const GROWTH_MAX_MIB = 8;
const STEPS_DOWN_S = 2;
const LONGEST_MS = 30 * 60_000;
/** A claim of a killed process is given up after some seconds instead of five minutes. */
const TIMES = { connectMs: 1_000, silentMs: 2_000, mailMs: 2_000 };

interface Stats {
  /** Mails that the server has taken, answered or not. */
  mails: number;
  /** Messages that it has taken more than once. */
  twice: number;
  /** Mails that were taken and not answered. */
  hungUp: number;
  connections: number;
  /** From the first one to the last. */
  seconds: number;
}

interface Scene {
  smtpUrl: string;
  institutionId: string;
  count: number;
  /** Starts a process that sends, and returns when it is ready to begin. */
  mailer(): Promise<Program>;
  stats(): Promise<Stats>;
  /** Ids of the messages that the server has taken. */
  accepted(): Promise<string[]>;
}

const begin = (mailer: Program): boolean => mailer.child.stdin?.write('go\n') ?? false;

async function untilAllEnded(scene: Scene, meanwhile: (stats: Stats) => Promise<void>): Promise<Stats> {
  const { institutionId } = scene;
  const end = Date.now() + LONGEST_MS;
  for (;;) {
    const stats = await scene.stats();
    const isOpen = await MessageModel.exists({ institutionId, 'mail.dueAt': { $exists: true } });
    // those before are older than the last mail
    if (!isOpen) return scene.stats();
    if (Date.now() > end) throw new Error(`mails are still waiting; ${stats.mails} are there`);
    await meanwhile(stats);
    await sleep(500);
  }
}

/** What a process says next, after it was told to go on. */
async function answerOf({ child }: Program): Promise<number> {
  if (!child.stdin || !child.stdout) throw new Error('the process has no way to answer');
  const lines = createInterface({ input: child.stdout });
  child.stdin.write('go\n');
  const [line] = (await once(lines, 'line')) as [string];
  lines.close();
  return Number(line);
}

/** Seconds for so many mails over as many connections, with no database and nothing to decide. */
async function timeBare({ smtpUrl, count }: Scene): Promise<number> {
  const bare = await startProgram('./messages/bareMailer.ts', {
    SMTP_URL: smtpUrl,
    WM_COUNT: String(count),
    WM_CONNECTIONS: String(CONNECTIONS),
  });
  return answerOf(bare);
}

/** One process: how long until all are there, against sending them and nothing else, and what it holds at the end. */
async function measureOne(scene: Scene, bareSeconds: number): Promise<Figure[]> {
  const { count } = scene;
  const mailer = await scene.mailer();
  begin(mailer);
  let early: number | null = null;
  let late = NaN;
  const { seconds } = await untilAllEnded(scene, async ({ mails }) => {
    if (mails < count / 4) return;
    late = (await answerOf(mailer)) / 1024 ** 2;
    early ??= late;
  });
  await mailer.end();
  const share = seconds / bareSeconds;
  const growth = late - (early ?? NaN);
  return [
    atMost(`messages: time for ${count} mails, as a share of sending alone`, share, SLACK, 'ratio'),
    atMost('messages: growth of the heap from a quarter of them to the end', growth, GROWTH_MAX_MIB, 'MiB'),
  ];
}

/** The only member steps down, and is elected again some seconds later. */
async function stepDown(): Promise<void> {
  const admin = mongoose.connection.db?.admin();
  await admin?.command({ replSetStepDown: STEPS_DOWN_S, force: true }).catch(() => undefined);
}

/** What became of each message, against what the server took. */
async function countFates(scene: Scene, stats: Stats, kills: number): Promise<Figure[]> {
  const { institutionId, count } = scene;
  const messages = await MessageModel.find({ institutionId }, { mail: 1 }).lean();
  const inState = (state: string) =>
    messages.filter(({ mail }) => mail.state === state).map(({ _id }) => _id);
  const [sent, unknown] = [inState('sent'), inState('unknown')];
  const taken = new Set(await scene.accepted());
  const after = `after ${kills} killed processes`;
  return [
    atMost(`messages: taken twice by the server, ${after}`, stats.twice, 0, 'mails'),
    atMost('messages: neither sent nor unknown', count - sent.length - unknown.length, 0, 'mails'),
    atMost(
      'messages: sent, and not taken by the server',
      sent.filter((id) => !taken.has(id)).length,
      0,
      'mails',
    ),
    atMost(
      `messages: unknown (the server hung up on ${stats.hungUp})`,
      unknown.length,
      stats.hungUp + kills * AT_ONCE,
      'mails',
    ),
  ];
}

/**
 * Two processes at once, one of them killed and replaced at each quarter of the way; at half of it the database has no primary for
 * some seconds.
 *
 * @param bareSeconds  for one mail, by one process that does nothing else
 */
async function measureKills(scene: Scene, bareSeconds: number, say: BenchOptions['say']): Promise<Figure[]> {
  const { count } = scene;
  const mailers = [await scene.mailer(), await scene.mailer()];
  mailers.forEach(begin);
  let kills = 0;
  const stats = await untilAllEnded(scene, async ({ mails }) => {
    if (mails < ((kills + 1) * count) / 4 || kills >= 3) return;
    kills += 1;
    say(`messages: ${mails} are there; one of the processes is killed`);
    await mailers.shift()?.end('SIGKILL');
    if (kills === 2) await stepDown();
    const next = await scene.mailer();
    begin(next);
    mailers.push(next);
  });
  for (const mailer of mailers) await mailer.end();
  const { seconds } = stats;
  say(`messages: ${count} mails in ${seconds.toFixed(0)} s, over ${stats.connections} connections`);
  return [
    ...(await countFates(scene, stats, kills)),
    atMost(`messages: seconds for a mail, with kills`, seconds / count, SLACK * bareSeconds, 's'),
  ];
}

interface SceneOptions {
  mongoUri: string;
  count: number;
  closesEach: number;
  hangsUpEach: number;
  /** Nothing is due. */
  isEmpty?: boolean;
}

async function withScene<T>(
  { mongoUri, count, closesEach, hangsUpEach, isEmpty }: SceneOptions,
  work: (scene: Scene) => Promise<T>,
): Promise<T> {
  const dbUri = withDatabase(mongoUri, `waymark_bench_messages_${randomUUID().slice(0, 8)}`);
  const clock = await startDatabaseClock(await connectDatabase(dbUri));
  const server = await startProgram('./messages/mailServer.ts', {
    WM_TAKES_MS: String(TAKES_MS),
    WM_CLOSES_EACH: String(closesEach),
    WM_HANGS_UP_EACH: String(hangsUpEach),
  });
  const [smtpUrl = '', statsUrl = ''] = server.said.split(' ');
  const secret = randomBytes(24).toString('hex');
  try {
    await migrate(pino({ level: 'silent' }), MIGRATIONS);
    const { _id: institutionId } = await ensureInstitution({ clock }, `Bench ${randomUUID()}`);
    if (!isEmpty) await addDueMails(institutionId, count);
    return await work({
      smtpUrl,
      institutionId,
      count,
      mailer: () =>
        startProgram('./messages/mailer.ts', {
          NODE_ENV: 'production',
          PUBLIC_URL: 'http://localhost:3000',
          ALLOW_LOCAL_PLATFORMS: '1',
          MONGODB_URI: dbUri,
          SECRET_KEYS: secret,
          SMTP_URL: smtpUrl,
          INSTITUTION_ID: institutionId,
          LOG_LEVEL: 'silent',
          WM_TIMES: JSON.stringify(TIMES),
        }),
      stats: async () => (await (await fetch(statsUrl)).json()) as Stats,
      accepted: async () => (await (await fetch(`${statsUrl}/accepted`)).json()) as string[],
    });
  } finally {
    clock.stop();
    await server.end();
    await mongoose.connection.dropDatabase();
    await mongoose.disconnect();
  }
}

/**
 * Mails to a real mail server that takes 100 ms over each: 1,000 by one process, whose time is compared with sending as many over as
 * many connections and nothing else; then 10,000 by two at once, which nothing but their claims in the database keeps apart (300 and
 * 1,000 in the short form). Three times one of them is killed midway and replaced, and once the database loses its primary. The server
 * closes a connection after every hundredth mail, and takes every 500th without answering. Counted: seconds from the first mail that
 * the server sees, what a process holds, and for each message what became of it here and there.
 */
export async function runMessagesBench({ mongoUri, quick, say }: BenchOptions): Promise<Figure[]> {
  const [few, many] = quick ? [300, 1_000] : [1_000, 10_000];
  say(`messages: ${few} mails to a server that takes ${TAKES_MS} ms over each, by sending alone`);
  const mild = { mongoUri, count: few, closesEach: Infinity, hangsUpEach: Infinity };
  const bareSeconds = await withScene({ ...mild, isEmpty: true }, timeBare);
  say(`messages: ${bareSeconds.toFixed(1)} s; the same by one process`);
  const one = await withScene(mild, (scene) => measureOne(scene, bareSeconds));
  say(`messages: ${many} mails by two processes, which are killed midway`);
  const harsh = { mongoUri, count: many, closesEach: 100, hangsUpEach: 500 };
  const kills = await withScene(harsh, (scene) => measureKills(scene, bareSeconds / few, say));
  return [...one, ...kills];
}
