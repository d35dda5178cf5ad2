import { createHash, randomUUID } from 'node:crypto';
import mongoose, { model, Schema } from 'mongoose';
import type { Logger } from 'pino';
import { isDuplicateKey } from '../errors.ts';
import '../models.ts';

/** What has been run, and which process is running something: untenanted, like the schema itself. */
interface MigrationDoc {
  _id: string;
  holder: string | null;
  leaseUntil: Date | null;
  doneAt: Date | null;
}
const schema = new Schema<MigrationDoc>(
  {
    _id: { type: String, required: true },
    holder: { type: String, default: null },
    leaseUntil: { type: Date, default: null },
    doneAt: { type: Date, default: null },
  },
  { collection: 'migrations', strict: 'throw', versionKey: false },
);
const MigrationModel = model<MigrationDoc>('Migration', schema);

/** A numbered change of stored data: run once, in order, never edited after it has landed. */
export interface Migration {
  /** `0002-what-it-does` */
  id: string;
  run(): Promise<void>;
}

const LOCK = 'lock';
const LEASE_MS = 10 * 60_000;
const WAIT_MS = 500;

async function takeLock(holder: string): Promise<boolean> {
  await MigrationModel.updateOne({ _id: LOCK }, { $setOnInsert: { holder: null } }, { upsert: true }).catch(
    (error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    },
  );
  // the database's clock decides whether a lock has expired
  const taken = await MigrationModel.findOneAndUpdate(
    { _id: LOCK, $or: [{ leaseUntil: null }, { $expr: { $lt: ['$leaseUntil', '$$NOW'] } }] },
    [{ $set: { holder, leaseUntil: { $add: ['$$NOW', LEASE_MS] } } }],
    { returnDocument: 'after', updatePipeline: true },
  ).lean();
  return taken?.holder === holder;
}

/** Indexes of a large collection may take longer than a lease. */
async function renewLock(holder: string, log: Logger): Promise<void> {
  try {
    await MigrationModel.updateOne(
      { _id: LOCK, holder },
      [{ $set: { leaseUntil: { $add: ['$$NOW', LEASE_MS] } } }],
      { updatePipeline: true },
    );
  } catch (error) {
    log.warn({ err: error }, 'the migration lock could not be renewed; trying again');
  }
}

async function withLock<T>(log: Logger, work: () => Promise<T>): Promise<T> {
  const holder = randomUUID();
  for (let waits = 0; !(await takeLock(holder)); waits += 1) {
    if (waits === 0) log.info('another process is migrating; waiting for it');
    if (waits * WAIT_MS > LEASE_MS)
      throw new Error('another process has held the migration lock for too long');
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  const renewal = setInterval(() => void renewLock(holder, log), LEASE_MS / 5);
  renewal.unref();
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await MigrationModel.updateOne({ _id: LOCK, holder }, { $set: { holder: null, leaseUntil: null } });
  }
}

/** Creates every collection and every index that a model file declares; never drops one. */
async function createIndexes(): Promise<void> {
  for (const name of mongoose.modelNames().sort()) {
    const declared = mongoose.model(name);
    await declared.createCollection();
    await declared.createIndexes();
  }
}

/** Identifies what the models declare: another set of indexes has another id, and so counts as not yet done. */
function indexesId(): string {
  const declared = mongoose
    .modelNames()
    .sort()
    .map((name) => [name, mongoose.model(name).schema.indexes()]);
  return `indexes-${createHash('sha256').update(JSON.stringify(declared)).digest('hex').slice(0, 16)}`;
}

/** True if the indexes that this version declares were created and every numbered migration has run. */
export async function isMigrated(migrations: readonly Migration[]): Promise<boolean> {
  const expected = [indexesId(), ...migrations.map((migration) => migration.id)];
  const done = await MigrationModel.countDocuments({ _id: { $in: expected }, doneAt: { $ne: null } });
  return done === expected.length;
}

/**
 * Brings the schema up to date: indexes as the models declare them, then the numbered changes that have not run yet.
 * Safe to call from many processes at once.
 *
 * @returns ids of the changes that were run now
 */
export async function migrate(log: Logger, migrations: readonly Migration[]): Promise<string[]> {
  return withLock(log, async () => {
    await createIndexes();
    const finish = (id: string): Promise<unknown> =>
      MigrationModel.updateOne({ _id: id }, { $currentDate: { doneAt: true } }, { upsert: true });
    await finish(indexesId());
    const ran: string[] = [];
    for (const migration of migrations) {
      if (await MigrationModel.exists({ _id: migration.id, doneAt: { $ne: null } })) continue;
      await migration.run();
      await finish(migration.id);
      ran.push(migration.id);
    }
    return ran;
  });
}
