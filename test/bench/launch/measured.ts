import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Profiler } from 'node:inspector/promises';

/** A server in a process of its own, which tells what it used. */
export interface Measured {
  url: string;
  /** User and system time since it started, in ms. */
  cpuMs(): Promise<number>;
  /** Names of MongoDB commands since the last call; the first call begins the count. */
  commands(): Promise<string[]>;
  /** Bytes in use after a collection. */
  heapBytes(): Promise<number>;
  profile(work: () => Promise<unknown>): Promise<Profiler.Profile>;
  end(): Promise<void>;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const START_MS = 60_000;

function asker(child: ChildProcess): (what: string) => Promise<unknown> {
  let last = 0;
  const waiting = new Map<number, (answer: unknown) => void>();
  child.on('message', (message: { id?: number; answer?: unknown }) => {
    if (message.id === undefined) return;
    waiting.get(message.id)?.(message.answer);
    waiting.delete(message.id);
  });
  return (ask) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, resolve);
      child.send({ id: last, ask }, (error) => error && reject(error));
    });
}

async function waitUntilItAnswers(url: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + START_MS;
  while (child.exitCode === null && Date.now() < end) {
    const answered = await fetch(url, { redirect: 'manual' }).catch(() => null);
    await answered?.body?.cancel();
    if (answered) return;
    await sleep(100);
  }
  throw new Error(`the server at ${url} did not start (exit code ${child.exitCode ?? 'none'})`);
}

interface Program {
  file: string;
  /** Where it listens, and a path that it answers when it is ready. */
  url: string;
  readyPath: string;
  env: Record<string, string>;
  /** Its standard output and error go there. */
  logFile: string;
}

/** Starts a server with the reporter in it, in production mode, its output in a file as a service manager keeps it. */
export async function startMeasured(program: Program): Promise<Measured> {
  const { url, logFile } = program;
  const output = openSync(logFile, 'a');
  const child = fork(here(program.file), [], {
    execArgv: ['--import', new URL('reporter.mjs', import.meta.url).href],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...program.env },
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  const exited = once(child, 'exit');
  const ask = asker(child);
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  };
  try {
    await waitUntilItAnswers(`${url}${program.readyPath}`, child);
  } catch (error) {
    await end();
    throw new Error(`it said: ${readFileSync(logFile, 'utf8').slice(-2000)}`, { cause: error });
  }
  return {
    url,
    end,
    async cpuMs() {
      const { user, system } = (await ask('cpu')) as NodeJS.CpuUsage;
      return (user + system) / 1000;
    },
    heapBytes: () => ask('heap') as Promise<number>,
    commands: () => ask('commands') as Promise<string[]>,
    async profile(work) {
      await ask('startProfile');
      await work();
      return (await ask('stopProfile')) as Profiler.Profile;
    },
  };
}
