// @ts-check
import { startTemporaryMongo } from '../../scripts/lib/mongod.mjs';
import { createProgress } from '../../scripts/lib/progress.mjs';

/**
 * Gives tests a MongoDB where none was given: when jest is run by hand. Jest calls this for each project that needs it.
 *
 * @returns {Promise<void>}
 */
export default async function startTestMongo() {
  if (process.env['WAYMARK_TEST_MONGODB_URI']) return;
  const mongo = await startTemporaryMongo(createProgress(process.stderr));
  process.env['WAYMARK_TEST_MONGODB_URI'] = mongo.uri;
  Object.assign(globalThis, { waymarkTestMongo: mongo });
}
