import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import { AppError } from '../errors.ts';

/**
 * How far the shutdown of a process has got. `open`: it accepts requests. `leaving`: it still does, but reports that it is not
 * ready, and each connection ends with its next response. `closed`: requests in progress may finish, nothing new starts.
 */
export class Draining {
  readonly #closing = new AbortController();
  #state: 'open' | 'leaving' | 'closed' = 'open';

  get state(): 'open' | 'leaving' | 'closed' {
    return this.#state;
  }

  /** Aborted when something that could take long, an upload, must stop at a point from which it can resume. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  leave(): void {
    if (this.#state === 'open') this.#state = 'leaving';
  }

  close(): void {
    this.#state = 'closed';
    this.#closing.abort();
  }
}

/** Whoever is refused may find another process at once. */
const RETRY_AFTER_SECONDS = 1;

/** Refuses requests that arrive after the process was closed, on a connection that was already open. */
export function refuseWhenClosed(draining: Draining): RequestHandler {
  return (_req, _res, next) => {
    if (draining.state !== 'closed') return next();
    const message = 'This part of Waymark is just being renewed. Please try once more.';
    throw new AppError('SERVER_STOPPING', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
  };
}

/**
 * A server's connections, so that it can end as soon as its responses are sent: `server.close()` alone waits, for as long as it
 * takes, for every browser that holds one open, even one that never sent anything.
 */
export class Connections {
  readonly #server: Server;
  readonly #answering = new Map<Socket, Set<ServerResponse>>();

  /** Tracks them from now on. */
  constructor(server: Server, draining: Draining) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#answering.set(socket, new Set());
      socket.once('close', () => this.#answering.delete(socket));
    });
    server.prependListener('request', ({ socket }, res) => {
      if (draining.state !== 'open') res.shouldKeepAlive = false;
      const open = this.#answering.get(socket);
      open?.add(res);
      res.once('close', () => {
        open?.delete(res);
        // a response whose headers were already sent could not announce that it is the last
        if (draining.state === 'closed' && open?.size === 0) socket.destroySoon();
      });
    });
  }

  /** From now on each connection ends with its response. */
  endWithAnswers(): void {
    for (const open of this.#answering.values())
      for (const res of open) if (!res.headersSent) res.shouldKeepAlive = false;
  }

  /** Accepts no new connection and ends those without a request. @returns when all have ended */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const [socket, open] of this.#answering) if (open.size === 0) socket.destroySoon();
    await closed;
  }
}
