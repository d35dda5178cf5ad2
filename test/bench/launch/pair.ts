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
import { joinPlatform } from './join.ts';
import { startMeasured, type Measured } from './measured.ts';

/** Waymark and bare ltijs, each a process of its own, and the platform that launches both: this process. */
export interface Pair {
  platform: TestPlatform;
  /** Another one of ours, which counts its MongoDB commands; the one that is timed doesn't. */
  counted: Measured;
  waymark: Measured;
  bare: Measured;
}

/** One for all of ours: they share the tool's keys. */
const SECRET = randomBytes(24).toString('hex');

async function startWaymark(mongodbUri: string, logFile: string): Promise<Measured> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PUBLIC_URL: url,
    PORT: String(port),
    MONGODB_URI: mongodbUri,
    SECRET_KEYS: SECRET,
    ALLOW_LOCAL_PLATFORMS: '1',
    WORKERS: '0',
  };
  return startMeasured({ file: '../../../dist/server/main.js', url, readyPath: '/healthz', env, logFile });
}

async function startBare(mongodbUri: string, platform: TestPlatform, logFile: string): Promise<Measured> {
  const port = await freePort();
  const env = { BARE_PORT: String(port), BARE_MONGODB_URI: mongodbUri, BARE_PLATFORM: platform.url };
  const url = `http://127.0.0.1:${port}`;
  return startMeasured({ file: 'bareLtijs.mjs', url, readyPath: '/keys', env, logFile });
}

/** Starts the pair on databases of its own, and ends and removes all of it afterwards. */
export async function withPair<T>(
  options: Pick<BenchOptions, 'mongoUri' | 'folder'>,
  work: (pair: Pair) => Promise<T>,
): Promise<T> {
  const { mongoUri } = options;
  const name = `waymark_bench_launch_${randomUUID().slice(0, 8)}`;
  const [own, bareUri] = [withDatabase(mongoUri, name), withDatabase(mongoUri, `${name}_bare`)];
  const folder = await mkdtemp(join(options.folder, 'launch-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    await connectDatabase(own);
    ends.push(async () => {
      await mongoose.connection.dropDatabase();
      await mongoose.connection.useDb(`${name}_bare`).dropDatabase();
      await mongoose.disconnect();
    });
    await migrate(pino({ level: 'silent' }), MIGRATIONS);
    const platform = await startTestPlatform();
    ends.push(() => platform.close());
    await joinPlatform(platform);
    const log = (file: string): string => join(folder, file);
    const started = async (server: Promise<Measured>): Promise<Measured> => {
      const measured = await server;
      ends.push(() => measured.end());
      return measured;
    };
    const counting = new URL(own);
    counting.searchParams.set('monitorCommands', 'true');
    return await work({
      platform,
      counted: await started(startWaymark(counting.href, log('counted.log'))),
      waymark: await started(startWaymark(own, log('waymark.log'))),
      bare: await started(startBare(bareUri, platform, log('bare.log'))),
    });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
