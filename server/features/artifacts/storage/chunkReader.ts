import { createHash } from 'node:crypto';
import type { ArtifactChunkDoc } from '../artifactFile.model.ts';
import { CHUNK_BYTES, chunkCollection } from './chunks.ts';

/** Content that can be read from any position: used to read types, metadata and archives. */
export interface Source {
  readonly size: number;
  /** Up to `length` bytes from `position`; fewer only at the end. The buffer is shared: not to be written to. */
  readAt(position: number, length: number): Promise<Buffer>;
  /** All bytes from `start` until before `end`, in pieces. */
  stream(start: number, end: number): AsyncGenerator<Buffer>;
}

/** Thrown if the database has other bytes than the file's length says. */
export class ChunkMissingError extends Error {
  readonly fileId: string;
  readonly n: number;

  constructor(fileId: string, n: number) {
    super(`chunk ${n} of ${fileId} is missing or has another length`);
    this.name = 'ChunkMissingError';
    this.fileId = fileId;
    this.n = n;
  }
}

/** Chunks read at a time; as many more are prefetched meanwhile. Twenty slow readers then use at most 120 MiB. */
const BATCH = 3;

/** Chunks `from` to `to`, both included, as a majority has them, in one response of the database. */
async function readBatch(fileId: string, from: number, to: number): Promise<ArtifactChunkDoc[]> {
  return chunkCollection()
    .find(
      { files_id: fileId, n: { $gte: from, $lte: to } },
      {
        projection: { _id: 0, n: 1, data: 1 },
        promoteBuffers: true,
        batchSize: BATCH + 1,
        readConcern: { level: 'majority' },
      },
    )
    .sort({ n: 1 })
    .toArray();
}

/** Chunks `first` to `last`, both included, in order; the next ones are prefetched meanwhile. */
async function* chunksOf(fileId: string, first: number, last: number): AsyncGenerator<ArtifactChunkDoc> {
  const batchFrom = (n: number): Promise<ArtifactChunkDoc[]> => {
    const batch = readBatch(fileId, n, Math.min(n + BATCH - 1, last));
    // awaited in the next round, or never if the reader went away
    batch.catch(() => undefined);
    return batch;
  };
  let ahead = batchFrom(first);
  for (let n = first; n <= last;) {
    const batch = await ahead;
    const next = n + BATCH;
    if (next <= last) ahead = batchFrom(next);
    for (; n < next && n <= last; n++) {
      const chunk = batch.shift();
      if (chunk?.n !== n) throw new ChunkMissingError(fileId, n);
      yield chunk;
    }
  }
}

/**
 * Bytes from `start` up to but not including `end` of a GridFS file, a chunk at a time, in constant memory.
 *
 * @throws {ChunkMissingError} if a chunk is missing or too short
 */
export async function* readChunks(fileId: string, start: number, end: number): AsyncGenerator<Buffer> {
  if (end <= start) return;
  const first = Math.floor(start / CHUNK_BYTES);
  const last = Math.floor((end - 1) / CHUNK_BYTES);
  for await (const { n, data } of chunksOf(fileId, first, last)) {
    const from = n === first ? start - first * CHUNK_BYTES : 0;
    const to = n === last ? end - last * CHUNK_BYTES : CHUNK_BYTES;
    if (data.length < to) throw new ChunkMissingError(fileId, n);
    yield data.subarray(from, to);
  }
}

/**
 * Reads a whole content back from storage, as a majority has it: each chunk exists and has exactly the right length.
 *
 * @param size  bytes, at least 1
 * @returns its SHA-256
 * @throws {ChunkMissingError}
 */
export async function digestStored(fileId: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  const last = Math.floor((size - 1) / CHUNK_BYTES);
  for await (const { n, data } of chunksOf(fileId, 0, last)) {
    if (data.length !== Math.min(CHUNK_BYTES, size - n * CHUNK_BYTES)) throw new ChunkMissingError(fileId, n);
    hash.update(data);
  }
  return hash.digest('hex');
}

/** A primary that cannot prove within this time that it still is one. */
const PROOF_MS = 10_000;

/**
 * Whether a chunk is missing for good, or has the wrong length. A member that was just elected may not yet know what a majority
 * has; so this asks a primary that proves to be one, after everything that was acknowledged before.
 *
 * @param size  bytes of the whole content
 * @throws the database's error if that cannot be determined now
 */
export async function isChunkLost(fileId: string, n: number, size: number): Promise<boolean> {
  const chunk = await chunkCollection().findOne<{ bytes: number }>(
    { files_id: fileId, n },
    {
      projection: { _id: 0, bytes: { $binarySize: '$data' } },
      readConcern: { level: 'linearizable' },
      maxTimeMS: PROOF_MS,
    },
  );
  return chunk?.bytes !== Math.min(CHUNK_BYTES, size - n * CHUNK_BYTES);
}

/** A GridFS file as a source; keeps the last two chunks, so that small reads in a row cost one query for each MiB. */
export class StoredSource implements Source {
  readonly size: number;
  readonly #fileId: string;
  readonly #kept = new Map<number, Buffer>();

  /** @param size  bytes of the whole content */
  constructor(fileId: string, size: number) {
    this.#fileId = fileId;
    this.size = size;
  }

  async readAt(position: number, length: number): Promise<Buffer> {
    const end = Math.min(position + length, this.size);
    if (position >= end) return Buffer.alloc(0);
    const parts: Buffer[] = [];
    for (let n = Math.floor(position / CHUNK_BYTES); n * CHUNK_BYTES < end; n++) {
      const data = await this.#chunk(n);
      parts.push(data.subarray(Math.max(0, position - n * CHUNK_BYTES), end - n * CHUNK_BYTES));
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : Buffer.concat(parts);
  }

  stream(start: number, end: number): AsyncGenerator<Buffer> {
    return readChunks(this.#fileId, start, Math.min(end, this.size));
  }

  async #chunk(n: number): Promise<Buffer> {
    const known = this.#kept.get(n);
    if (known) return known;
    const parts: Buffer[] = [];
    const end = Math.min((n + 1) * CHUNK_BYTES, this.size);
    for await (const part of readChunks(this.#fileId, n * CHUNK_BYTES, end)) parts.push(part);
    const [data = Buffer.alloc(0)] = parts;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= 2 && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(n, data);
    return data;
  }
}

/** A buffer as a source: for what is small and already here. */
export function bufferSource(buffer: Buffer): Source {
  return {
    size: buffer.length,
    readAt: (position, length) => Promise.resolve(buffer.subarray(position, position + length)),
    async *stream(start, end) {
      yield await Promise.resolve(buffer.subarray(start, end));
    },
  };
}
