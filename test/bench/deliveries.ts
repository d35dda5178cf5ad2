import { randomBytes, randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { withDatabase } from '../../scripts/lib/mongod.mjs';
import { startDatabaseClock } from '../../server/databaseClock.ts';
import { connectDatabase } from '../../server/db.ts';
import { migrate } from '../../server/migrations/migrations.ts';
import { MIGRATIONS } from '../../server/migrations/index.ts';
import { atMost, type BenchOptions, type Figure } from './figure.ts';
import { startProgram, type Program } from './programs.ts';
import { countOpen, seedScores } from '../support/scoreSeed.ts';

const ANSWER_MS = 50;
const FAIL_PERCENT = 5;
const CONCURRENCY = 8;
const SLACK = 1.3;
const LONGEST_MS = 10 * 60_000;
const LEASE_MS = 4_000;

interface Stats {
  requests: number;
  /** Mean, as the platform itself saw it. */
  answerMs: number;
  reads: number;
  failed: number;
  refused: number;
  arrived: number;
  twice: number;
  differing: number;
  arrivals: number[];
}

interface Scene {
  platform: Program;
  institutionId: string;
  count: number;
  /** Starts a worker process and returns when it is ready to begin. */
  worker(slots: number, leaseMs?: number): Promise<Program>;
  stats(): Promise<Stats>;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function untilAllSent(scene: Scene, meanwhile: (stats: Stats) => Promise<void> = async () => {}) {
  const end = Date.now() + LONGEST_MS;
  for (;;) {
    const stats = await scene.stats();
    if (stats.arrived === scene.count && (await countOpen(scene.institutionId)) === 0) return stats;
    if (Date.now() > end) throw new Error(`only ${stats.arrived} of ${scene.count} scores arrived`);
    await meanwhile(stats);
    await sleep(200);
  }
}

const begin = (worker: Program): boolean => worker.child.stdin?.write('go\n') ?? false;

/** One worker process, warm: how long until 99 % are there, against what the platform's own slowness makes of it. */
async function measureThroughput(scene: Scene, say: BenchOptions['say']): Promise<Figure[]> {
  const worker = await scene.worker(CONCURRENCY);
  begin(worker);
  const stats = await untilAllSent(scene);
  await worker.end();
  const at99 = stats.arrivals[Math.ceil(scene.count * 0.99) - 1] ?? Infinity;
  say(`deliveries: ${stats.requests} requests, answered in ${stats.answerMs.toFixed(1)} ms on average`);
  const limit = (SLACK * stats.requests * ANSWER_MS) / 1000 / CONCURRENCY;
  return [
    atMost(`deliveries: 99 % of ${scene.count} scores`, at99, limit, 's'),
    atMost('deliveries: sent twice without need', stats.twice, 0, 'scores'),
  ];
}

/** Two worker processes, one of them killed and replaced at each sixth of the way. */
async function measureKills(scene: Scene): Promise<Figure[]> {
  const half = CONCURRENCY / 2;
  const workers = [await scene.worker(half, LEASE_MS), await scene.worker(half, LEASE_MS)];
  workers.forEach(begin);
  let kills = 0;
  const stats = await untilAllSent(scene, async ({ arrived }) => {
    if (arrived < ((kills + 1) * scene.count) / 6 || kills >= 5) return;
    kills += 1;
    await workers.shift()?.end('SIGKILL');
    const next = await scene.worker(half, LEASE_MS);
    begin(next);
    workers.push(next);
  });
  for (const worker of workers) await worker.end();
  const missing = scene.count - stats.arrived;
  return [
    atMost(`deliveries: missing after ${kills} killed workers`, missing, 0, 'scores'),
    atMost('deliveries: with two different values after kills', stats.differing, 0, 'scores'),
  ];
}

async function withScene<T>(mongoUri: string, count: number, work: (scene: Scene) => Promise<T>): Promise<T> {
  const dbUri = withDatabase(mongoUri, `waymark_bench_deliveries_${randomUUID().slice(0, 8)}`);
  const db = await connectDatabase(dbUri);
  const clock = await startDatabaseClock(db);
  const platform = await startProgram('./deliveries/platform.ts', {
    WM_ANSWER_MS: String(ANSWER_MS),
    WM_FAIL_PERCENT: String(FAIL_PERCENT),
  });
  const secret = randomBytes(24).toString('hex');
  try {
    await migrate(pino({ level: 'silent' }), MIGRATIONS);
    const institutionId = await seedScores({ clock }, platform.said, count);
    return await work({
      platform,
      institutionId,
      count,
      worker: (slots, leaseMs) =>
        startProgram('./deliveries/worker.ts', {
          NODE_ENV: 'production',
          PUBLIC_URL: 'http://localhost:3000',
          ALLOW_LOCAL_PLATFORMS: '1',
          MONGODB_URI: dbUri,
          SECRET_KEYS: secret,
          WORKERS: String(slots),
          ...(leaseMs ? { WM_LEASE_MS: String(leaseMs) } : {}),
        }),
      stats: async () => (await (await fetch(`${platform.said}/stats`)).json()) as Stats,
    });
  } finally {
    clock.stop();
    await platform.end();
    await db.connection.dropDatabase();
    await mongoose.disconnect();
  }
}

/**
 * 10,000 scores to a platform that answers in 50 ms and fails 5 % with 503 (1,000 in the short form), then as many with worker
 * processes killed and replaced five times. Concurrency: 8 on their way at once, by one worker process, or by two with 4 each.
 * Counted: seconds from the first score request that the platform sees until it has taken 99 % of the scores; the
 * limit is 1.3 times what its own slowness makes of all requests, those that failed and were repeated included. Warm-up: none but the
 * start of the processes, which is not counted. The platform and the workers are processes of their own.
 */
export async function runDeliveriesBench(options: BenchOptions): Promise<Figure[]> {
  const count = options.quick ? 1_000 : 10_000;
  options.say(`deliveries: ${count} scores to a platform that answers in ${ANSWER_MS} ms`);
  const throughput = await withScene(options.mongoUri, count, (scene) =>
    measureThroughput(scene, options.say),
  );
  options.say('deliveries: the same with workers killed midway');
  const kills = await withScene(options.mongoUri, count, measureKills);
  return [...throughput, ...kills];
}
