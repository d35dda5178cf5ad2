import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of a measurement. `said` is its first line. */
export interface Program {
  said: string;
  child: ChildProcess;
  /** Ends it: the usual way, or as a crash does. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts a TypeScript program of a measurement and waits for its first line. @param file  from this folder */
export async function startProgram(file: string, env: Record<string, string>): Promise<Program> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', path], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const said = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    exited.then(() => Promise.reject(new Error(`${file} ended before it said anything`))),
  ]);
  return {
    said,
    child,
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      await exited;
    },
  };
}
