// @ts-check
import mongoose from 'mongoose';

/**
 * Stops the MongoDB that the setup started, or removes what the test files left for each other on the given one.
 *
 * @returns {Promise<void>}
 */
export default async function tearDown() {
  const global = /** @type {{waymarkTestMongo?: import('../../scripts/lib/mongod.mjs').Mongo | null}} */ (
    globalThis
  );
  const mongo = global.waymarkTestMongo;
  if (mongo === undefined) await dropKept();
  // called again for another project
  global.waymarkTestMongo = null;
  await mongo?.stop();
}

/** @returns {Promise<void>} */
async function dropKept() {
  const prefix = `waymark_test_${process.env['WAYMARK_TEST_RUN']}_`;
  const client = new mongoose.mongo.MongoClient(process.env['WAYMARK_TEST_MONGODB_URI'] ?? '');
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  const left = databases.filter(({ name }) => name.startsWith(prefix));
  await Promise.all(left.map(({ name }) => client.db(name).dropDatabase()));
  await client.close();
}
