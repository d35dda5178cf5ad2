import type { ClientSession } from 'mongoose';
import { AppError, isDuplicateKey } from '../../errors.ts';
import { ArtifactUsageModel } from './artifactUsage.model.ts';

/** Makes the institution's counter where it has none yet; outside of transactions, since two might do it at once. */
export async function ensureUsage(institutionId: string): Promise<void> {
  try {
    await ArtifactUsageModel.updateOne(
      { _id: institutionId, institutionId },
      { $setOnInsert: { bytes: 0 } },
      { upsert: true },
    );
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/**
 * Books bytes on an institution's quota, in the transaction that makes the artifact.
 *
 * @throws {AppError} QUOTA_EXCEEDED
 */
export async function bookBytes(
  session: ClientSession,
  institutionId: string,
  bytes: number,
  quotaBytes: number,
): Promise<void> {
  const booked = await ArtifactUsageModel.updateOne(
    { _id: institutionId, institutionId, bytes: { $lte: quotaBytes - bytes } },
    { $inc: { bytes } },
    { session },
  );
  if (booked.matchedCount === 0) {
    throw new AppError(
      'QUOTA_EXCEEDED',
      'There is no room left for files here. Your admin can make room; a link can be handed in meanwhile.',
    );
  }
}

/** Gives bytes back, in the transaction that lets the content go. */
export async function giveBackBytes(
  session: ClientSession,
  institutionId: string,
  bytes: number,
): Promise<void> {
  if (bytes === 0) return;
  await ArtifactUsageModel.updateOne(
    { _id: institutionId, institutionId },
    { $inc: { bytes: -bytes } },
    { session },
  );
}

/** Bytes that an institution's artifacts weigh now, uploads under way included. */
export async function findUsedBytes(institutionId: string): Promise<number> {
  const usage = await ArtifactUsageModel.findOne({ _id: institutionId, institutionId }).lean();
  return usage?.bytes ?? 0;
}
