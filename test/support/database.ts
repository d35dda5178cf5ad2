import mongoose from 'mongoose';
import { withDatabase } from '../../scripts/lib/mongod.mjs';

/** A database for a test file, on the one `mongod` of the run. */
export interface TestDatabase {
  /** For `connectDatabase`; it names the database. */
  uri: string;
  dbName: string;
  /** Removes every document and leaves collections and their indexes: for `beforeEach`. */
  empty(): Promise<void>;
  /** Releases the database: for `afterAll`. */
  close(): Promise<void>;
}

/**
 * Names of this process: files that run in parallel never share a database. The run's own part lets jest's global teardown find
 * what is left.
 */
function nameOf(kind: string): string {
  const run = process.env['WAYMARK_TEST_RUN'] ?? '0';
  return `waymark_test_${run}_${process.pid}_${process.env['JEST_WORKER_ID'] ?? '0'}_${kind}`;
}

async function open(dbName: string): Promise<{ uri: string; client: mongoose.mongo.MongoClient }> {
  const server = process.env['WAYMARK_TEST_MONGODB_URI'];
  if (!server)
    throw new Error('WAYMARK_TEST_MONGODB_URI is not set: run `npm test`, or jest with its config.');
  const client = new mongoose.mongo.MongoClient(server, { serverSelectionTimeoutMS: 5_000 });
  await client.connect();
  return { uri: withDatabase(server, dbName), client };
}

/** Collections that contain a document, found by one command: most are empty, whatever a test did. */
async function filledCollections(db: mongoose.mongo.Db): Promise<string[]> {
  const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  const [first, ...others] = collections
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'));
  if (first === undefined) return [];
  const nameFirst = (name: string) => [{ $limit: 1 }, { $project: { _id: 0, name: { $literal: name } } }];
  const all = [
    ...nameFirst(first),
    ...others.map((coll) => ({ $unionWith: { coll, pipeline: nameFirst(coll) } })),
  ];
  const filled = await db.collection(first).aggregate<{ name: string }>(all).toArray();
  return filled.map(({ name }) => name);
}

/** @param kept  collections whose documents stay */
async function empty(db: mongoose.mongo.Db, kept: readonly string[] = []): Promise<void> {
  const names = await filledCollections(db);
  const emptied = names.filter((name) => !kept.includes(name));
  await Promise.all(emptied.map((name) => db.collection(name).deleteMany({})));
}

/**
 * A fresh database without a collection, removed at the end. The server is the one of WAYMARK_TEST_MONGODB_URI, which `npm test`
 * sets, or jest's global setup if somebody runs jest by hand.
 *
 * @throws if that variable is not set or nothing responds within 5 s
 */
export async function connectTestDatabase(): Promise<TestDatabase> {
  const dbName = nameOf('fresh');
  const { uri, client } = await open(dbName);
  const db = client.db(dbName);
  await db.dropDatabase();

  return {
    uri,
    dbName,
    empty: () => empty(db),
    async close() {
      await db.dropDatabase();
      await client.close();
    },
  };
}

/** What has been run stays with the indexes that it made. */
const KEPT = ['migrations'];

/**
 * A database without a document, for files that migrate it with `bringUpToDate`. Its collections and indexes are those of the
 * process's last such file, which has usually done all of that work: creating them takes both cores most of a second.
 *
 * @throws as `connectTestDatabase`
 */
export async function connectKeptDatabase(): Promise<TestDatabase> {
  const dbName = nameOf('kept');
  const { uri, client } = await open(dbName);
  const db = client.db(dbName);
  await empty(db, KEPT);

  return { uri, dbName, empty: () => empty(db, KEPT), close: () => client.close() };
}
