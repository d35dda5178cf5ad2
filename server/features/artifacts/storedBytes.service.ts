import { createHash } from 'node:crypto';
import { ArtifactFileModel } from './artifactFile.model.ts';
import { deleteFiles } from './artifactRemoval.ts';
import { readChunks } from './storage/chunkReader.ts';
import { CHUNK_BYTES } from './storage/chunks.ts';
import { ChunkWriter } from './storage/chunkWriter.ts';

/** Where bytes are, and whose. */
interface Stored {
  institutionId: string;
  fileId: string;
}

/**
 * Stores bytes as they come, in constant memory; a majority has them when it returns. The caller has recorded `fileId` before, so that
 * a killed process leaves no orphan.
 *
 * @returns what was stored
 */
export async function storeBytes(
  { institutionId, fileId }: Stored,
  bytes: AsyncIterable<Buffer>,
  about: { filename: string; uploadDate: Date },
): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  const writer = new ChunkWriter({ fileId, n: 0 });
  try {
    for await (const part of bytes) {
      hash.update(part);
      await writer.write(part);
    }
    const size = await writer.end();
    await ArtifactFileModel.create({
      _id: fileId,
      institutionId,
      length: size,
      chunkSize: CHUNK_BYTES,
      ...about,
    });
    return { size, sha256: hash.digest('hex') };
  } finally {
    await writer.release();
  }
}

/** Bytes `start` until before `end` of what was stored, in constant memory. */
export function readBytes(fileId: string, start: number, end: number): AsyncGenerator<Buffer> {
  return readChunks(fileId, start, end);
}

/** Deletes what was stored; may be repeated. */
export async function deleteBytes({ institutionId, fileId }: Stored): Promise<void> {
  await deleteFiles(institutionId, [fileId]);
}
