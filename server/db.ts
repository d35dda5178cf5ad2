import { AsyncLocalStorage } from 'node:async_hooks';
import mongoose, { type ClientSession, type Model, type Mongoose } from 'mongoose';

/** A clock that runs with the database's: two processes agree on what is past, whatever their own clocks say. */
export interface Clock {
  now(): Date;
}

/**
 * Connects mongoose with the house's settings: unknown fields and paths throw, indexes come
 * from migrations only.
 */
export async function connectDatabase(uri: string): Promise<Mongoose> {
  mongoose.set({
    strictQuery: 'throw',
    sanitizeFilter: false,
    runValidators: true,
    autoIndex: false,
    autoCreate: false,
  });
  return mongoose.connect(uri, {
    appName: 'waymark',
    serverSelectionTimeoutMS: 10_000,
    maxPoolSize: 50,
    // majority is what "accepted", "submitted" and "approved" promise
    writeConcern: { w: 'majority' },
  });
}

/** What is to be written in the transaction of a piece of work that does not know of it. */
export interface Alongside {
  /** Called before the first operation of the transaction. What it throws ends it before its work. */
  begin(session: ClientSession): Promise<void>;
  /** Called in the transaction, after its work; again when the driver repeats it. What it throws ends the transaction. */
  write(session: ClientSession, returned: unknown): Promise<void>;
}

const alongside = new AsyncLocalStorage<{ what: Alongside | null; committed: boolean }>();

/**
 * Runs `work`, whose one transaction also writes what stands alongside.
 *
 * @returns what `work` returned, and whether it came to a transaction
 * @throws also when `work` begins a second transaction: what stands alongside would be committed with half of it
 */
export async function committingAlongside<T>(
  what: Alongside,
  work: () => Promise<T>,
): Promise<{ returned: T; committed: boolean }> {
  const store: { what: Alongside | null; committed: boolean } = { what, committed: false };
  try {
    return { returned: await alongside.run(store, work), committed: store.committed };
  } finally {
    // what the work has left running has transactions of its own
    store.what = null;
  }
}

/**
 * Runs `work` in one MongoDB transaction, repeated by the driver on transient faults: so `work` must have no effect outside the
 * session.
 */
export async function inTransaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
  const store = alongside.getStore();
  const also = store?.what ?? null;
  if (also && store?.committed) throw new Error('work that commits alongside something has one transaction');
  let begun = false;
  const result = await mongoose.connection.transaction<T>(
    async (session) => {
      if (!begun) await also?.begin(session);
      begun = true;
      const returned = await work(session);
      await also?.write(session, returned);
      return returned;
    },
    { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } },
  );
  if (also && store) store.committed = true;
  return result;
}

/**
 * Ends what a session of a process that died has left open: its transaction would hold what it wrote to for a minute.
 *
 * @param id  of the session (`toSessionId`)
 */
export async function endOrphan(id: string): Promise<void> {
  const { UUID } = mongoose.mongo;
  await mongoose.connection.db?.admin().command({ killSessions: [{ id: new UUID(id) }] });
}

/** Names a session for `endOrphan`. */
export function toSessionId(session: ClientSession): string | null {
  const { UUID } = mongoose.mongo;
  return session.id ? new UUID(session.id.id.buffer).toString() : null;
}

/**
 * Stores one new document as it is: nothing is cast, validated or filled in. For what every launch writes and the compiler has seen
 * whole: `insertMany` makes a bulk write of it, which costs a launch 5 % more.
 */
export async function insertAsIs<T extends { _id: string }>(model: Model<T>, document: T): Promise<void> {
  const collection = model.collection as unknown as { insertOne(document: T): Promise<unknown> };
  await collection.insertOne(document);
}
