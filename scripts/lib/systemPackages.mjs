// @ts-check
import { access } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { run } from './processes.mjs';

const APT_LIMIT_SECONDS = 300;
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];

/** Only one apt can run at a time. @type {Promise<unknown>} */
let queue = Promise.resolve();

/**
 * What determines whether system packages are installed here.
 *
 * @typedef {{env?: NodeJS.ProcessEnv, uid?: number | undefined, hasApt?: boolean}} Machine
 */

/**
 * Whether we may install system packages: as root on Debian and its derivatives without asking (a bare container has nobody to
 * ask), unless WAYMARK_SETUP forbids it. Never through sudo.
 *
 * @param {Machine} machine
 * @returns {'install' | 'refused' | 'not root' | 'no apt'} what to do, or why not
 */
export function setupDecision({ env = process.env, uid = process.getuid?.(), hasApt = true }) {
  if (/^(0|false|no|off)$/i.test(env['WAYMARK_SETUP'] ?? '')) return 'refused';
  if (!hasApt) return 'no apt';
  return uid === 0 ? 'install' : 'not root';
}

/**
 * The command with which a person installs system packages by hand.
 *
 * @param {readonly string[]} names Debian packages
 * @returns {string}
 */
export function aptCommand(names) {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

/**
 * The parts of the machine that an installation uses.
 *
 * @typedef {object} Apt
 * @property {Machine} machine
 * @property {(args: readonly string[]) => Promise<{code: number | null, timedOut: boolean, output: string}>} run `apt-get` with these
 *   arguments
 */

/** @returns {Promise<Apt>} */
async function aptHere() {
  const env = { DEBIAN_FRONTEND: 'noninteractive', PATH: withSystemFolders(process.env['PATH']) };
  return {
    machine: { hasApt: await exists('/usr/bin/apt-get') },
    run: (args) => run('apt-get', args, { env, limitSeconds: APT_LIMIT_SECONDS }),
  };
}

/**
 * dpkg refuses to work if PATH lacks the folders of `ldconfig` and `start-stop-daemon`, as in some bare environments.
 *
 * @param {string | undefined} path
 * @returns {string}
 */
export function withSystemFolders(path) {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set([...folders, ...SYSTEM_FOLDERS])].join(delimiter);
}

/**
 * Installs Debian packages if we may, and says so; otherwise only says how to.
 *
 * @param {readonly string[]} names
 * @param {import('./progress.mjs').Progress} progress
 * @param {() => Promise<Apt>} [findApt]
 * @returns {Promise<string | null>} null if they are installed, otherwise why not and what to do
 */
export function installSystemPackages(names, progress, findApt = aptHere) {
  const turn = queue.then(async () => install(names, progress, await findApt()));
  queue = turn.catch(() => undefined);
  return turn;
}

/**
 * @param {readonly string[]} names
 * @param {import('./progress.mjs').Progress} progress
 * @param {Apt} apt
 * @returns {Promise<string | null>}
 */
async function install(names, progress, apt) {
  const list = names.join(', ');
  const decision = setupDecision(apt.machine);
  if (decision === 'no apt') return `there is no apt-get here to install ${list} with`;
  if (decision === 'refused') return `WAYMARK_SETUP refuses it; by hand: \`${aptCommand(names)}\``;
  if (decision === 'not root') return `run \`${aptCommand(names)}\` (as root it is done by itself)`;
  progress.say(`Installing ${list} with apt, as root (WAYMARK_SETUP=0 refuses this) …`);
  // the package lists of an earlier update may be sufficient
  await apt.run([...APT_OPTIONS, 'update', '-q']);
  const result = await apt.run([...APT_OPTIONS, 'install', '-y', '-q', '--no-install-recommends', ...names]);
  if (result.code === 0) return null;
  const end = result.output.trim().split('\n').slice(-3).join(' ');
  return `apt could not install ${list}: ${result.timedOut ? 'it took too long' : end}`;
}

/** @param {string} path @returns {Promise<boolean>} */
async function exists(path) {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
