import { AsyncLocalStorage } from 'node:async_hooks';
import { types } from 'node:util';
import mongoose, { type ClientSession, type Model, type Mongoose } from 'mongoose';

/** A clock that follows the database's: two processes agree on what is past, whatever their own clocks say. */
export interface Clock {
  now(): Date;
}

/**
 * An election takes up to 12 s: 10 until the others miss the primary, then their vote. An operation waits longer than that for a
 * primary, and the driver then repeats it once; so it is done late, but done.
 */
const SELECTION_MS = 20_000;
/**
 * A primary that hangs (a paused host, a full disk) keeps its connections open. Silence ends them, later than an election would.
 */
const SILENCE_MS = 20_000;
/**
 * How often members are pinged, and how soon they count as gone when they do not respond: together less than an election takes.
 */
const HEARTBEAT_MS = 4_000;
const CONNECT_MS = 8_000;
/** How often a connection pool checks for connections to close or add when it has no minimum size. */
const POOL_CHECK_MS = 60_000;
/** A transaction may wait for a primary and then be repeated. Nobody waits longer than 28 s: a browser gives up after 30. */
const TRANSACTION_SHARE = 1.4;

/** Timeouts. Those set in the connection string take precedence. */
const TIMES = {
  serverSelectionTimeoutMS: SELECTION_MS,
  waitQueueTimeoutMS: SELECTION_MS,
  heartbeatFrequencyMS: HEARTBEAT_MS,
  connectTimeoutMS: CONNECT_MS,
  socketTimeoutMS: SILENCE_MS,
};

/** Option names are case-insensitive. */
const uriOptions = (uri: string): Map<string, string> =>
  new Map(
    [...new URLSearchParams(uri.split('?')[1] ?? '')].map(([name, value]) => [name.toLowerCase(), value]),
  );

function timesFor(uri: string): Partial<typeof TIMES> {
  const own = uriOptions(uri);
  return Object.fromEntries(Object.entries(TIMES).filter(([name]) => !own.has(name.toLowerCase())));
}

/** How long an operation waits for a primary, in ms. */
export function selectionMs(uri: string): number {
  return Number(uriOptions(uri).get('serverselectiontimeoutms')) || SELECTION_MS;
}

/** The value for the open connection. */
let waitsMs = SELECTION_MS;

/**
 * A client of the driver that rarely wakes the process. By default its pools check their connections ten times a second, which is
 * more than half of the cost of an idle process. Without a minimum size and an idle timeout they have nothing to do: a broken
 * connection is removed when it is next taken from the pool. The driver (7.8, `ConnectionPool`) reads the interval from its
 * client's options, but no constructor and no connection string accepts it.
 */
function createClient(uri: string, options: mongoose.mongo.MongoClientOptions): mongoose.mongo.MongoClient {
  const client = new mongoose.mongo.MongoClient(uri, options);
  const { minPoolSize, maxIdleTimeMS } = client.options;
  if (minPoolSize === 0 && maxIdleTimeMS === 0)
    Object.assign(client.options, { minPoolSizeCheckFrequencyMS: POOL_CHECK_MS });
  // as mongoose itself does: each part of a process may listen
  return client.setMaxListeners(0);
}

/**
 * Connects mongoose with our settings: unknown fields and paths throw, indexes come from migrations only, and elections are
 * ridden out unless the connection string sets shorter timeouts.
 *
 * @param how.patient  for work in which a single command may take long, such as building an index
 * @throws an error that `isDatabaseAway` recognises, if no primary is found in time; the connection is then closed completely
 */
export async function connectDatabase(uri: string, how: { patient?: boolean } = {}): Promise<Mongoose> {
  mongoose.set({
    strictQuery: 'throw',
    sanitizeFilter: false,
    runValidators: true,
    autoIndex: false,
    autoCreate: false,
    // the driver waits for a primary; mongoose's own queue would give up after 10 s, before an election is over
    bufferCommands: false,
  });
  const { socketTimeoutMS, ...times } = timesFor(uri);
  const client = createClient(uri, {
    appName: 'waymark',
    driverInfo: { name: 'Mongoose', version: mongoose.version },
    ...times,
    ...(how.patient || socketTimeoutMS === undefined ? {} : { socketTimeoutMS }),
    maxPoolSize: 50,
    // "accepted", "submitted" and "approved" promise a majority
    writeConcern: { w: 'majority' },
  });
  try {
    await client.connect();
    mongoose.connection.setClient(client);
  } catch (error) {
    await client.close();
    throw error;
  }
  waitsMs = selectionMs(uri);
  watchForPrimary(client);
  return mongoose;
}

/** Servers that accept writes: a primary, a router, a standalone server. */
const WRITABLE: ReadonlySet<string> = new Set(['RSPrimary', 'Mongos', 'Standalone', 'LoadBalancer']);
let awaySince: number | null = null;

function watchForPrimary(client: mongoose.mongo.MongoClient): void {
  awaySince = null;
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    const isThere = [...newDescription.servers.values()].some(({ type }) => WRITABLE.has(type));
    awaySince = isThere ? null : (awaySince ?? performance.now());
  });
}

/** True if there has been no primary for longer than an operation would wait for one: waiting again is pointless. */
export function isDatabaseLongAway(): boolean {
  return awaySince !== null && performance.now() - awaySince > waitsMs;
}

const AWAY_NAMES: ReadonlySet<string> = new Set([
  ...[
    'MongoServerSelectionError',
    'MongooseServerSelectionError',
    'MongoNetworkError',
    'MongoNetworkTimeoutError',
  ],
  ...[
    'MongoNotConnectedError',
    'MongoTopologyClosedError',
    'MongoServerClosedError',
    'MongoClientClosedError',
  ],
  ...[
    'MongoPoolClearedError',
    'MongoPoolClosedError',
    'PoolClearedOnNetworkError',
    'MongoWaitQueueTimeoutError',
  ],
  ...['MongoStalePrimaryError', 'MongoOperationTimeoutError', 'MongoExpiredSessionError'],
]);
/**
 * From servers that are no longer the primary, are shutting down, or wait for a majority that does not exist:
 * https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const AWAY_CODES: ReadonlySet<unknown> = new Set([
  ...[6, 7, 64, 89, 91, 100, 133, 134, 189, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436],
]);

/** From a socket that broke after it was open. */
const BROKEN_CODES: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT']);
const TRANSFERS: ReadonlySet<unknown> = new Set([undefined, 'read', 'write']);

/**
 * True for the error of a socket itself, in the form that no other client here throws it (undici, the scanner's and Node's own
 * request wrap theirs). The driver (7.8, `Connection#writeCommand`) passes it on if a connection breaks while a command waits to
 * be written. It is not one of the driver's classes, has none of its labels, and the driver does not repeat it.
 */
function isBrokenConnection(error: unknown): error is Error {
  if (!types.isNativeError(error) || error.name !== 'Error' || error.message === 'aborted') return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return BROKEN_CODES.has(code) && TRANSFERS.has(syscall);
}

/** True if the database could not be reached or had no primary, as opposed to a fault in the request. */
export function isDatabaseAway(error: unknown): boolean {
  if (isBrokenConnection(error)) return true;
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (AWAY_NAMES.has(at.name) || ('code' in at && AWAY_CODES.has(at.code))) return true;
  }
  return false;
}

/** A transaction that could not be ended in time: it is unknown whether it was stored. */
class TransactionTooLate extends Error {
  override readonly name = 'MongoOperationTimeoutError';
}

/** Makes the driver restart its transaction, as it does for any other connection that breaks before the commit. */
function toTransient(error: unknown): unknown {
  if (!isBrokenConnection(error)) return error;
  const transient = new mongoose.mongo.MongoNetworkError(error.message, { cause: error });
  transient.addErrorLabel('TransientTransactionError');
  return transient;
}

/** Waits for a transaction as long as a person would. @throws {TransactionTooLate} while it may still continue and be stored */
async function inTime<T>(running: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TransactionTooLate('the transaction took too long')), limitMs);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
    // it may end after we have given up
    running.catch(() => undefined);
  }
}

/** What else to write in the transaction of a piece of work that does not know about it. */
export interface CommitHooks {
  /** Called before the first operation of the transaction. If it throws, the transaction ends before its work. */
  begin(tx: ClientSession): Promise<void>;
  /** Called in the transaction, after its work, and again when the driver repeats it. If it throws, the transaction ends. */
  write(tx: ClientSession, returned: unknown): Promise<void>;
}

const commitHooks = new AsyncLocalStorage<{ hooks: CommitHooks | null; committed: boolean }>();

/**
 * Runs `work`, and calls `hooks` in its one transaction.
 *
 * @returns what `work` returned, and whether it ran a transaction
 * @throws also if `work` starts a second transaction: what the hooks wrote would be committed with only half of it
 */
export async function withCommitHooks<T>(
  hooks: CommitHooks,
  work: () => Promise<T>,
): Promise<{ returned: T; committed: boolean }> {
  const store: { hooks: CommitHooks | null; committed: boolean } = { hooks, committed: false };
  try {
    return { returned: await commitHooks.run(store, work), committed: store.committed };
  } finally {
    // anything that the work left running has transactions of its own
    store.hooks = null;
  }
}

/**
 * Runs `work` in one MongoDB transaction, which the driver repeats on transient errors; so `work` must have no effect outside the
 * session. It rides out an election, and gives up (`isDatabaseAway`) where the driver alone would continue for two minutes. What
 * was given up may still be stored, as after a broken connection.
 */
export async function inTransaction<T>(work: (tx: ClientSession) => Promise<T>): Promise<T> {
  const store = commitHooks.getStore();
  const hooks = store?.hooks ?? null;
  if (hooks && store?.committed) throw new Error('work with commit hooks has one transaction');
  const limitMs = waitsMs * TRANSACTION_SHARE;
  const giveUpAt = performance.now() + limitMs;
  let begun = false;
  const running = mongoose.connection.transaction<T>(
    async (tx) => {
      if (performance.now() > giveUpAt) throw new TransactionTooLate('the transaction took too long');
      try {
        if (!begun) await hooks?.begin(tx);
        begun = true;
        const returned = await work(tx);
        await hooks?.write(tx, returned);
        return returned;
      } catch (error) {
        throw toTransient(error);
      }
    },
    { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } },
  );
  const result = await inTime(running, limitMs);
  if (hooks && store) store.committed = true;
  return result;
}

/**
 * Ends what a session of a dead process left open: its transaction would block what it wrote to for a minute.
 *
 * @param id  of the session (`toSessionId`)
 */
export async function killSession(id: string): Promise<void> {
  const { UUID } = mongoose.mongo;
  await mongoose.connection.db?.admin().command({ killSessions: [{ id: new UUID(id) }] });
}

/** Names a session for `killSession`. */
export function toSessionId(tx: ClientSession): string | null {
  const { UUID } = mongoose.mongo;
  return tx.id ? new UUID(tx.id.id.buffer).toString() : null;
}

/**
 * Stores one new document as it is: nothing is cast, validated or filled in. For documents that every launch writes and the
 * compiler has checked completely: `insertMany` turns them into a bulk write, which makes a launch 5 % more expensive.
 */
export async function insertUnchecked<T extends { _id: string }>(
  model: Model<T>,
  document: T,
): Promise<void> {
  const collection = model.collection as unknown as { insertOne(document: T): Promise<unknown> };
  await collection.insertOne(document);
}

/** @returns whether the database responds; it rejects if it cannot be reached */
export async function pingDatabase(): Promise<boolean> {
  return (await mongoose.connection.db?.admin().command({ ping: 1 }))?.['ok'] === 1;
}
