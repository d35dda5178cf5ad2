import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { programArguments } from './programs.ts';

/** A log line of a process. */
export interface LogLine {
  level: number;
  msg: string;
  port?: number;
  [field: string]: unknown;
}

/** A process of Waymark that can be signalled, killed and listened to. */
export interface AppProcess {
  url: string;
  child: ChildProcess;
  lines: readonly LogLine[];
  /** The first line with that message, including earlier ones. @throws if it ends without logging it */
  said(message: string): Promise<LogLine>;
  signal(signal: NodeJS.Signals): void;
  /** How it ended: its exit code, or the signal that killed it. */
  ended: Promise<number | NodeJS.Signals>;
}

/**
 * Starts a process (`appProgram.ts`) and waits until it listens.
 *
 * @param env  its configuration: at least PUBLIC_URL, MONGODB_URI and SECRET_KEYS
 * @param born  called with the process before it is listening
 */
export async function startAppProcess(
  env: Record<string, string>,
  born: (child: ChildProcess) => void = () => undefined,
): Promise<AppProcess> {
  const child = spawn(process.execPath, programArguments('test/support/appProgram.ts'), {
    env: { ...process.env, ALLOW_LOCAL_PLATFORMS: '1', PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  born(child);
  const lines: LogLine[] = [];
  const heard = new Set<(line: LogLine) => void>();
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    for (const hear of heard) hear(line);
  });
  const said = (message: string): Promise<LogLine> =>
    new Promise((resolve, reject) => {
      const hear = (line: LogLine): void => {
        if (line.msg !== message) return;
        heard.delete(hear);
        resolve(line);
      };
      heard.add(hear);
      lines.forEach(hear);
      void ended.then((how) => {
        const last = JSON.stringify(lines.slice(-5));
        reject(new Error(`it ended with ${how} and never said "${message}": ${last}`));
      });
    });
  const { port } = await said('Waymark is listening');
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    lines,
    said,
    ended,
    signal: (signal) => void child.kill(signal),
  };
}
