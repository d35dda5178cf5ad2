import { connect, type Socket } from 'node:net';
import { noScanner, type Scan, type Scanner, type ScannerStatus } from './scanner.ts';

/** A large content may take clamd a while after its last byte. */
const SCAN_IDLE_MS = 120_000;
const STATUS_IDLE_MS = 5_000;
const REPLY_MAX = 4096;
const TOO_LARGE = 'size limit exceeded';

/** One connection to clamd: its reply is everything it sends until it closes. */
class ClamdCall {
  readonly #socket: Socket;
  readonly #reply: Promise<string>;
  #answered = false;

  constructor(host: string, port: number, idleMs: number) {
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.setTimeout(idleMs, () =>
      this.#socket.destroy(new Error(`clamd did not answer for ${idleMs} ms`)),
    );
    this.#reply = new Promise((resolve, reject) => {
      let text = '';
      this.#socket.setEncoding('utf8');
      this.#socket.on('data', (data: string) => {
        text += data;
        this.#answered = true;
        if (text.length > REPLY_MAX) this.#socket.destroy(new Error('clamd said more than it should'));
      });
      this.#socket.once('error', (error) => (text === '' ? reject(error) : resolve(text)));
      this.#socket.once('close', () =>
        text === '' ? reject(new Error('clamd closed without an answer')) : resolve(text),
      );
    });
    // awaited by `reply`; an earlier error must not end the process
    this.#reply.catch(() => undefined);
  }

  /** False if clamd has already responded or gone: sending more is pointless. */
  async send(data: Buffer): Promise<boolean> {
    if (!this.#open) return false;
    if (!this.#socket.write(data)) await this.#drained();
    return this.#open;
  }

  get #open(): boolean {
    return this.#socket.writable && !this.#answered;
  }

  #drained(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      const events = ['drain', 'close', 'error', 'data'];
      const done = (): void => {
        for (const event of events) socket.off(event, done);
        resolve();
      };
      for (const event of events) socket.on(event, done);
    });
  }

  async reply(): Promise<string> {
    return (await this.#reply).replace(/\0/g, '').trim();
  }

  close(): void {
    this.#socket.destroy();
  }
}

function withSizePrefix(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}

function toScan(reply: string): Scan {
  const found = /^stream: (.+) FOUND$/.exec(reply);
  if (found) return { verdict: 'found', name: found[1] ?? 'unknown' };
  if (reply === 'stream: OK') return { verdict: 'clean' };
  if (reply.includes(TOO_LARGE)) return { verdict: 'too_large' };
  throw new Error(`clamd answered: ${reply.slice(0, 200)}`);
}

type Connect = (idleMs: number) => ClamdCall;

async function askVersion(connectTo: Connect): Promise<ScannerStatus> {
  const clamd = connectTo(STATUS_IDLE_MS);
  try {
    await clamd.send(Buffer.from('zVERSION\0'));
    return { kind: 'clamd', reachable: true, version: await clamd.reply() };
  } catch {
    return { kind: 'clamd', reachable: false, version: null };
  } finally {
    clamd.close();
  }
}

/** @returns false if clamd ended the conversation before the content's end */
async function sendAll(clamd: ClamdCall, content: AsyncIterable<Buffer>): Promise<boolean> {
  let going = await clamd.send(Buffer.from('zINSTREAM\0'));
  for await (const part of content) {
    going = going && (await clamd.send(withSizePrefix(part))) && (await clamd.send(part));
    if (!going) return false;
  }
  return going && clamd.send(Buffer.alloc(4));
}

async function scanBy(connectTo: Connect, content: AsyncIterable<Buffer>): Promise<Scan> {
  const clamd = connectTo(SCAN_IDLE_MS);
  try {
    const sent = await sendAll(clamd, content);
    return toScan(
      await clamd.reply().catch(async (error: unknown) => {
        // If the content is too large, clamd says so and disconnects; a write at that moment fails and loses the response. A
        // clamd that responds right away has not died.
        if (!sent && (await askVersion(connectTo)).reachable) return TOO_LARGE;
        throw error;
      }),
    );
  } finally {
    clamd.close();
  }
}

/**
 * A scanner using clamd's INSTREAM: content is sent as it is read, in constant memory.
 *
 * @param url  tcp://host:port
 * @see https://docs.clamav.net/manual/Usage/Scanning.html#clamd
 */
function createClamdScanner(url: string): Scanner {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const connectTo: Connect = (idleMs) => new ClamdCall(host, Number(port || 3310), idleMs);
  return {
    kind: 'clamd',
    scan: (content) => scanBy(connectTo, content),
    status: () => askVersion(connectTo),
  };
}

/** The scanner that the configuration names (CLAMD_URL), or none. */
export function createScanner(config: { clamdUrl: string | undefined }): Scanner {
  return config.clamdUrl === undefined ? noScanner : createClamdScanner(config.clamdUrl);
}
