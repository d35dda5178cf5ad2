// @ts-check
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { seconds, SetupError } from './progress.mjs';

/**
 * One entry of a lock file's `packages`.
 *
 * @typedef {{version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean}} LockEntry
 */

const INSTALL_LIMIT_SECONDS = 600;
const HEARTBEAT_MS = 10_000;

/**
 * Installs the packages of `package-lock.json` into `node_modules`, unless they are already there. What was installed is
 * remembered by a hash in `node_modules/.waymark-lock`; packages that somebody installed with npm by hand are accepted if they
 * match the lock file.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @param {string} [root] the checkout
 * @returns {Promise<void>}
 * @throws {SetupError} if npm cannot install them
 */
export async function ensurePackages(progress, root = ROOT) {
  const lock = await readFile(join(root, 'package-lock.json'), 'utf8');
  const stamp = packagesStamp(lock);
  const stampFile = join(root, 'node_modules', '.waymark-lock');
  if ((await readOrNull(stampFile)) === stamp) return;
  const installed = await readOrNull(join(root, 'node_modules', '.package-lock.json'));
  if (installed === null || !holdsAll(JSON.parse(lock), JSON.parse(installed))) {
    await install(progress, root);
  }
  await writeFile(stampFile, stamp);
}

/**
 * What stands for the installed packages: the lock file, and the machine they were installed for
 * (prebuilt binaries differ by Node's major version, system and processor).
 *
 * @param {string} lock text of package-lock.json
 * @param {{major?: string, platform?: string, arch?: string}} [machine]
 * @returns {string}
 */
export function packagesStamp(lock, machine = {}) {
  const {
    major = process.versions.node.split('.')[0],
    platform = process.platform,
    arch = process.arch,
  } = machine;
  return createHash('sha256').update(`${major} ${platform} ${arch}\n${lock}`).digest('hex');
}

/**
 * Whether npm's record of `node_modules` is what the lock file asks for. Optional packages may be missing:
 * they are binaries for other systems.
 *
 * @param {{packages?: Record<string, LockEntry>}} lock
 * @param {{packages?: Record<string, LockEntry>}} installed
 * @returns {boolean}
 */
export function holdsAll(lock, installed) {
  const wanted = Object.entries(lock.packages ?? {}).filter(([path]) => path !== '');
  const present = installed.packages ?? {};
  const known = new Set(wanted.map(([path]) => path));
  const complete = wanted.every(([path, entry]) => {
    const found = present[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  return complete && Object.keys(present).every((path) => known.has(path));
}

/**
 * @param {import('./progress.mjs').Progress} progress
 * @param {string} root
 */
async function install(progress, root) {
  const started = Date.now();
  progress.say('Installing packages (npm ci) …');
  const heartbeat = setInterval(() => progress.say(`  … ${seconds(Date.now() - started)}`), HEARTBEAT_MS);
  // No package needs its install script; npm 11 runs none by default, older versions are told not to.
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { command, args: all } = npm(args);
  const result = await run(command, all, { cwd: root, limitSeconds: INSTALL_LIMIT_SECONDS });
  clearInterval(heartbeat);
  if (result.code !== 0) {
    const why = result.timedOut ? `npm was not done after ${INSTALL_LIMIT_SECONDS} s.` : result.output.trim();
    throw new SetupError(
      `The packages could not be installed. npm ci said:\n\n${why}\n\n` +
        'Check the network (and npm\'s "registry" and "proxy" settings), then run the same command again.',
    );
  }
  progress.say(`Packages installed in ${seconds(Date.now() - started)}.`);
}

/**
 * npm run by this very Node where we were started by npm, else the npm on PATH.
 *
 * @param {readonly string[]} args
 * @returns {{command: string, args: readonly string[]}}
 */
export function npm(args) {
  const script = process.env['npm_execpath'];
  if (script !== undefined && /npm-cli\.[cm]?js$/.test(script)) {
    return { command: process.execPath, args: [script, ...args] };
  }
  return process.platform === 'win32'
    ? { command: 'cmd.exe', args: ['/d', '/s', '/c', 'npm', ...args] }
    : { command: 'npm', args };
}

/** @param {string} file @returns {Promise<string | null>} */
async function readOrNull(file) {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}
