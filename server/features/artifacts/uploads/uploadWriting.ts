import { toError } from '../toError.ts';
import { ArtifactModel, WITHOUT_TAIL, type ArtifactDoc } from '../artifact.model.ts';
import { HEAD_BYTES, sniff } from '../checks/inspect.ts';
import { Refused } from '../checks/refusals.ts';
import { CHUNK_BYTES } from '../storage/chunks.ts';
import { ChunkWriter } from '../storage/chunkWriter.ts';
import { uploadConflict, claimForWriting } from './uploadClaim.ts';
import type { UploadKey } from './uploadId.ts';

/**
 * After this many bytes, or this long, what was written is checked in, while as much again may arrive: at most twice that much,
 * and what was in transit, is sent again after a crash.
 */
const CHECK_IN_BYTES = 8 * CHUNK_BYTES;
const CHECK_IN_MS = 1000;
/** What a client is told is stored, a majority has. Set explicitly, not left to the connection. */
const DURABLE = { w: 'majority' } as const;
/** The process that received the last byte starts the check at once. If it has not by then, it died, and others do. */
const CHECK_GRACE_MS = 5_000;

/** One PATCH's bytes on their way into the database. */
export class UploadWriting {
  readonly #doc: ArtifactDoc;
  readonly #writer: ChunkWriter;
  #checkedIn: { offset: number; at: number };
  #checkIn: Promise<void> | null = null;
  #sniffing: Promise<void> | null = null;
  #fault: Error | null = null;

  constructor(doc: ArtifactDoc) {
    this.#doc = doc;
    this.#checkedIn = { offset: doc.upload.offset, at: performance.now() };
    this.#writer = new ChunkWriter({
      fileId: doc.fileId,
      n: doc.upload.n,
      tail: doc.upload.tail?.buffer ?? null,
      onChunk: (chunk) => this.#onChunk(chunk),
    });
  }

  static async begin(key: UploadKey, offset: number): Promise<UploadWriting> {
    return new UploadWriting(await claimForWriting(key, offset));
  }

  /**
   * @throws {AppError} ARTIFACT_REFUSED if the first bytes are of something that is refused; UPLOAD_OFFSET_CONFLICT if overtaken
   */
  async append(data: Uint8Array): Promise<void> {
    await this.#writer.write(data);
    if (this.#fault !== null) throw this.#fault;
    const { offset, at } = this.#checkedIn;
    const isFull = this.#writer.offset - offset >= CHECK_IN_BYTES;
    // a majority that is slower than the sender slows it down
    if (isFull) await this.#checkIn;
    const due = isFull || performance.now() - at >= CHECK_IN_MS;
    if (due && !this.#checkIn) this.#checkInFullChunks();
  }

  /** Makes everything that arrived durable; with the last byte the upload becomes `checking`. @returns the upload's new offset */
  async end(): Promise<{ offset: number; complete: boolean }> {
    await this.#background();
    const complete = this.#writer.offset === this.#doc.size;
    const { offset } = this.#writer;
    if (complete) await this.#finish();
    else await this.#pause();
    return { offset, complete };
  }

  /** Waits for what is in progress; must be called last, whatever happened. */
  async release(): Promise<void> {
    await this.#checkIn;
    await this.#sniffing;
    await this.#writer.release();
  }

  #onChunk(chunk: Buffer): void {
    if (this.#writer.n === 0 && this.#doc.size > chunk.length) {
      this.#sniffing = this.#refuseEarly(Buffer.from(chunk.subarray(0, HEAD_BYTES)));
    }
  }

  /** A large program is refused with its first chunk, not after its last. */
  async #refuseEarly(head: Buffer): Promise<void> {
    try {
      await sniff(head);
    } catch (error) {
      this.#fault ??= toError(error);
    }
  }

  #checkInFullChunks(): void {
    const { n } = this.#writer;
    const checkIn = async (): Promise<void> => {
      await this.#writer.settle();
      const stand = { 'upload.offset': n * CHUNK_BYTES, 'upload.n': n, 'upload.tail': null };
      await this.#save(stand);
    };
    this.#checkedIn = { offset: n * CHUNK_BYTES, at: performance.now() };
    // bytes keep arriving meanwhile
    this.#checkIn = checkIn()
      .catch((error: unknown) => {
        this.#fault ??= toError(error);
      })
      .finally(() => {
        this.#checkIn = null;
      });
  }

  async #background(): Promise<void> {
    await this.#checkIn;
    await this.#sniffing;
    if (this.#fault !== null) throw this.#fault;
  }

  async #pause(): Promise<void> {
    await this.#writer.settle();
    const { n, offset, tail } = this.#writer;
    const stand = {
      'upload.offset': offset,
      'upload.n': n,
      'upload.tail': tail.length > 0 ? Buffer.from(tail) : null,
      'upload.open': false,
    };
    await this.#save(stand);
  }

  async #finish(): Promise<void> {
    const size = await this.#writer.end();
    const stand = {
      state: 'checking',
      sweepAt: { $add: ['$$NOW', CHECK_GRACE_MS] },
      'upload.offset': size,
      'upload.n': this.#writer.n,
      'upload.tail': null,
      'upload.open': false,
    };
    await this.#save(stand);
  }

  /**
   * The check-in: only for the writer that claimed the upload last, and only after `settle`. If it finds the stamp, then the
   * claim, and everything that the claim read, are in the history that a majority has when it returns.
   */
  async #save(fields: Record<string, unknown>): Promise<void> {
    const { _id, institutionId, upload } = this.#doc;
    const saved = await ArtifactModel.updateOne(
      { _id, institutionId, state: 'uploading', removedAt: null, 'upload.stamp': upload.stamp },
      [{ $set: fields }],
      { updatePipeline: true, writeConcern: DURABLE },
    );
    if (saved.matchedCount === 0) throw uploadConflict();
  }
}

/** The refusal that the first bytes led to, or null for any other error. */
export function earlyRefusal(error: unknown): Refused | null {
  return error instanceof Refused ? error : null;
}

/** The upload as a majority has it: its offset is a promise to whoever asks. */
export async function findUpload(key: UploadKey): Promise<ArtifactDoc | null> {
  return ArtifactModel.findOne(
    { _id: key.artifactId, institutionId: key.institutionId, removedAt: null },
    WITHOUT_TAIL,
  )
    .readConcern('majority')
    .lean();
}
