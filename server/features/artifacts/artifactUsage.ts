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

/** The counter of what modules offer: those files belong to the institution and to nobody in it. */
export function contentOwner(institutionId: string): Owner {
  return { institutionId, personId: 'content' };
}

/** Creates a person's counter if there is none yet; outside of transactions, since two might do it at once. */
export async function ensureUsage(owner: Owner): Promise<void> {
  if (await ArtifactUsageModel.exists(usageOf(owner))) return;
  try {
    await ArtifactUsageModel.updateOne(usageOf(owner), { $setOnInsert: { bytes: 0 } }, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/**
 * Reserves bytes on a person's counter, in the transaction that creates the artifact: simultaneous uploads of one person start
 * one after the other, those of two people do not conflict.
 */
export async function reserveBytes(tx: ClientSession, owner: Owner, bytes: number): Promise<void> {
  const booked = await ArtifactUsageModel.updateOne(usageOf(owner), { $inc: { bytes } }, { session: tx });
  if (booked.matchedCount === 0) throw new Error(`the person ${owner.personId} has no counter of bytes`);
}

/** Releases bytes, in the transaction that releases the content. */
export async function releaseBytes(tx: ClientSession, owner: Owner, bytes: number): Promise<void> {
  if (bytes !== 0)
    await ArtifactUsageModel.updateOne(usageOf(owner), { $inc: { bytes: -bytes } }, { session: tx });
}

/**
 * Current size of an institution's artifacts, including unfinished uploads: the sum over its people, at one moment and including
 * everything that was acknowledged before.
 */
export async function findUsedBytes(institutionId: string): Promise<number> {
  const [sum] = await ArtifactUsageModel.aggregate<{ bytes: number }>([
    { $match: { institutionId } },
    { $group: { _id: null, bytes: { $sum: '$bytes' } } },
  ])
    .hint('artifact_usage_sum')
    .readConcern('snapshot');
  return sum?.bytes ?? 0;
}

/** Sums that are being read right now, by institution, and those that start after them. */
const reading = new Map<string, { running: Promise<number>; next: Promise<number> | null }>();

/** A sum whose read starts after the call: everybody who asks while one is being read shares the next. */
function findUsedBytesShared(institutionId: string): Promise<number> {
  const known = reading.get(institutionId);
  if (known) {
    known.next ??= known.running.then(
      () => findUsedBytesShared(institutionId),
      () => findUsedBytesShared(institutionId),
    );
    return known.next;
  }
  const running = findUsedBytes(institutionId).finally(() => reading.delete(institutionId));
  reading.set(institutionId, { running, next: null });
  return running;
}

function quotaExceeded(): AppError {
  return new AppError(
    'QUOTA_EXCEEDED',
    'There is no room left for files here. Your admin can make room; meanwhile you can add a link.',
  );
}

/**
 * Returns if an institution currently has room for this many more bytes. Others may be reserving at the same moment: whoever has
 * reserved calls `enforceQuota`.
 *
 * @throws {AppError} QUOTA_EXCEEDED
 */
export async function requireRoom(institutionId: string, bytes: number, quotaBytes: number): Promise<void> {
  if ((await findUsedBytesShared(institutionId)) + bytes > quotaBytes) throw quotaExceeded();
}

/** Reservations of this process beyond a quota, by institution: taken back one after the other, until the rest fits. */
const rollbacks = new Map<string, Promise<unknown>>();

/**
 * Returns if what an institution has reserved, including this upload, is within its quota. Of uploads that start at the same
 * moment, in any processes, the one that is reserved last sees all others; so no quota is exceeded, without a document in which
 * they would conflict. If they are too many together, more of them may be refused than necessary.
 *
 * @param release  releases the reservation
 * @throws {AppError} QUOTA_EXCEEDED once it was taken back
 */
export async function enforceQuota(
  institutionId: string,
  quotaBytes: number,
  release: () => Promise<void>,
): Promise<void> {
  if ((await findUsedBytesShared(institutionId)) <= quotaBytes) return;
  const before = rollbacks.get(institutionId) ?? Promise.resolve();
  const mine = before.then(async () => {
    if ((await findUsedBytesShared(institutionId)) <= quotaBytes) return;
    await release();
    throw quotaExceeded();
  });
  const ended = mine.catch(() => undefined);
  rollbacks.set(institutionId, ended);
  try {
    await mine;
  } finally {
    if (rollbacks.get(institutionId) === ended) rollbacks.delete(institutionId);
  }
}
