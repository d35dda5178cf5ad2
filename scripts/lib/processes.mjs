// @ts-check
import { spawn } from 'node:child_process';

/**
 * How a program that was run to its end came out.
 *
 * @typedef {object} RunResult
 * @property {number | null} code exit code; null when it was ended by a signal or could not be started
 * @property {boolean} timedOut it was ended because its time was up
 * @property {string} output the end of its standard output and error (at most 2 million characters)
 * @property {string} stdout the end of its standard output alone
 */

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] added to this process's own environment; undefined takes a name away
 * @property {string} [cwd]
 * @property {number} [limitSeconds] it is ended after that (default: never)
 * @property {AbortSignal} [signal] it is ended when this is aborted
 * @property {(text: string) => void} [onOutput] gets each piece of output as it comes
 * @property {boolean} [inherit] the child writes to this terminal itself; `output` stays empty
 */

const OUTPUT_MAX = 2_000_000;
const GRACE_MS = 5_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** @type {Set<import('node:child_process').ChildProcess>} */
const managedRunning = new Set();

/** @type {Set<() => Promise<void> | void>} */
const cleanups = new Set();

/** Those that were asked to end. @type {WeakSet<import('node:child_process').ChildProcess>} */
const told = new WeakSet();

let handlingSignals = false;
let ending = false;

/** Whether this process was told to end and is ending its programs. @returns {boolean} */
export function isEnding() {
  return ending;
}

/**
 * Has `cleanup` called when this process is told to end (Ctrl-C, SIGTERM, SIGHUP).
 *
 * @param {() => Promise<void> | void} cleanup
 * @returns {() => void} takes it back
 */
export function onEnd(cleanup) {
  cleanups.add(cleanup);
  handleSignals();
  return () => void cleanups.delete(cleanup);
}

/**
 * Ends a child and everything that it started. Children lead a process group of their own, so that nothing of theirs is left
 * behind; Windows has no process groups, so only the child ends there.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is already gone.
  }
}

/**
 * @typedef {object} StartOptions
 * @property {NodeJS.ProcessEnv} [env] added to this process's own environment; undefined takes a name away
 * @property {string} [cwd]
 * @property {import('node:child_process').StdioOptions} [stdio]
 * @property {boolean} [managed] its starter ends it by `onEnd`: it is needed until all others have ended
 */

/**
 * Starts a program that is ended with this process.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {StartOptions} [options]
 * @returns {import('node:child_process').ChildProcess}
 */
export function start(command, args, options = {}) {
  const { env = {}, cwd, stdio = ['ignore', 'pipe', 'pipe'], managed = false } = options;
  handleSignals();
  const child = spawn(command, args, {
    cwd: cwd ?? process.cwd(),
    env: { ...process.env, ...env },
    stdio,
    detached: process.platform !== 'win32',
  });
  const kept = managed ? managedRunning : running;
  kept.add(child);
  child.once('exit', () => kept.delete(child));
  child.once('error', () => kept.delete(child));
  return child;
}

/**
 * Ends a started program: asks first, and kills it after the grace period.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} [graceMs]
 * @returns {Promise<void>} once it has ended
 */
export async function stop(child, graceMs = GRACE_MS) {
  if (child.pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    child.ref();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // two callers that wait for its end send one signal: a second one would interrupt its shutdown
    if (!told.has(child)) signalGroup(child, 'SIGTERM');
    told.add(child);
    const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
    await ended;
    clearTimeout(insist);
  }
  signalGroup(child, 'SIGKILL');
}

/**
 * Runs a program to its end. Never throws: a missing program gives code null and is reported in `output`.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(command, args, options = {}) {
  const { env = {}, cwd, limitSeconds, signal, onOutput, inherit = false } = options;
  const stdio = /** @type {import('node:child_process').StdioOptions} */ (
    inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe']
  );
  const child = start(command, args, { env, ...(cwd === undefined ? {} : { cwd }), stdio });
  const result = { timedOut: false, output: '', stdout: '' };
  const end = () => void stop(child);
  const limit = limitSeconds === undefined ? undefined : setTimeout(timeUp, limitSeconds * 1000);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted === true) end();

  function timeUp() {
    result.timedOut = true;
    end();
  }
  /** @param {boolean} isStdout @returns {(chunk: Buffer | string) => void} */
  const collect = (isStdout) => (chunk) => {
    const text = String(chunk);
    result.output = (result.output + text).slice(-OUTPUT_MAX);
    if (isStdout) result.stdout = (result.stdout + text).slice(-OUTPUT_MAX);
    onOutput?.(text);
  };
  child.stdout?.setEncoding('utf8').on('data', collect(true));
  child.stderr?.setEncoding('utf8').on('data', collect(false));

  return new Promise((resolve) => {
    /** @param {number | null} code */
    const done = (code) => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', end);
      resolve({ code, ...result });
    };
    child.once('error', (error) => {
      result.output += error.message;
      done(null);
    });
    // 'exit' and not 'close': a grandchild that keeps the pipe open must not make us wait forever.
    child.once('exit', (code) => {
      signalGroup(child, 'SIGKILL');
      const settle = setTimeout(() => done(code), 500);
      child.once('close', () => {
        clearTimeout(settle);
        done(code);
      });
    });
  });
}

/** Ends all that is still running, then runs the clean-ups. @returns {Promise<void>} */
export async function endAll() {
  await Promise.all([...running].map((child) => stop(child)));
  for (const cleanup of [...cleanups].reverse()) {
    cleanups.delete(cleanup);
    await cleanup();
  }
}

function handleSignals() {
  if (handlingSignals) return;
  handlingSignals = true;
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
  for (const [name, code] of Object.entries(codes)) {
    process.on(name, () => {
      if (ending) return;
      ending = true;
      void endAll().finally(() => process.exit(code));
    });
  }
  // The last resort, for a crash: waiting is not possible here.
  process.on('exit', () => {
    for (const child of [...running, ...managedRunning]) signalGroup(child, 'SIGKILL');
  });
}
