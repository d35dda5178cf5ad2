import type { ClientSession } from 'mongoose';
import { ArtifactModel, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import { ArtifactFileModel } from './artifactFile.model.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { releaseBytes } from './artifactUsage.ts';
import { inPersonTransaction } from './personTransaction.ts';
import { deleteChunks } from './storage/chunks.ts';
import type { UploadKey } from './uploads/uploadId.ts';

/** How long a writer that was overtaken may still write chunks; then they are deleted once more. */
export const LATE_WRITE_MS = 3_600_000;

/** Deletes the content of GridFS files that no artifact needs any more; may be repeated. */
export async function deleteFiles(institutionId: string, fileIds: readonly string[]): Promise<void> {
  for (const fileId of fileIds) {
    await ArtifactFileModel.deleteOne({ _id: fileId, institutionId });
    await deleteChunks(fileId);
  }
}

/** The owner of an artifact; null if it does not exist. */
export async function findOwner({
  institutionId,
  artifactId,
}: UploadKey): Promise<Pick<ArtifactDoc, 'institutionId' | 'personId'> | null> {
  return ArtifactModel.findOne({ _id: artifactId, institutionId }, { institutionId: 1, personId: 1 }).lean();
}

/** What an artifact must still be when its content is deleted. */
type Precondition = Partial<Pick<ArtifactDoc, 'holds' | 'state'>>;

async function markRemoved(
  deps: ArtifactDeps,
  { key, still }: { key: UploadKey; still: Precondition },
  tx: ClientSession,
): Promise<ArtifactDoc | null> {
  const now = deps.clock.now();
  const doc = await ArtifactModel.findOneAndUpdate(
    {
      _id: key.artifactId,
      institutionId: key.institutionId,
      removedAt: null,
      ...still,
    },
    {
      // the epoch keeps a writer in progress from checking in
      $inc: { 'upload.epoch': 1 },
      $set: {
        removedAt: now,
        sweepAt: new Date(now.getTime() + LATE_WRITE_MS),
        checking: null,
        counted: 0,
        'upload.tail': null,
      },
    },
    { session: tx, projection: WITHOUT_TAIL },
  ).lean();
  if (doc) await releaseBytes(tx, doc, doc.counted);
  return doc;
}

/**
 * Removes an artifact and its content; a tombstone stays for an hour, for stragglers. The caller checks the rights.
 *
 * @param still  its state as read: nothing is removed if it was taken into a submission (`holds`), or its upload ended (`state`),
 *   since
 * @returns false if it did not exist
 */
export async function removeContent(
  deps: ArtifactDeps,
  key: UploadKey,
  still: Precondition,
): Promise<boolean> {
  const owner = await findOwner(key);
  if (!owner) return false;
  const doc = await inPersonTransaction(owner, (tx) => markRemoved(deps, { key, still }, tx));
  if (!doc) return false;
  await deleteFiles(key.institutionId, [doc.fileId, ...doc.garbage]);
  return true;
}
