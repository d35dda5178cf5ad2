import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { followConnections, type Draining } from './http/draining.ts';

export interface ShutdownParts {
  server: Server;
  draining: Draining;
  log: Pick<Logger, 'info' | 'warn'>;
  /** All of it, from the signal on, in seconds. */
  limitSeconds: number;
  /** How long requests are still taken after the signal, for the balancer to notice. At most half of the limit. */
  noticeSeconds: number;
  /** Gives back what workers hold; begins with the signal. */
  stopWork(): Promise<void>;
  /** Closes what requests and workers needed; the last thing. */
  closeRest(): Promise<void>;
}

/**
 * Makes a process that can end well. The returned function begins the end once: `/readyz` turns 503 and workers give back at once;
 * after the notice no request is taken, uploads stop at a checkpoint, and what runs may end. It resolves when all has ended, or
 * at the limit.
 *
 * @returns `noticed`: false where nobody needs a notice, as at a terminal
 */
export function prepareShutdown(parts: ShutdownParts): (noticed: boolean) => Promise<void> {
  const { server, draining, log, limitSeconds, noticeSeconds } = parts;
  const connections = followConnections(server, draining);

  const drain = async (noticed: boolean): Promise<void> => {
    draining.leave();
    connections.endWithAnswers();
    const worked = parts
      .stopWork()
      .catch((error: unknown) =>
        log.warn({ err: error }, 'workers could not release their work; its leases will expire'),
      );
    if (noticed) await sleep(Math.min(noticeSeconds, limitSeconds / 2) * 1000);
    draining.close();
    log.info('no longer accepting requests; waiting for those in progress');
    await connections.close();
    log.info('all requests have finished; waiting for the workers');
    await worked;
    await parts.closeRest();
  };
  return async (noticed) => {
    const late = sleep(limitSeconds * 1000, 'late' as const, { ref: false });
    const how = await Promise.race([drain(noticed).then(() => 'done' as const), late]);
    if (how === 'late') {
      log.warn({ limitSeconds }, 'shutdown timed out; cutting off what is still in progress');
      server.closeAllConnections();
    }
  };
}

/**
 * Ends the process by `stop` at SIGTERM or SIGINT, with exit code 0; a second signal ends it at once.
 *
 * @param stop  with false at SIGINT: somebody sits at a terminal, and no balancer is there to notice
 */
export function endAtSignals(
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
  stop: (noticed: boolean) => Promise<void>,
): void {
  let stopping = false;
  const codes = { SIGTERM: 143, SIGINT: 130 } as const;
  const hear = (signal: keyof typeof codes): void => {
    if (stopping) {
      log.warn({ signal }, 'second signal received; exiting immediately');
      process.exit(codes[signal]);
    }
    stopping = true;
    log.info({ signal }, 'stopping');
    stop(signal === 'SIGTERM').then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'shutdown failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', hear);
  process.on('SIGINT', hear);
}
