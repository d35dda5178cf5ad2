// @ts-check
import { access } from 'node:fs/promises';
import { run } from './processes.mjs';

const APT_LIMIT_SECONDS = 300;
const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];

/** apt takes one caller at a time. @type {Promise<unknown>} */
let queue = Promise.resolve();

/**
 * Whether we may install system packages unasked: on a build machine, or where the person said so, as root, on Debian's kin.
 *
 * @param {{env?: NodeJS.ProcessEnv, uid?: number | undefined, hasApt?: boolean}} machine
 * @returns {boolean}
 */
export function mayInstall({ env = process.env, uid = process.getuid?.(), hasApt = true }) {
  const asked = isOn(env['CI']) || isOn(env['WAYMARK_SETUP']);
  return asked && uid === 0 && hasApt;
}

/** @param {string | undefined} value @returns {boolean} */
function isOn(value) {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

/**
 * The command that a person runs to get system packages by hand.
 *
 * @param {readonly string[]} names Debian packages
 * @returns {string}
 */
export function aptCommand(names) {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

/**
 * Installs Debian packages where we may, else only says how.
 *
 * @param {readonly string[]} names
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<string | null>} null when they are installed, else why not and what to do
 */
export function installSystemPackages(names, progress) {
  const turn = queue.then(() => install(names, progress));
  queue = turn.catch(() => undefined);
  return turn;
}

/**
 * @param {readonly string[]} names
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<string | null>}
 */
async function install(names, progress) {
  if (!mayInstall({ hasApt: await exists('/usr/bin/apt-get') })) {
    return `run \`${aptCommand(names)}\` (or, as root, set WAYMARK_SETUP=1 to have it done)`;
  }
  progress.say(`Installing ${names.join(', ')} with apt …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const limits = { env, limitSeconds: APT_LIMIT_SECONDS };
  await run('apt-get', [...APT_OPTIONS, 'update', '-q'], limits);
  const result = await run(
    'apt-get',
    [...APT_OPTIONS, 'install', '-y', '-q', '--no-install-recommends', ...names],
    limits,
  );
  if (result.code === 0) return null;
  const end = result.output.trim().split('\n').slice(-3).join(' ');
  return `apt could not install ${names.join(', ')}: ${result.timedOut ? 'it took too long' : end}`;
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
