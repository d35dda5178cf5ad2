import { CHUNK_BYTES, chunkCollection } from './chunks.ts';

/** Content that can be read from any place: what types, metadata and archives are read by. */
export interface Source {
  readonly size: number;
  /** Up to `length` bytes from `position`; fewer only at the end. The buffer is shared: not to be written to. */
  readAt(position: number, length: number): Promise<Buffer>;
  /** All bytes from `start` until before `end`, in pieces. */
  stream(start: number, end: number): AsyncGenerator<Buffer>;
}

/** Thrown when the database holds fewer bytes than the file's length says. */
export class ChunkMissingError extends Error {
  constructor(fileId: string, n: number) {
    super(`chunk ${n} of ${fileId} is missing`);
    this.name = 'ChunkMissingError';
  }
}

/** A MongoDB message holds up to 48 MB: four chunks at a time keep twenty slow readers small. */
const BATCH = 4;

/**
 * Bytes `start` until before `end` of a GridFS file, a chunk at a time, in constant memory.
 *
 * @throws {ChunkMissingError} when a chunk is absent or too short
 */
export async function* readChunks(fileId: string, start: number, end: number): AsyncGenerator<Buffer> {
  if (end <= start) return;
  const first = Math.floor(start / CHUNK_BYTES);
  const last = Math.floor((end - 1) / CHUNK_BYTES);
  const cursor = chunkCollection()
    .find(
      { files_id: fileId, n: { $gte: first, $lte: last } },
      { projection: { _id: 0, n: 1, data: 1 }, promoteBuffers: true, batchSize: BATCH },
    )
    .sort({ n: 1 });
  let n = first;
  try {
    for await (const chunk of cursor) {
      const from = n === first ? start - first * CHUNK_BYTES : 0;
      const to = n === last ? end - last * CHUNK_BYTES : CHUNK_BYTES;
      if (chunk.n !== n || chunk.data.length < to) throw new ChunkMissingError(fileId, n);
      yield chunk.data.subarray(from, to);
      n += 1;
    }
    if (n !== last + 1) throw new ChunkMissingError(fileId, n);
  } finally {
    await cursor.close();
  }
}

/** A GridFS file as a source; keeps the last two chunks, so that small reads in a row cost one query for each MiB. */
export function sourceOf(fileId: string, size: number): Source {
  const kept = new Map<number, Buffer>();
  const chunk = async (n: number): Promise<Buffer> => {
    const known = kept.get(n);
    if (known) return known;
    const parts: Buffer[] = [];
    for await (const part of readChunks(fileId, n * CHUNK_BYTES, Math.min((n + 1) * CHUNK_BYTES, size)))
      parts.push(part);
    const [data = Buffer.alloc(0)] = parts;
    const [oldest] = kept.keys();
    if (kept.size >= 2 && oldest !== undefined) kept.delete(oldest);
    kept.set(n, data);
    return data;
  };
  return {
    size,
    async readAt(position, length) {
      const end = Math.min(position + length, size);
      if (position >= end) return Buffer.alloc(0);
      const parts: Buffer[] = [];
      for (let n = Math.floor(position / CHUNK_BYTES); n * CHUNK_BYTES < end; n++) {
        const data = await chunk(n);
        parts.push(data.subarray(Math.max(0, position - n * CHUNK_BYTES), end - n * CHUNK_BYTES));
      }
      const [only] = parts;
      return parts.length === 1 && only ? only : Buffer.concat(parts);
    },
    stream: (start, end) => readChunks(fileId, start, Math.min(end, size)),
  };
}

/** A buffer as a source: for what is small and already here. */
export function bufferSource(buffer: Buffer): Source {
  return {
    size: buffer.length,
    readAt: (position, length) => Promise.resolve(buffer.subarray(position, position + length)),
    // eslint wants an await in async generators; the interface wants one
    async *stream(start, end) {
      yield await Promise.resolve(buffer.subarray(start, end));
    },
  };
}
