import { createHash, type Hash } from 'node:crypto';
import { readChunks } from '../storage/chunkReader.ts';
import { CHUNK_BYTES } from '../storage/chunks.ts';

const KEPT_MAX = 500;
/** Chunks read back at most before a PATCH goes on; where more is missing, the check reads all of it once, at the end. */
const CATCH_UP_CHUNKS = 64;

/** The SHA-256 of a file's first `n` chunks. */
interface Running {
  hash: Hash;
  n: number;
}

/**
 * Digests of uploads under way, kept in this process between two PATCHes. A cache and no more: node's SHA-256 is five
 * times as fast as one whose state could be stored (hash-wasm), and another process that goes on with an upload reads back
 * what it did not see: each process reads each byte at most once, however the PATCHes are spread.
 */
export class RunningDigests {
  readonly #kept = new Map<string, Running>();

  /** The digest of exactly the first `n` chunks, read back where this process did not write them; null where that is too much. */
  async take(fileId: string, n: number): Promise<Hash | null> {
    const known = this.#kept.get(fileId);
    this.#kept.delete(fileId);
    const running = known && known.n <= n ? known : { hash: createHash('sha256'), n: 0 };
    if (n - running.n > CATCH_UP_CHUNKS) return null;
    for await (const part of readChunks(fileId, running.n * CHUNK_BYTES, n * CHUNK_BYTES)) {
      running.hash.update(part);
    }
    return running.hash;
  }

  /** Only for chunks that were checked in: they never change again. */
  keep(fileId: string, n: number, hash: Hash): void {
    this.#kept.set(fileId, { hash, n });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }
}
