// @ts-check
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { inPackages, ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { SetupError } from './progress.mjs';
import { aptCommand, installSystemPackages } from './systemPackages.mjs';

/**
 * One way to a browser.
 *
 * @typedef {object} BrowserFinder
 * @property {string} place as it reads after 'tried'
 * @property {() => Promise<{path: string} | {reason: string}>} find never throws
 */

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
const DOWNLOAD_LIMIT_SECONDS = 240;

/**
 * A Chromium browser for the browser tests: one on the machine, else Debian's if we may install it, else Playwright's own.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<string>} its path
 * @throws {SetupError} if there is none: browser tests are never skipped silently
 */
export function getChromium(progress) {
  return findBrowser([
    { place: 'WAYMARK_CHROMIUM', find: fromVariable },
    { place: 'this machine', find: fromMachine },
    { place: "Playwright's cache", find: fromPlaywright },
    { place: 'the system package chromium', find: () => fromDebian(progress) },
    { place: "Playwright's download", find: () => download(progress) },
  ]);
}

/**
 * @param {readonly BrowserFinder[]} finders
 * @returns {Promise<string>}
 * @throws {SetupError} that names each way tried, its reason, and the ways out
 */
export async function findBrowser(finders) {
  const tried = [];
  for (const { place, find } of finders) {
    const found = await find();
    if ('path' in found) return found.path;
    tried.push(`  - ${place}: ${found.reason}`);
  }
  throw new SetupError(
    `No Chromium was found for the browser tests. Tried, in this order:\n${tried.join('\n')}\n\n` +
      'Do one of these, then run the same command again:\n' +
      `  - on Debian: ${aptCommand(['chromium'])}\n` +
      '  - install Chrome, Chromium or Edge, or set WAYMARK_CHROMIUM to the path of one\n' +
      '  - with a network: npx playwright install --with-deps chromium',
  );
}

/** @returns {Promise<{path: string} | {reason: string}>} */
async function fromVariable() {
  const path = process.env['WAYMARK_CHROMIUM'];
  if (path === undefined || path === '') return { reason: 'not set' };
  return (await isBrowser(path)) ? { path } : { reason: `${path} does not run` };
}

/** @returns {Promise<{path: string} | {reason: string}>} */
async function fromMachine() {
  for (const path of machinePaths(process.platform, process.env)) {
    if (await isBrowser(path)) return { path };
  }
  return { reason: 'none' };
}

/**
 * Where browsers are, by system.
 *
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 */
export function machinePaths(platform, env) {
  if (platform === 'darwin') {
    return ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
      (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
    );
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
      (root) => root !== undefined,
    );
    const apps = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
    return roots.flatMap((root) => apps.map((app) => join(root, app)));
  }
  const folders = ['/usr/bin', '/usr/local/bin', ...(env['PATH'] ?? '').split(delimiter)].filter(
    (folder) => folder !== '',
  );
  return NAMES.flatMap((name) => [...new Set(folders)].map((folder) => join(folder, name)));
}

/**
 * Whether a file is a browser that starts: Ubuntu's `chromium-browser` may be a script that only asks for a snap.
 *
 * @param {string} path
 * @returns {Promise<boolean>}
 */
async function isBrowser(path) {
  try {
    await access(path);
  } catch {
    return false;
  }
  // On Windows, asking for the version opens a window.
  if (process.platform === 'win32') return true;
  const { code, stdout } = await run(path, ['--version'], { limitSeconds: 30 });
  return code === 0 && /Chrom|Edge/.test(stdout);
}

/** @returns {Promise<{path: string} | {reason: string}>} */
async function fromPlaywright() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return (await isBrowser(path)) ? { path } : { reason: 'empty' };
}

/**
 * Why this system has no package `chromium` that could be installed; null on Debian and its kin.
 *
 * @param {string} system text of /etc/os-release
 * @returns {string | null}
 */
export function noDebianReason(system) {
  if (/^ID="?ubuntu"?$/m.test(system)) return 'it is only a snap on Ubuntu';
  return /^ID(_LIKE)?=.*debian/m.test(system) ? null : 'this is no Debian';
}

/**
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<{path: string} | {reason: string}>}
 */
async function fromDebian(progress) {
  const reason = noDebianReason(await readFile('/etc/os-release', 'utf8').catch(() => ''));
  if (reason !== null) return { reason };
  const problem = await installSystemPackages(['chromium'], progress);
  return problem === null ? fromMachine() : { reason: problem };
}

/**
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<{path: string} | {reason: string}>}
 */
async function download(progress) {
  progress.say("Downloading Playwright's Chromium …");
  const cli = inPackages('@playwright/test/cli.js');
  const args = [cli, 'install', '--no-shell', 'chromium'];
  const result = await run(process.execPath, args, { cwd: ROOT, limitSeconds: DOWNLOAD_LIMIT_SECONDS });
  if (result.timedOut) return { reason: `not done after ${DOWNLOAD_LIMIT_SECONDS} s` };
  if (result.code !== 0) {
    const why = /Error: .*/.exec(result.output)?.[0] ?? result.output.trim().split('\n').at(-1) ?? '';
    return { reason: why.slice(0, 300) };
  }
  const found = await fromPlaywright();
  return 'path' in found
    ? found
    : { reason: 'it was downloaded but does not start: a system library may be missing' };
}
