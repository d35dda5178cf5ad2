import { createHash, type Hash } from 'node:crypto';
import { readChunks } from '../storage/chunkReader.ts';
import { CHUNK_BYTES } from '../storage/chunks.ts';

const KEPT_MAX = 500;
/** Chunks read back at most before a PATCH goes on; where more is missing, the check reads all of it once, at the end. */
const CATCH_UP_CHUNKS = 32;

/** The SHA-256 of a file's full chunks as they were when an upload was checked in under this stamp. */
interface Running {
  hash: Hash;
  stamp: string;
}

/**
 * Digests of uploads under way, kept in this process between two PATCHes. A cache and no more: node's SHA-256 is five
 * times as fast as one whose state could be stored (hash-wasm). Whoever goes on with what another process wrote last reads back
 * a small file and leaves a large one to the check, which then reads it once.
 */
export class RunningDigests {
  readonly #kept = new Map<string, Running>();

  /**
   * The digest of exactly the first `n` chunks; null where that would mean to read too much back. A kept one counts only where the
   * upload stands as this process left it: nothing that happened elsewhere, not even a failover, can slip in another's bytes.
   */
  async take(fileId: string, { n, stamp }: { n: number; stamp: string | null }): Promise<Hash | null> {
    const known = this.#kept.get(fileId);
    this.#kept.delete(fileId);
    if (known && known.stamp === stamp) return known.hash;
    if (n > CATCH_UP_CHUNKS) return null;
    const hash = createHash('sha256');
    for await (const part of readChunks(fileId, 0, n * CHUNK_BYTES)) hash.update(part);
    return hash;
  }

  keep(fileId: string, running: Running): void {
    this.#kept.set(fileId, running);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }
}
