import mongoose from 'mongoose';
import { withDatabase } from '../../scripts/lib/mongod.mjs';

/** A database of this test file's own, on the one `mongod` of the run. */
export interface TestDatabase {
  /** For `connectDatabase`; it names the database. */
  uri: string;
  dbName: string;
  /** Removes every document and leaves collections and their indexes: for `beforeEach`. */
  empty(): Promise<void>;
  /** Removes the database: for `afterAll`. */
  drop(): Promise<void>;
}

/**
 * A fresh, empty database for one test file. Files that run in parallel never share one. The server is the one of
 * WAYMARK_TEST_MONGODB_URI, which `npm test` sets, or jest's global setup if somebody runs jest by hand.
 *
 * @throws if that variable is not set or nothing responds within 5 s
 */
export async function connectTestDatabase(): Promise<TestDatabase> {
  const server = process.env['WAYMARK_TEST_MONGODB_URI'];
  if (!server)
    throw new Error('WAYMARK_TEST_MONGODB_URI is not set: run `npm test`, or jest with its config.');
  const dbName = `waymark_test_${process.pid}_${process.env['JEST_WORKER_ID'] ?? '0'}`;
  const client = new mongoose.mongo.MongoClient(server, { serverSelectionTimeoutMS: 5_000 });
  await client.connect();
  const db = client.db(dbName);
  await db.dropDatabase();

  return {
    uri: withDatabase(server, dbName),
    dbName,
    async empty() {
      const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
      const own = collections.filter(({ name }) => !name.startsWith('system.'));
      await Promise.all(own.map(({ name }) => db.collection(name).deleteMany({})));
    },
    async drop() {
      await db.dropDatabase();
      await client.close();
    },
  };
}
