// @ts-check
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './paths.mjs';
import { start } from './processes.mjs';
import { SetupError } from './progress.mjs';

/**
 * A program that runs until it is stopped.
 *
 * @typedef {object} Service
 * @property {string} name
 * @property {Promise<string>} ended resolves when it exits, with how it exited and its last lines
 * @property {() => boolean} isRunning
 */

const READY_LIMIT_SECONDS = 90;
const POLL_MS = 200;
const END_WITH_PARENT = new URL('./endWithParent.mjs', import.meta.url).href;
const LAST_LINES = 25;
/** The level `error` in pino. */
const ERROR_LEVEL = 50;

/**
 * Starts a program. Its log goes to a file; errors (with `all`: every line) are shown with the program's name.
 *
 * @param {string} name
 * @param {readonly string[]} args for Node
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.logFile
 * @param {boolean} [options.all]
 * @param {import('./progress.mjs').Progress} options.progress
 * @returns {Service}
 */
export function startService(name, args, { env, logFile, all = false, progress }) {
  const child = start(process.execPath, ['--import', END_WITH_PARENT, ...args], {
    env,
    cwd: inRoot(),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createWriteStream(logFile);
  /** @type {string[]} */
  const last = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
      const shown = all ? line : faultIn(line, stream === child.stderr);
      if (shown !== null) progress.say(`[${name}] ${shown}`);
    });
  }
  let running = true;
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    /** @param {string} how */
    const end = (how) => {
      running = false;
      log.end();
      resolve(
        [`The ${name} ${how}.`, ...last.map((line) => `  ${line}`), `Its log is ${logFile}`].join('\n'),
      );
    };
    child.once('error', (error) => end(`could not be started: ${error.message}`));
    child.once('close', (code, signal) =>
      end(code === null ? `was ended by ${signal}` : `ended with code ${code}`),
    );
  });
  return { name, ended, isRunning: () => running };
}

/**
 * The error that a log line reports: the message of a pino line of level `error` or above, or plain text on standard error.
 *
 * @param {string} line
 * @param {boolean} isStderr
 * @returns {string | null} null for all other lines
 */
export function faultIn(line, isStderr) {
  try {
    const { level, msg, err } = JSON.parse(line);
    if (typeof level !== 'number' || level < ERROR_LEVEL) return null;
    return [msg, err?.message].filter(Boolean).join(': ');
  } catch {
    return isStderr && line.trim() !== '' ? line : null;
  }
}

/**
 * Waits until a service is ready.
 *
 * @param {Service} service
 * @param {string} url
 * @param {(status: number) => boolean} [isReady] default: 200
 * @returns {Promise<void>}
 * @throws {SetupError} if it exits, or is not ready in time
 */
export async function waitUntilReady(service, url, isReady = (status) => status === 200) {
  const until = Date.now() + READY_LIMIT_SECONDS * 1000;
  let answer = 'nothing';
  while (Date.now() < until) {
    if (!service.isRunning()) throw new SetupError(await service.ended);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      const text = await response.text();
      if (isReady(response.status)) return;
      answer = `${response.status} ${text.slice(0, 500)}`;
    } catch {
      // Not listening yet.
    }
    await Promise.race([sleep(POLL_MS), service.ended]);
  }
  throw new SetupError(
    `The ${service.name} was not ready after ${READY_LIMIT_SECONDS} s. ${url} answers: ${answer}`,
  );
}

/**
 * Waits while all services are running.
 *
 * @param {readonly Service[]} services
 * @returns {Promise<never>}
 * @throws {SetupError} when one of them exits
 */
export async function keepRunning(services) {
  throw new SetupError(await Promise.race(services.map(({ ended }) => ended)));
}
