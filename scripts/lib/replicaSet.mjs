// @ts-check
import { SetupError } from './progress.mjs';

/**
 * What a server says about itself, as far as we need it.
 *
 * @typedef {{isWritablePrimary?: boolean, setName?: string, msg?: string, me?: string, hosts?: string[]}} Hello
 */

const POLL_MS = 50;
const NOT_YET_INITIALIZED = 94;
const INVALID_CONFIG = 93;

/**
 * Makes the `mongod` on a port of this machine a replica set of one, or readmits it to the set that its data belongs to (on
 * another port at that time), and waits until it accepts writes.
 *
 * @param {number} port
 * @param {{durable: boolean, limitSeconds: number, signal: AbortSignal}} how `durable`: a majority write waits for the disk
 * @returns {Promise<void>}
 */
export async function becomePrimary(port, { durable, limitSeconds, signal }) {
  const member = `127.0.0.1:${port}`;
  const until = Date.now() + limitSeconds * 1000;
  while (Date.now() < until && !signal.aborted) {
    const done = await withAdmin(`mongodb://${member}/`, async (admin) => {
      const state = /** @type {Hello} */ (await admin.command({ hello: 1 }));
      if (state.isWritablePrimary === true) return true;
      await configure(admin, member, durable);
      return false;
    }).catch(() => false);
    if (done) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`it took no writes after ${limitSeconds} s`);
}

/**
 * @param {import('mongoose').mongo.Admin} admin
 * @param {string} member
 * @param {boolean} durable
 */
async function configure(admin, member, durable) {
  const status = await admin.command({ replSetGetStatus: 1 }).catch(asStatus);
  if (status.code === NOT_YET_INITIALIZED) {
    const members = [{ _id: 0, host: member }];
    await admin.command({
      replSetInitiate: { _id: 'rs0', members, writeConcernMajorityJournalDefault: durable },
    });
  } else if (status.code === INVALID_CONFIG || status['myState'] === 10) {
    // REMOVED: the kept configuration names the port of the last run.
    const { config } = await admin.command({ replSetGetConfig: 1 });
    const moved = {
      ...config,
      version: config.version + 1,
      members: [{ ...config.members[0], host: member }],
    };
    await admin.command({ replSetReconfig: moved, force: true });
  }
}

/**
 * The code of a failed command, in the form of a response.
 *
 * @param {unknown} error
 * @returns {Record<string, unknown>}
 */
function asStatus(error) {
  return { code: /** @type {{code?: unknown}} */ (error).code };
}

/**
 * @param {string} uri
 * @returns {Promise<Hello | null>} null if nothing responds
 */
export function hello(uri) {
  return withAdmin(uri, (admin) => admin.command({ hello: 1 })).catch(() => null);
}

/**
 * Rejects a server that does not support transactions and change streams.
 *
 * @param {string} uri
 * @returns {Promise<void>}
 * @throws {SetupError}
 */
export async function requireReplicaSet(uri) {
  const state = await hello(uri);
  if (state === null)
    throw new SetupError(
      'The MongoDB that MONGODB_URI names does not answer. Start it, or unset MONGODB_URI.',
    );
  if (state.setName !== undefined || state.msg === 'isdbgrid') return;
  throw new SetupError(
    'The MongoDB that MONGODB_URI names is a single server; Waymark needs a replica set (one node will do).\n' +
      'Start it with --replSet rs0 and call rs.initiate() once, or unset MONGODB_URI.',
  );
}

/**
 * @template T
 * @param {string} uri
 * @param {(admin: import('mongoose').mongo.Admin) => Promise<T>} use
 * @returns {Promise<T>}
 */
async function withAdmin(uri, use) {
  // The driver comes with mongoose, which can only be loaded once packages are installed.
  const { default: mongoose } = await import('mongoose');
  const direct = uri.startsWith('mongodb+srv') || uri.split(',').length > 1 ? {} : { directConnection: true };
  const client = new mongoose.mongo.MongoClient(uri, { ...direct, serverSelectionTimeoutMS: 5_000 });
  try {
    return await use(client.db('admin').admin());
  } finally {
    await client.close();
  }
}
