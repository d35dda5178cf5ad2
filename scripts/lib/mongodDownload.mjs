// @ts-check
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';

const FOLDER = inRoot('.cache', 'mongod');
const CHILD = inRoot('scripts', 'lib', 'memoryServerPath.mjs');
const POLL_MS = 2_000;
/** A download that receives nothing for this long is given up; one that continues may take up to the limit. */
const STALL_SECONDS = 20;
const LIMIT_SECONDS = 180;

/**
 * The `mongod` that mongodb-memory-server downloaded earlier, for this checkout or another project.
 *
 * @returns {Promise<import('./mongodBinary.mjs').Found>}
 */
export function fromMemoryServerCache() {
  return ask('cached', {});
}

/**
 * The `mongod` that mongodb-memory-server can download. It runs in a separate process, because a download by that package cannot
 * be cancelled otherwise.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<import('./mongodBinary.mjs').Found>}
 */
export async function downloadByMemoryServer(progress) {
  progress.say('Looking for a MongoDB to download …');
  const stalled = new AbortController();
  const watch = watchFolder(downloadFolder(), (quietSeconds, bytes) => {
    if (quietSeconds >= STALL_SECONDS) stalled.abort();
    else if (bytes > 0) progress.say(`  … ${Math.round(bytes / 1e6)} MB`);
  });
  try {
    const found = await ask('download', { limitSeconds: LIMIT_SECONDS, signal: stalled.signal });
    if ('path' in found) progress.say('MongoDB downloaded.');
    return stalled.signal.aborted ? { reason: `its download brought nothing for ${STALL_SECONDS} s` } : found;
  } finally {
    clearInterval(watch);
  }
}

/** Where that package keeps what it downloads; the person's own choice counts. @returns {string} */
function downloadFolder() {
  return process.env['MONGOMS_DOWNLOAD_DIR'] ?? FOLDER;
}

/**
 * @param {'cached' | 'download'} mode
 * @param {{limitSeconds?: number, signal?: AbortSignal}} limits
 * @returns {Promise<import('./mongodBinary.mjs').Found>}
 */
async function ask(mode, limits) {
  await mkdir(FOLDER, { recursive: true });
  const env = {
    MONGOMS_DOWNLOAD_DIR: downloadFolder(),
    MONGOMS_MAX_RETRIES: process.env['MONGOMS_MAX_RETRIES'] ?? '0',
  };
  const result = await run(process.execPath, [CHILD, mode], { env, limitSeconds: 30, ...limits });
  const answer = /^(path|reason): (.*)$/m.exec(result.stdout);
  if (answer?.[1] === 'path' && answer[2] !== undefined) return { path: answer[2] };
  if (result.timedOut) return { reason: `its download was not done after ${LIMIT_SECONDS} s` };
  return { reason: answer?.[2] ?? (result.output.trim().split('\n')[0] || 'it ended without an answer') };
}

/**
 * Tells how long nothing has come into a folder, and how much came since the start.
 *
 * @param {string} folder
 * @param {(quietSeconds: number, bytes: number) => void} tell
 * @returns {NodeJS.Timeout}
 */
function watchFolder(folder, tell) {
  let first = /** @type {number | undefined} */ (undefined);
  let last = -1;
  let changedAt = Date.now();
  return setInterval(async () => {
    const bytes = await sizeOf(folder);
    first ??= bytes;
    if (bytes !== last) changedAt = Date.now();
    last = bytes;
    tell((Date.now() - changedAt) / 1000, bytes - first);
  }, POLL_MS);
}

/** @param {string} folder @returns {Promise<number>} bytes of the files right in it */
async function sizeOf(folder) {
  let bytes = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    bytes += (await stat(join(folder, name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
