import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Connections, type Draining } from './http/draining.ts';

export interface ShutdownParts {
  server: Server;
  draining: Draining;
  log: Pick<Logger, 'info' | 'warn'>;
  /** Limit for the whole shutdown, from the signal on, in seconds. */
  limitSeconds: number;
  /** How long requests are still accepted after the signal, so that the load balancer can notice. At most half of the limit. */
  noticeSeconds: number;
  /** Releases what workers hold; starts with the signal. */
  stopWork(): Promise<void>;
  /** Closes what requests and workers needed; runs last. */
  closeRest(): Promise<void>;
}

/**
 * Makes a process that can shut down cleanly. The returned function starts the shutdown once: `/readyz` turns 503 and workers
 * release their work at once; after the notice period no request is accepted, uploads stop at a checkpoint, and requests in
 * progress may finish. It resolves when everything has ended, or at the limit.
 *
 * @returns `noticed`: false if nobody needs a notice period, as at a terminal
 */
export function prepareShutdown(parts: ShutdownParts): (noticed: boolean) => Promise<void> {
  const { server, draining, log, limitSeconds, noticeSeconds } = parts;
  const connections = new Connections(server, draining);

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
 * Ends the process with `stop` on SIGTERM or SIGINT, with exit code 0; a second signal ends it at once.
 *
 * @param stop  called with false on SIGINT: somebody is at a terminal, and there is no load balancer to notice
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
