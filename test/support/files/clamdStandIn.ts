import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP server that speaks clamd's INSTREAM and VERSION, and knows one bad word. */
export interface ClamdStandIn {
  url: string;
  /** Sizes of the contents that it received, in bytes. */
  received: number[];
  close(): Promise<void>;
}

export const BAD_WORD = 'X5O!SAMPLE-TEST-VIRUS';

interface Limits {
  /** As clamd's StreamMaxLength. */
  maxBytes?: number;
  /** Disconnects without a response. */
  dies?: boolean;
}

class Call {
  readonly #socket: Socket;
  readonly #limits: Limits;
  #pending = Buffer.alloc(0);
  #content = Buffer.alloc(0);
  #streaming = false;
  readonly #received: number[];

  constructor(socket: Socket, limits: Limits, received: number[]) {
    this.#socket = socket;
    this.#limits = limits;
    this.#received = received;
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      this.#pending = Buffer.concat([this.#pending, data]);
      this.#read();
    });
  }

  #read(): void {
    if (this.#limits.dies) {
      this.#socket.destroy();
      return;
    }
    if (!this.#streaming && !this.#command()) return;
    while (this.#pending.length >= 4) {
      const length = this.#pending.readUInt32BE(0);
      if (length === 0) return this.#judge();
      if (this.#pending.length < 4 + length) return;
      this.#content = Buffer.concat([this.#content, this.#pending.subarray(4, 4 + length)]);
      this.#pending = this.#pending.subarray(4 + length);
      if (this.#content.length > (this.#limits.maxBytes ?? Infinity)) {
        this.#socket.end('INSTREAM size limit exceeded. ERROR\0');
        this.#socket.destroySoon();
        return;
      }
    }
  }

  #command(): boolean {
    const end = this.#pending.indexOf(0);
    if (end < 0) return false;
    const command = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 1);
    if (command === 'zVERSION') this.#socket.end('ClamAV 1.4.1/27000/Mon Nov 23 09:00:00 2026\0');
    this.#streaming = command === 'zINSTREAM';
    return this.#streaming;
  }

  #judge(): void {
    this.#received.push(this.#content.length);
    const found = this.#content.includes(BAD_WORD);
    this.#socket.end(found ? 'stream: Sample-Test-Signature FOUND\0' : 'stream: OK\0');
  }
}

/** Listens on a free loopback port. */
export async function startClamd(limits: Limits = {}): Promise<ClamdStandIn> {
  const received: number[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    return new Call(socket, limits, received);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `tcp://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
