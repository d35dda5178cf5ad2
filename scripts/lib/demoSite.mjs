// @ts-check
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startKeptMongo, withDatabase } from './mongod.mjs';
import { inRoot } from './paths.mjs';
import { isFree } from './ports.mjs';
import { onEnd, run } from './processes.mjs';
import { SetupError } from './progress.mjs';
import { hello } from './replicaSet.mjs';

/** The demo's data, logs and secrets. */
export const DATA = inRoot('.data');

const DATABASE = 'waymark';
const RECORD = join(DATA, 'demo.json');
const COMMAND_LIMIT_SECONDS = 180;

/**
 * A demo (or development) site on this machine.
 *
 * @typedef {object} DemoSite
 * @property {string} toolUrl `http://localhost:…`
 * @property {string} lmsUrl `http://127.0.0.1:…`: another site than the tool, so that cookies behave as in real life
 * @property {NodeJS.ProcessEnv} toolEnv the tool's configuration, for its command line too
 * @property {NodeJS.ProcessEnv} lmsEnv
 *
 * What `npm run waymark` finds of a running demo.
 * @typedef {{mongodbUri: string, publicUrl: string}} DemoRecord
 */

/**
 * Starts the demo's MongoDB and determines its URLs and secrets. Three ports must be free: PORT (3000) for the tool, LMS_PORT
 * (3100) for the demo LMS, FRAME_PORT (the next one) for the third host on which its Canvas mode frames the tool.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @param {'production' | 'development'} nodeEnv
 * @returns {Promise<DemoSite>}
 * @throws {SetupError} if a port is taken or no MongoDB is available
 */
export async function prepareDemoSite(progress, nodeEnv) {
  const port = portOf('PORT', 3000);
  const lmsPort = portOf('LMS_PORT', 3100);
  const framePort = portOf('FRAME_PORT', lmsPort + 1);
  await requireFree('PORT', port);
  await requireFree('LMS_PORT', lmsPort);
  await requireFree('FRAME_PORT', framePort);
  await mkdir(DATA, { recursive: true });
  const mongo = await startKeptMongo(progress, DATA);
  const toolUrl = `http://localhost:${port}`;
  const lmsUrl = `http://127.0.0.1:${lmsPort}`;
  const mongodbUri = withDefaultDatabase(mongo.uri);
  await writeFile(RECORD, JSON.stringify({ mongodbUri, publicUrl: toolUrl }), { mode: 0o600 });
  onEnd(() => rm(RECORD, { force: true }));
  const toolEnv = {
    NODE_ENV: nodeEnv,
    PORT: String(port),
    PUBLIC_URL: toolUrl,
    MONGODB_URI: mongodbUri,
    SECRET_KEYS: await secretKeys(),
    ALLOW_LOCAL_PLATFORMS: '1',
    // there is no load balancer that would have to notice
    SHUTDOWN_NOTICE_SECONDS: '0',
  };
  const lmsEnv = {
    NODE_ENV: nodeEnv,
    PORT: String(lmsPort),
    FRAME_PORT: String(framePort),
    TOOL_URL: toolUrl,
    STATE_FILE: join(DATA, 'demo-lms.state'),
  };
  return { toolUrl, lmsUrl, toolEnv, lmsEnv };
}

/**
 * Brings the demo's database to the current schema.
 *
 * @param {DemoSite} site
 * @param {readonly string[]} cli the command line's arguments for Node
 * @param {import('./progress.mjs').Progress} progress
 */
export function migrate(site, cli, progress) {
  return runCommand(site, [...cli, 'migrate'], 'Preparing the database', progress);
}

/**
 * Adds the sample district and pathway to the demo and connects it with the demo LMS; existing data stays.
 *
 * @param {DemoSite} site
 * @param {readonly string[]} cli the command line's arguments for Node
 * @param {import('./progress.mjs').Progress} progress
 */
export function seed(site, cli, progress) {
  const args = [...cli, 'seed', '--demo', '--platform-url', site.lmsUrl];
  return runCommand(site, args, 'Seeding the demo district', progress);
}

/**
 * The environment with which the command line reaches the demo that is currently running.
 *
 * @returns {Promise<NodeJS.ProcessEnv | null>} null if none is running, or MONGODB_URI names another database
 */
export async function findDemoEnvironment() {
  /** @type {DemoRecord | null} */
  const record = await readFile(RECORD, 'utf8').then(JSON.parse, () => null);
  if (record === null) return null;
  const given = process.env['MONGODB_URI'];
  if (given !== undefined && given !== '' && withDefaultDatabase(given) !== record.mongodbUri) return null;
  if ((await hello(record.mongodbUri)) === null) return null;
  return {
    MONGODB_URI: record.mongodbUri,
    PUBLIC_URL: record.publicUrl,
    SECRET_KEYS: await secretKeys(),
    ALLOW_LOCAL_PLATFORMS: '1',
    NODE_ENV: 'production',
  };
}

/**
 * A connection string that names a database: its own, else `waymark`.
 *
 * @param {string} uri
 * @returns {string}
 */
export function withDefaultDatabase(uri) {
  return /^mongodb(\+srv)?:\/\/[^/?]+\/[^?]/.test(uri) ? uri : withDatabase(uri, DATABASE);
}

/**
 * @param {DemoSite} site
 * @param {readonly string[]} args for Node
 * @param {string} doing
 * @param {import('./progress.mjs').Progress} progress
 */
async function runCommand(site, args, doing, progress) {
  progress.say(`${doing} …`);
  const limits = { cwd: inRoot(), env: site.toolEnv, limitSeconds: COMMAND_LIMIT_SECONDS };
  const result = await run(process.execPath, args, limits);
  if (result.code === 0) return;
  const why = result.timedOut
    ? `it was not done after ${COMMAND_LIMIT_SECONDS} s`
    : `it ended with code ${result.code}`;
  throw new SetupError(
    `${doing} failed: ${why}.\n\n${result.output.trim()}\n\n` +
      `If the demo's data is from another version and may go, remove ${DATA} and start again.`,
  );
}

/** The demo's own secret, generated once: what it sealed can be opened again at the next start. @returns {Promise<string>} */
async function secretKeys() {
  const file = join(DATA, 'secret-keys');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  const made = randomBytes(32).toString('base64url');
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}

/** @param {string} name @param {number} usual @returns {number} */
function portOf(name, usual) {
  const given = process.env[name];
  const port = given === undefined || given === '' ? usual : Number(given);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SetupError(`${name} must be a port number from 1 to 65535, not "${given}".`);
}

/** @param {string} name @param {number} port */
async function requireFree(name, port) {
  if (await isFree(port)) return;
  throw new SetupError(
    `Port ${port} is taken by another program (another demo, perhaps).\n` +
      `End that one, or choose another port: ${name}=${port + 20} npm run demo`,
  );
}
