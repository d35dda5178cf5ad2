import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { withDatabase } from '../../../scripts/lib/mongod.mjs';
import { freePort } from '../../../scripts/lib/ports.mjs';
// loads every model, so that migrate() makes every index
import '../../../server/app.ts';
import { connectDatabase } from '../../../server/db.ts';
import { migrate } from '../../../server/migrations/migrations.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { startTestPlatform, type TestPlatform } from '../../support/testPlatform.ts';
import type { BenchOptions } from '../figure.ts';
import { joinPlatform, type Joined } from '../launch/join.ts';
import { startMeasured, type Measured } from '../launch/measured.ts';

/** One for all of ours: they share the tool's keys. */
const SECRET = randomBytes(24).toString('hex');

/** A database with one district in it, and what starts processes on it. */
export interface BenchWorld {
  platform: TestPlatform;
  joined: Joined;
  /** The production build of ours. @param counting  it tells its MongoDB commands */
  startWaymark(workers: number, counting?: boolean): Promise<Measured>;
  /** The bare program, on the same database. */
  startBare(): Promise<Measured>;
}

/** Makes the world on a database of its own, and ends and removes all of it afterwards. */
export async function withBenchWorld<T>(
  options: Pick<BenchOptions, 'mongoUri' | 'folder'>,
  work: (world: BenchWorld) => Promise<T>,
): Promise<T> {
  const uri = withDatabase(options.mongoUri, `waymark_bench_page_${randomUUID().slice(0, 8)}`);
  const folder = await mkdtemp(join(options.folder, 'page-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const started = async (server: Promise<Measured>): Promise<Measured> => {
    const measured = await server;
    ends.push(() => measured.end());
    return measured;
  };
  try {
    await connectDatabase(uri);
    ends.push(async () => {
      await mongoose.connection.dropDatabase();
      await mongoose.disconnect();
    });
    await migrate(pino({ level: 'silent' }), MIGRATIONS);
    const platform = await startTestPlatform();
    ends.push(() => platform.close());
    return await work({
      platform,
      joined: await joinPlatform(platform),
      async startWaymark(workers, counting = false) {
        const port = await freePort();
        const url = `http://127.0.0.1:${port}`;
        const database = new URL(uri);
        if (counting) database.searchParams.set('monitorCommands', 'true');
        const env = {
          PUBLIC_URL: url,
          PORT: String(port),
          MONGODB_URI: database.href,
          SECRET_KEYS: SECRET,
          ALLOW_LOCAL_PLATFORMS: '1',
          WORKERS: String(workers),
        };
        const logFile = join(folder, `waymark-${port}.log`);
        const file = '../../../dist/server/main.js';
        return started(startMeasured({ file, url, readyPath: '/healthz', env, logFile }));
      },
      async startBare() {
        const port = await freePort();
        const env = { BARE_PORT: String(port), BARE_MONGODB_URI: uri };
        const url = `http://127.0.0.1:${port}`;
        const [file, logFile] = ['../page/bareAnswer.mjs', join(folder, 'bare.log')];
        return started(startMeasured({ file, url, readyPath: '/ready', env, logFile }));
      },
    });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
