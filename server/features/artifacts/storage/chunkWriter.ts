import mongoose from 'mongoose';
import { toError } from '../toError.ts';
import { CHUNK_BYTES, chunkCollection } from './chunks.ts';

/**
 * All chunks of a PATCH of 5 MiB, the smallest that clients send by default: they wait for a majority together, not one after
 * another.
 */
const IN_FLIGHT = 6;

/** Buffers for reuse by all writers: a chunk's buffer is free again once its insert was acknowledged. */
const pool: Buffer[] = [];
const POOL_MAX = 32;
const takeBuffer = (): Buffer => pool.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
function returnBuffer(buffer: Buffer): void {
  if (pool.length < POOL_MAX) pool.push(buffer);
}

interface ChunkWriterOptions {
  fileId: string;
  /** Number of the first chunk to write. */
  n: number;
  /** Bytes that belong to the beginning of that chunk. */
  tail?: Uint8Array | null;
  /** Called with each full chunk in order, before it is sent; the buffer is valid during the call only. */
  onChunk?: (chunk: Buffer) => void;
}

/**
 * Splits a stream of bytes into GridFS chunks and inserts them, six at a time: constant memory, whatever the size. A majority
 * acknowledges each insert. `w: 1` and a later majority write to the artifact would not be enough: with an election between the
 * two, the later one goes to another primary, and the chunks are lost with the old one.
 */
export class ChunkWriter {
  readonly #options: ChunkWriterOptions;
  readonly #collection = chunkCollection();
  readonly #inFlight = new Set<Promise<void>>();
  #buffer = takeBuffer();
  #filled = 0;
  #n: number;
  #fault: Error | null = null;

  constructor(options: ChunkWriterOptions) {
    this.#options = options;
    this.#n = options.n;
    if (options.tail) {
      this.#buffer.set(options.tail);
      this.#filled = options.tail.length;
    }
  }

  /** Full chunks passed to the database; a majority has them only after `settle`. */
  get n(): number {
    return this.#n;
  }

  /** Position in the file after everything that was written. */
  get offset(): number {
    return this.#n * CHUNK_BYTES + this.#filled;
  }

  /** Bytes after the last full chunk; a view, valid until the next write. */
  get tail(): Buffer {
    return this.#buffer.subarray(0, this.#filled);
  }

  /** @throws what an earlier insert threw (E11000 when another writer was there) */
  async write(data: Uint8Array): Promise<void> {
    let from = 0;
    while (from < data.length) {
      const take = Math.min(data.length - from, CHUNK_BYTES - this.#filled);
      this.#buffer.set(data.subarray(from, from + take), this.#filled);
      this.#filled += take;
      from += take;
      if (this.#filled === CHUNK_BYTES) await this.#flush();
    }
  }

  /** Waits until a majority has everything that was passed on. @throws what any of the inserts threw */
  async settle(): Promise<void> {
    await Promise.all(this.#inFlight);
    if (this.#fault !== null) throw this.#fault;
  }

  /** Sends the last, partial chunk and waits for all. @returns length of the file */
  async end(): Promise<number> {
    const length = this.offset;
    if (this.#filled > 0) await this.#flush();
    await this.settle();
    return length;
  }

  /** Releases the buffer; the writer must not be used afterwards. */
  async release(): Promise<void> {
    await Promise.all(this.#inFlight);
    returnBuffer(this.#buffer);
  }

  async #flush(): Promise<void> {
    const buffer = this.#buffer;
    const data = buffer.subarray(0, this.#filled);
    this.#options.onChunk?.(data);
    this.#start(buffer, data, this.#n);
    this.#n += 1;
    this.#filled = 0;
    this.#buffer = takeBuffer();
    while (this.#inFlight.size >= IN_FLIGHT) await Promise.race(this.#inFlight);
    if (this.#fault !== null) throw this.#fault;
  }

  #start(buffer: Buffer, data: Buffer, n: number): void {
    const _id = new mongoose.mongo.ObjectId();
    const insert = this.#collection
      .insertOne({ _id, files_id: this.#options.fileId, n, data }, { writeConcern: { w: 'majority' } })
      .then(() => returnBuffer(buffer))
      .catch((error: unknown) => {
        // the buffer may still be on its way to a socket: left to the collector
        this.#fault ??= toError(error);
      })
      .finally(() => this.#inFlight.delete(insert));
    this.#inFlight.add(insert);
  }
}
