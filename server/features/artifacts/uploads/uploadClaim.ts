import { randomUUID } from 'node:crypto';
import mongoose, { type ClientSession, type mongo } from 'mongoose';
import { inTransaction } from '../../../db.ts';
import { AppError } from '../../../errors.ts';
import { ArtifactModel, type ArtifactDoc } from '../artifact.model.ts';
import { deleteChunks } from '../storage/chunks.ts';
import type { UploadKey } from './uploadId.ts';

/**
 * One member's acknowledgement is enough for a claim: the claim itself promises nothing. A claim that is rolled back in a
 * failover loses its stamp, and the writer's next check-in finds another one; a claim whose check-in finds its stamp is in the
 * history of that check-in, which a majority has. Chunks of a writer whose claim was rolled back belong to nobody: the next
 * writer hits them at the unique index, and the one after it, which finds the upload open, deletes them.
 */
const CLAIM = { w: 1 } as const;

/** Sent to a writer whose upload another writer has now, or which is at another offset. */
export function uploadConflict(): AppError {
  return new AppError(
    'UPLOAD_OFFSET_CONFLICT',
    'This upload has gone on elsewhere. It continues from there.',
  );
}

/** An upload as a claim found it, with the claim's stamp. `upload.open`: the previous writer did not end. */
export interface ClaimedUpload extends ArtifactDoc {
  /** The claim in the order of the database's writes. */
  claimedAt: mongo.Timestamp | undefined;
}

async function stampUpload(
  { artifactId, institutionId }: UploadKey,
  { offset, stamp }: { offset: number; stamp: string },
  tx: ClientSession,
): Promise<ArtifactDoc | null> {
  try {
    return await ArtifactModel.findOneAndUpdate(
      { _id: artifactId, institutionId, state: 'uploading', removedAt: null, 'upload.offset': offset },
      { $inc: { 'upload.epoch': 1 }, $set: { 'upload.open': true, 'upload.stamp': stamp } },
      { writeConcern: CLAIM, session: tx },
    ).lean();
  } finally {
    await tx.endSession();
  }
}

/**
 * Stamps an upload for one writer: previous writers can no longer check in.
 *
 * @throws {AppError} UPLOAD_OFFSET_CONFLICT unless the upload is at `offset`
 */
export async function claimUpload(key: UploadKey, offset: number): Promise<ClaimedUpload> {
  const stamp = randomUUID();
  const tx = await mongoose.startSession();
  const before = await stampUpload(key, { offset, stamp }, tx);
  if (!before) throw uploadConflict();
  return { ...before, upload: { ...before.upload, stamp }, claimedAt: tx.operationTime };
}

/**
 * Deletes what a dead writer had not checked in. In one transaction with a write to the upload: another writer that claims it
 * meanwhile makes this fail, and so keeps its own chunks.
 *
 * @throws {AppError} UPLOAD_OFFSET_CONFLICT if another writer has claimed the upload since
 */
export async function deleteUncheckedChunks(claimed: ClaimedUpload): Promise<void> {
  const { _id, institutionId, fileId, upload, claimedAt } = claimed;
  await inTransaction(async (tx) => {
    // a snapshot may be older than a write that only one member has acknowledged, and would not know this claim
    if (claimedAt) tx.advanceOperationTime(claimedAt);
    const mine = await ArtifactModel.updateOne(
      { _id, institutionId, state: 'uploading', removedAt: null, 'upload.stamp': upload.stamp },
      { $inc: { 'upload.epoch': 1 } },
      { session: tx },
    );
    if (mine.matchedCount === 0) throw uploadConflict();
    await deleteChunks(fileId, upload.n, tx);
  });
}

/**
 * Takes an upload for one PATCH: claims it, and deletes what a dead writer had not checked in.
 *
 * @throws {AppError} UPLOAD_OFFSET_CONFLICT unless the upload is at `offset`, and stays this writer's meanwhile
 */
export async function claimForWriting(key: UploadKey, offset: number): Promise<ClaimedUpload> {
  const claimed = await claimUpload(key, offset);
  if (claimed.upload.open) await deleteUncheckedChunks(claimed);
  return claimed;
}
