// @ts-check
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inPackages, inRoot, ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { seconds, SetupError } from './progress.mjs';

/**
 * One of the things that are built.
 *
 * @typedef {object} BuildPart
 * @property {string} name
 * @property {readonly string[]} sources files and folders, from the root; those that are not there don't count
 * @property {readonly string[]} outputs by which one sees that it was built
 * @property {readonly string[]} clears removed before it is built: no output of a source that is gone stays
 * @property {readonly string[]} command for Node
 */

const SHARED = ['contract', 'package-lock.json', 'tsconfig.json'];
const LIMIT_SECONDS = 300;

/** @type {BuildPart} */
export const SERVER = {
  name: 'server',
  sources: [...SHARED, 'server', 'demo-lms', 'tsconfig.server.json'],
  outputs: ['dist/server/main.js', 'dist/server/cli.js', 'dist/demo-lms/main.js'],
  clears: ['dist/contract', 'dist/server', 'dist/demo-lms'],
  // Types are checked by `npm run typecheck`. Without a build record, tsc writes all files, even if `dist` was emptied.
  command: [
    inPackages('typescript-7/bin/tsc'),
    '-p',
    'tsconfig.server.json',
    '--noCheck',
    '--incremental',
    'false',
  ],
};

/** @type {BuildPart} */
export const CLIENT = {
  name: 'client',
  sources: [...SHARED, 'client', 'vite.config.ts'],
  outputs: ['dist/client/index.html'],
  clears: [],
  command: [inPackages('vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
};

/**
 * Builds what is older than its sources, by content and not by time.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @param {readonly BuildPart[]} [parts]
 * @returns {Promise<void>}
 * @throws {SetupError} with what the compiler said
 */
export async function ensureBuild(progress, parts = [SERVER, CLIENT]) {
  for (const part of parts) {
    const hash = await sourcesHash(ROOT, part.sources);
    if (await isFresh(part, hash)) continue;
    await build(part, progress);
    await mkdir(inRoot('.cache', 'build'), { recursive: true });
    await writeFile(stampOf(part), hash);
  }
}

/**
 * Whether a part was built from the current sources. A part that was built by hand since is built again, because its sources were
 * not recorded.
 *
 * @param {BuildPart} part
 * @param {string} [hash] of the sources
 * @returns {Promise<boolean>}
 */
export async function isFresh(part, hash) {
  const wanted = hash ?? (await sourcesHash(ROOT, part.sources));
  const noted = await stat(stampOf(part)).catch(() => null);
  if (noted === null || (await readFile(stampOf(part), 'utf8')) !== wanted) return false;
  const outputs = await Promise.all(part.outputs.map((path) => stat(inRoot(path)).catch(() => null)));
  return outputs.every((output) => output !== null && output.mtimeMs <= noted.mtimeMs);
}

/**
 * One digest of many files' names and contents.
 *
 * @param {string} root
 * @param {readonly string[]} paths files and folders inside it
 * @returns {Promise<string>}
 */
export async function sourcesHash(root, paths) {
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) {
    for (const file of await filesOf(root, path)) {
      const content = await readFile(join(root, file));
      hash.update(`${file}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {Promise<string[]>} files, sorted; none when there is nothing
 */
async function filesOf(root, path) {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return null;
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries === null) return [path];
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const lists = await Promise.all(sorted.map((entry) => filesOf(root, `${path}/${entry.name}`)));
  return lists.flat();
}

/** @param {BuildPart} part @returns {string} */
function stampOf(part) {
  return inRoot('.cache', 'build', `${part.name}.sha256`);
}

/**
 * @param {BuildPart} part
 * @param {import('./progress.mjs').Progress} progress
 */
async function build(part, progress) {
  const started = Date.now();
  progress.say(`Building the ${part.name} …`);
  await rm(stampOf(part), { force: true });
  for (const path of part.clears) await rm(inRoot(path), { recursive: true, force: true });
  const result = await run(process.execPath, part.command, { cwd: ROOT, limitSeconds: LIMIT_SECONDS });
  if (result.code !== 0) {
    const why = result.timedOut ? `It was not done after ${LIMIT_SECONDS} s.` : '';
    throw new SetupError(`The ${part.name} could not be built. ${why}\n\n${result.output.trim()}`);
  }
  progress.say(`The ${part.name} is built (${seconds(Date.now() - started)}).`);
}
