import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from '@jest/globals';
import { startAppProcess, type AppProcess } from './appProcess.ts';

/** For a test file that starts processes of Waymark: those still running are killed after each test. */
export function useAppProcesses(): (env: Record<string, string>) => Promise<AppProcess> {
  const running = new Set<ChildProcess>();
  afterEach(async () => {
    for (const child of running) child.kill('SIGKILL');
    for (const child of running)
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    running.clear();
  });
  return (env) => startAppProcess({ NODE_ENV: 'test', ...env }, (child) => running.add(child));
}
