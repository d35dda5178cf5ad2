import type { ClientSession } from 'mongoose';
import { AppError, isDuplicateKey } from '../../errors.ts';
import type { ArtifactDoc } from './artifact.model.ts';
import { ArtifactUsageModel } from './artifactUsage.model.ts';

/** Whose bytes they are. */
type Owner = Pick<ArtifactDoc, 'institutionId' | 'personId'>;

const usageOf = ({ institutionId, personId }: Owner) => ({
  _id: `${institutionId}:${personId}`,
  institutionId,
  personId,
});

/** Makes a person's counter where there is none yet; outside of transactions, since two might do it at once. */
export async function ensureUsage(owner: Owner): Promise<void> {
  if (await ArtifactUsageModel.exists(usageOf(owner))) return;
  try {
    await ArtifactUsageModel.updateOne(usageOf(owner), { $setOnInsert: { bytes: 0 } }, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/**
 * Books bytes on a person's counter, in the transaction that makes the artifact: a person's beginnings at the same moment come one
 * after the other, those of two people do not meet.
 */
export async function bookBytes(session: ClientSession, owner: Owner, bytes: number): Promise<void> {
  const booked = await ArtifactUsageModel.updateOne(usageOf(owner), { $inc: { bytes } }, { session });
  if (booked.matchedCount === 0) throw new Error(`the person ${owner.personId} has no counter of bytes`);
}

/** Gives bytes back, in the transaction that lets the content go. */
export async function giveBackBytes(session: ClientSession, owner: Owner, bytes: number): Promise<void> {
  if (bytes !== 0)
    await ArtifactUsageModel.updateOne(usageOf(owner), { $inc: { bytes: -bytes } }, { session });
}

/** Bytes that an institution's artifacts weigh now, uploads under way included: the sum over its people. */
export async function findUsedBytes(institutionId: string): Promise<number> {
  const [sum] = await ArtifactUsageModel.aggregate<{ bytes: number }>([
    { $match: { institutionId } },
    { $group: { _id: null, bytes: { $sum: '$bytes' } } },
  ]).hint('artifact_usage_sum');
  return sum?.bytes ?? 0;
}

/** Sums that are being read just now, by institution: whoever asks meanwhile gets the same one. */
const reading = new Map<string, Promise<number>>();

function findUsedBytesOnce(institutionId: string): Promise<number> {
  const running = reading.get(institutionId);
  if (running) return running;
  const sum = findUsedBytes(institutionId).finally(() => reading.delete(institutionId));
  reading.set(institutionId, sum);
  return sum;
}

/**
 * Returns when an institution has room for so many bytes more. It looks before the transaction that books them, so uploads that begin
 * at the same moment may together go over the quota: each by its own size at most, and by none once those are booked. A limit that is
 * kept to the byte would need one document in which all people of an institution meet.
 *
 * @throws {AppError} QUOTA_EXCEEDED
 */
export async function requireRoom(institutionId: string, bytes: number, quotaBytes: number): Promise<void> {
  if ((await findUsedBytesOnce(institutionId)) + bytes <= quotaBytes) return;
  throw new AppError(
    'QUOTA_EXCEEDED',
    'There is no room left for files here. Your admin can make room; a link can be handed in meanwhile.',
  );
}
