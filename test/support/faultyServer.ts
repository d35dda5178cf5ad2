import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import { withDatabase } from '../../scripts/lib/mongod.mjs';
import type { AppDeps } from '../../server/wire.ts';
import { programArguments } from './programs.ts';

/** A process that gets a signal once, in its first transaction (`faultyProgram.ts`). */
export interface Faulty {
  url: string;
  /** Resolves when the signal comes, with the id of the session that the moment is in: what a dead one leaves open is ended by it. */
  stands: Promise<string>;
  /** Its exit code and signal. */
  died: Promise<unknown[]>;
  /** Lets a stopped process continue. */
  goOn(): void;
  kill(): void;
}

/** Starts one on the database of this process. @param how.on  a collection: at the first write to it, not in its first transaction */
export async function startFaulty(
  { config }: Pick<AppDeps, 'config'>,
  how: { at?: 'write' | 'commit' | 'answer'; on?: string; signal?: 'SIGKILL' | 'SIGSTOP' } = {},
): Promise<Faulty> {
  const uri = new URL(withDatabase(process.env['WAYMARK_TEST_MONGODB_URI'] ?? '', mongoose.connection.name));
  uri.searchParams.set('monitorCommands', 'true');
  const child = spawn(process.execPath, programArguments('test/support/faultyProgram.ts'), {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      PUBLIC_URL: config.publicUrl,
      WORKERS: '0',
      MONGODB_URI: uri.href,
      SECRET_KEYS: 'a-secret-key-for-tests-of-at-least-32-characters',
      ALLOW_LOCAL_PLATFORMS: '1',
      LOG_LEVEL: 'silent',
      FAULT_AT: how.at ?? 'answer',
      FAULT_ON: how.on ?? '',
      FAULT_SIGNAL: how.signal ?? 'SIGKILL',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const died = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [port] = (await once(lines, 'line')) as [string];
  return {
    url: `http://127.0.0.1:${port}`,
    stands: once(lines, 'line').then(([line]) => String(line).replace(/^stands /u, '')),
    died,
    goOn: () => void child.kill('SIGCONT'),
    kill: () => void child.kill('SIGKILL'),
  };
}
