import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataStore, Upload } from '@tus/server';
import { AppError, notFound } from '../../../errors.ts';
import { toError } from '../toError.ts';
import { checkArtifact, refuseArtifact } from '../artifactChecks.ts';
import type { ArtifactDeps } from '../artifacts.deps.ts';
import { removeContent } from '../artifactRemoval.ts';
import { UPLOAD_LIFE_MS } from './beginUpload.ts';
import { fromUploadId, type UploadKey } from './uploadId.ts';
import { earlyRefusal, findUpload, UploadWriting } from './uploadWriting.ts';

/** How long the last PATCH waits for the check; a larger file's check continues after it, and the client asks for the state. */
const CHECK_WAIT_MS = 5_000;

/**
 * Stores resumable uploads in GridFS: full chunks are appended, the state is the artifact's own document. Any process may
 * continue an upload that another started.
 */
export class UploadStore extends DataStore {
  // creation-with-upload is not announced but works: @tus/server writes a POST's body where it has tus' content type
  override extensions = ['creation', 'termination', 'expiration'];
  readonly #deps: ArtifactDeps;

  constructor(deps: ArtifactDeps) {
    super();
    this.#deps = deps;
  }

  /** The artifact was created when the upload got its id (`beginUpload`). */
  override create(upload: Upload): Promise<Upload> {
    return Promise.resolve(upload);
  }

  /** Undefined metadata, not null: HEAD fails on null. */
  override async getUpload(id: string): Promise<Upload> {
    const key = fromUploadId(id);
    const doc = await findUpload(key);
    if (!doc) throw notFound('This upload');
    if (doc.state === 'refused' && doc.refusal)
      throw new AppError('ARTIFACT_REFUSED', doc.refusal.message, { details: { code: doc.refusal.code } });
    // the process that checked it may have died; the lease prevents two from doing it at once
    if (doc.state === 'checking') void this.#check(key);
    const offset = doc.state === 'uploading' ? doc.upload.offset : doc.originalSize;
    return new Upload({ id, size: doc.originalSize, offset, creation_date: doc.createdAt.toISOString() });
  }

  /** @returns the new offset; after the last byte the artifact is checked, and mostly `ready` when this returns */
  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const key = fromUploadId(id);
    const writing = await UploadWriting.begin(key, offset);
    try {
      const broken = await this.#readInto(writing, stream);
      const end = await writing.end();
      if (broken !== null) throw broken;
      if (end.complete) await Promise.race([this.#check(key), sleep(CHECK_WAIT_MS, null, { ref: false })]);
      return end.offset;
    } catch (error) {
      const refusal = earlyRefusal(error);
      if (!refusal) throw error;
      await refuseArtifact(this.#deps, key, refusal.code);
      throw new AppError('ARTIFACT_REFUSED', refusal.message, { details: { code: refusal.code } });
    } finally {
      await writing.release();
    }
  }

  override async remove(id: string): Promise<void> {
    await removeContent(this.#deps, fromUploadId(id), { state: 'uploading' });
  }

  override getExpiration(): number {
    return UPLOAD_LIFE_MS;
  }

  /**
   * @returns null at the end of the stream; otherwise the connection's error, after which what arrived is kept.
   * @throws errors with a status: the limiter's (413), after which nothing may be kept, and our own
   */
  async #readInto(writing: UploadWriting, stream: Readable): Promise<Error | null> {
    let ours = false;
    try {
      // left whole when we stop: destroyed here, @tus/server would hear of that and not of our reason
      for await (const part of stream.iterator({ destroyOnReturn: false })) {
        ours = true;
        await writing.append(part as Buffer);
        ours = false;
      }
      return null;
    } catch (error) {
      const fault = toError(error);
      if (ours || 'status_code' in fault) throw fault;
      return fault;
    }
  }

  async #check(key: UploadKey): Promise<void> {
    try {
      await checkArtifact(this.#deps, key);
    } catch (error) {
      this.#deps.log.error({ err: error, artifactId: key.artifactId }, 'an artifact could not be checked');
    }
  }
}
