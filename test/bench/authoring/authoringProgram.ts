import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import mongoose from 'mongoose';
import { readBundle } from '../../../server/bundles/readBundle.ts';
import { connectDatabase } from '../../../server/db.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { exportVersion } from '../../../server/features/bundles/exporting.service.ts';
import { publishBundleAsOperator } from '../../../server/features/bundles/importing.service.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { migrate } from '../../../server/migrations/migrations.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { artifactDeps } from '../../support/files/artifactServer.ts';
import { largePathway } from './largePathway.ts';

/** What a fresh process is asked to do, once; `zip` is a path. */
export type Task = { do: 'publish' } | { do: 'import'; zip: string } | { do: 'export'; zip: string };

/** What it took. */
export interface Taken {
  /** Peak memory above that before the task, in MiB. */
  grownMiB: number;
  /** Transactions that wrote something. */
  transactions: number;
}

const MIB = 1024 ** 2;

interface Transactions {
  totalCommitted: number;
}

async function countTransactions(): Promise<number> {
  const status = await mongoose.connection.db?.admin().serverStatus();
  return (status?.['transactions'] as Transactions | undefined)?.totalCommitted ?? NaN;
}

/** Watches what the process holds while it works; the peak since its start would include the start. */
async function watched(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 2);
  try {
    await work();
    peak = Math.max(peak, process.memoryUsage.rss());
  } finally {
    clearInterval(timer);
  }
  return (peak - before) / MIB;
}

const [, , uri = '', order = ''] = process.argv;
const task = JSON.parse(order) as Task;
await connectDatabase(uri);
const deps = artifactDeps();
await migrate(deps.log, MIGRATIONS);
const { _id: institutionId } = await ensureInstitution(deps, `Bench ${randomUUID()}`);

/** The same with one module: what is loaded and compiled once is no growth. */
async function warmUp(): Promise<void> {
  await publishPathway(deps, institutionId, { ...largePathway(1), key: randomUUID() });
  const small = largePathway(2);
  await publishPathway(deps, institutionId, small);
  const { zip } = await exportVersion(institutionId, small.key, null);
  zip.resume();
  await new Promise((resolve) => zip.once('close', resolve));
}

async function run(): Promise<() => Promise<unknown>> {
  switch (task.do) {
    case 'publish': {
      const content = largePathway();
      return () => publishPathway(deps, operatorOf(institutionId).institutionId, content);
    }
    case 'import':
      return () => readBundle(task.zip, (bundle) => publishBundleAsOperator(deps, institutionId, bundle));
    case 'export': {
      const { key } = largePathway(1);
      await publishPathway(deps, institutionId, largePathway());
      return async () =>
        pipeline((await exportVersion(institutionId, key, null)).zip, createWriteStream(task.zip));
    }
  }
}

await warmUp();
const work = await run();
const before = await countTransactions();
const grownMiB = await watched(work);
const taken: Taken = { grownMiB, transactions: (await countTransactions()) - before };
process.send?.(taken);
process.disconnect();
await mongoose.disconnect();
