// @ts-check
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { startTemporaryMongo } from '../../scripts/lib/mongod.mjs';
import { createProgress } from '../../scripts/lib/progress.mjs';
import { bundlePrograms } from './programBundles.mjs';

/** As many as a test file uses that is not about keys. */
const KEY_PAIRS = 6;

/**
 * Prepares what the test files of a run share. Jest calls this for each project that needs it.
 *
 * @returns {Promise<void>}
 */
export default async function setUp() {
  process.env['WAYMARK_TEST_RUN'] ??= String(process.pid);
  process.env['WAYMARK_TEST_KEYS'] ??= JSON.stringify(await makeKeys());
  await bundlePrograms();
  // `npm test` provides one for all steps; Jest run by hand starts its own
  if (process.env['WAYMARK_TEST_MONGODB_URI']) return;
  const mongo = await startTemporaryMongo(createProgress(process.stderr));
  process.env['WAYMARK_TEST_MONGODB_URI'] = mongo.uri;
  Object.assign(globalThis, { waymarkTestMongo: mongo });
}

/** @returns {Promise<string[]>} private RSA keys for RS256: PEM, PKCS #8 */
function makeKeys() {
  const generate = promisify(generateKeyPair);
  const makeKey = async () => {
    const { privateKey } = await generate('rsa', { modulusLength: 2048 });
    return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  };
  return Promise.all(Array.from({ length: KEY_PAIRS }, makeKey));
}
