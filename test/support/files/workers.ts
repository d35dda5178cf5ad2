import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { programArguments } from '../programs.ts';
import type { Done, Order } from './worker.ts';

/** A separate process that works on the database; whoever starts it stops or kills it. */
export interface Worker {
  process: ChildProcess;
  order(order: Order): Promise<Done>;
  stop(): Promise<void>;
}

function answer(child: ChildProcess): Promise<Done> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Done): void => {
      child.off('exit', onExit);
      resolve(message);
    };
    const onExit = (code: number | null): void => {
      child.off('message', onMessage);
      reject(new Error(`the worker ended with ${code ?? 'a signal'}`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

/** Starts a worker and waits until it is connected. */
export async function startWorker(uri: string): Promise<Worker> {
  const child = spawn(process.execPath, [...programArguments('test/support/files/worker.ts'), uri], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await answer(child);
  return {
    process: child,
    async order(order) {
      const done = answer(child);
      child.send(order);
      return done;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
