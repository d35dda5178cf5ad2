// @ts-check
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getMongod } from './mongodBinary.mjs';
import { freePort } from './ports.mjs';
import { onEnd, signalGroup, start, stop } from './processes.mjs';
import { SetupError } from './progress.mjs';
import { becomePrimary, hello, requireReplicaSet } from './replicaSet.mjs';

/**
 * A MongoDB to work with.
 *
 * @typedef {object} Mongo
 * @property {string} uri without a database name
 * @property {() => Promise<void>} stop ends what was started here, and nothing else
 *
 * How one `mongod` is to run.
 * @typedef {object} MongodPlan
 * @property {string} binary
 * @property {string} dbPath goes with a tethered one when its owner does
 * @property {string} logPath
 * @property {number} port
 * @property {readonly string[]} options
 * @property {boolean} tethered it ends with this process, even when this one is killed
 *
 * What `.data/mongod.json` says about the `mongod` that keeps the demo's data.
 * @typedef {{pid: number, port: number, owner: number}} MongodRecord `owner`: the process that is to end it
 */

const START_LIMIT_SECONDS = 60;
const PORT_TRIES = 5;
const ALREADY_IN_USE = 48;
/** A primary would wait 15 s for its clients before it obeys SIGTERM. */
const QUICK_END = ['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=500'];
const SMALL = ['--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '256'];
export const NO_DIAGNOSTICS = ['--setParameter', 'diagnosticDataCollectionEnabled=false'];

/**
 * A MongoDB for a run of tests or measurements: the one of MONGODB_URI, else one that is started here
 * on data of its own and leaves nothing behind.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @param {{durable?: boolean}} [how] `durable`: a majority write waits for the disk, as in production
 * @returns {Promise<Mongo>}
 * @throws {SetupError} when none can be had
 */
export async function startTemporaryMongo(progress, { durable = false } = {}) {
  const given = await givenMongo();
  if (given !== null) return given;
  const binary = await getMongod(progress);
  const folder = await mkdtemp(join(tmpdir(), 'waymark-mongo-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const options = [...SMALL, ...NO_DIAGNOSTICS];
    const plan = { binary, dbPath: folder, logPath: join(folder, 'mongod.log'), options, tethered: true };
    const { child, port } = await startOnFreePort(plan, { durable });
    const end = async () => {
      forget();
      await untether(child);
      await removeFolder();
    };
    const forget = onEnd(end);
    return { uri: uriOf(port), stop: end };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/**
 * The MongoDB with the demo's data: the one of MONGODB_URI, else the `mongod` that already runs on `folder`, else one that is
 * started on it. The data is kept.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @param {string} folder the `.data` folder
 * @returns {Promise<Mongo>}
 * @throws {SetupError} if none is available
 */
export async function startKeptMongo(progress, folder) {
  const given = await givenMongo();
  if (given !== null) return given;
  const recordFile = join(folder, 'mongod.json');
  const running = await findRunning(recordFile);
  if (running !== null) {
    progress.say(`Using the MongoDB that already runs on ${join(folder, 'mongo')}.`);
    return isAlive(running.owner)
      ? { uri: uriOf(running.port), stop: async () => {} }
      : adopt(running, recordFile);
  }
  const binary = await getMongod(progress);
  const dbPath = join(folder, 'mongo');
  await mkdir(dbPath, { recursive: true });
  const logPath = join(folder, 'mongod.log');
  await rm(logPath, { force: true });
  const plan = {
    binary,
    dbPath,
    logPath,
    options: [...SMALL, ...QUICK_END],
    tethered: false,
  };
  const { child, port } = await startOnFreePort(plan, { durable: true });
  await writeFile(recordFile, JSON.stringify({ pid: child.pid, port, owner: process.pid }));
  const end = async () => {
    forget();
    await stop(child, 20_000);
    await rm(recordFile, { force: true });
  };
  const forget = onEnd(end);
  return { uri: uriOf(port), stop: end };
}

/**
 * Takes over a `mongod` whose owner was killed.
 *
 * @param {MongodRecord} record
 * @param {string} recordFile
 * @returns {Promise<Mongo>}
 */
async function adopt(record, recordFile) {
  await writeFile(recordFile, JSON.stringify({ ...record, owner: process.pid }));
  const end = async () => {
    forget();
    if (isAlive(record.pid)) process.kill(record.pid, 'SIGTERM');
    for (let waited = 0; waited < 20_000 && isAlive(record.pid); waited += 100) await sleep(100);
    await rm(recordFile, { force: true });
  };
  const forget = onEnd(end);
  return { uri: uriOf(record.port), stop: end };
}

/**
 * The `mongod` that currently runs on the demo's data.
 *
 * @param {string} recordFile
 * @returns {Promise<MongodRecord | null>}
 */
async function findRunning(recordFile) {
  const record = await readRecord(recordFile);
  if (record === null || !isAlive(record.pid)) return null;
  return (await hello(uriOf(record.port))) === null ? null : record;
}

/**
 * A connection string with a database's name in it.
 *
 * @param {string} uri
 * @param {string} database
 * @returns {string}
 */
export function withDatabase(uri, database) {
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri);
  if (parts === null)
    throw new SetupError(`This is no MongoDB connection string: ${uri.replace(/\/\/.*@/, '//…@')}`);
  return `${parts[1]}/${database}${parts[2] ?? ''}`;
}

/** @returns {Promise<Mongo | null>} the one that MONGODB_URI names */
async function givenMongo() {
  const uri = process.env['MONGODB_URI'];
  if (uri === undefined || uri === '') return null;
  await requireReplicaSet(uri);
  return { uri, stop: async () => {} };
}

/** @param {number} port @returns {string} */
function uriOf(port) {
  return `mongodb://127.0.0.1:${port}/?replicaSet=rs0`;
}

/**
 * @param {Omit<MongodPlan, 'port'>} plan
 * @param {{durable: boolean}} how
 * @returns {Promise<{child: import('node:child_process').ChildProcess, port: number}>} a primary
 */
async function startOnFreePort(plan, { durable }) {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const child = startMongod({ ...plan, port });
    const gaveUp = new AbortController();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const failed = new Promise((resolve) => child.once('error', resolve));
    const ready = becomePrimary(port, { durable, limitSeconds: START_LIMIT_SECONDS, signal: gaveUp.signal });
    const problem = await Promise.race([
      ready.then(() => null, String),
      ended.then(() => `it ended with code ${child.exitCode}`),
      failed.then(String),
    ]);
    if (problem === null) return { child, port };
    gaveUp.abort();
    await stop(child, 0);
    await ready.catch(() => {});
    if (child.exitCode === ALREADY_IN_USE && tries < PORT_TRIES) continue;
    throw new SetupError(await explain(plan, problem));
  }
}

/**
 * Starts one `mongod` as a member of the set `rs0`; whether it accepts writes is another question. If the port is in use, it
 * exits with code 48.
 *
 * @param {MongodPlan} plan
 * @returns {import('node:child_process').ChildProcess}
 */
export function startMongod({ binary, dbPath, logPath, port, options, tethered }) {
  const args = [
    '--replSet',
    'rs0',
    '--bind_ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--dbpath',
    dbPath,
    '--logpath',
    logPath,
  ];
  if (process.platform === 'win32')
    return start(binary, [...args, ...options], { stdio: 'ignore', managed: true });
  const all = [...args, '--nounixsocket', ...options];
  if (!tethered) return start(binary, all, { stdio: 'ignore', managed: true });
  // When our end of its standard input closes, the tether ends the program, even if this process is killed. Its shell, which sees
  // the program end, must not exit before the folder is deleted.
  const tether =
    '(read -r _ <&3; trap "" TERM; kill -9 "$pid"; rm -rf "$WAYMARK_FOLDER" || rm -rf "$WAYMARK_FOLDER")';
  const script = `exec 3<&0; "$@" </dev/null & pid=$!; ${tether} 2>/dev/null & tether=$!
    wait "$pid"; code=$?; kill "$tether" 2>/dev/null; wait; exit "$code"`;
  const env = { WAYMARK_FOLDER: dbPath };
  const child = start('/bin/sh', ['-c', script, 'sh', binary, ...all], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
    managed: true,
  });
  child.stdin?.on('error', () => {});
  child.once('exit', () => signalGroup(child, 'SIGKILL'));
  // Neither the program nor the pipe to it keeps this process alive.
  child.unref();
  /** @type {import('node:net').Socket | null} */ (child.stdin)?.unref();
  return child;
}

/**
 * Ends a tethered program by letting go.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<void>}
 */
export async function untether(child) {
  if (child.stdin !== null && child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.stdin.end();
    await Promise.race([ended, sleep(5_000, undefined, { ref: false })]);
  }
  await stop(child, 0);
}

/**
 * @param {Omit<MongodPlan, 'port'>} plan
 * @param {string} problem
 * @returns {Promise<string>}
 */
async function explain({ binary, dbPath, logPath, tethered }, problem) {
  const log = await readFile(logPath, 'utf8').catch(() => '');
  const faults = log
    .split('\n')
    .filter((line) => /"s":"[EF]"/.test(line))
    .slice(-3);
  const wayOut = tethered
    ? 'Set MONGODB_URI to a MongoDB 6 or later that is a replica set to go round it.'
    : `If another mongod holds ${dbPath}, end that one. If the data was written by a later MongoDB or is damaged and may go, ` +
      `remove ${dbPath}: the next run starts afresh.`;
  return [`MongoDB (${binary}) did not start: ${problem}.`, ...faults, `Its log is ${logPath}`, wayOut].join(
    '\n',
  );
}

/** @param {string} file @returns {Promise<MongodRecord | null>} */
async function readRecord(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}

/** @param {number} pid @returns {boolean} */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
