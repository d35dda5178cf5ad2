import { part, readOfEach } from '../../combinedRead.ts';
import { ArtifactModel, TO_SWEEP, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import type { UploadKey } from './uploads/uploadId.ts';

/** A check whose process died is another's after this. */
const LEASE_MS = 10_000;
export const HEARTBEAT_MS = 2_500;
/** Each check that died doubles the next lease, to this many times at most: a file that ends processes must not end them one by one. */
const LEASE_TIMES_MAX = 64;

const heldUntil = {
  $add: [
    '$$NOW',
    {
      $multiply: [
        LEASE_MS,
        { $min: [LEASE_TIMES_MAX, { $pow: [2, { $max: [0, { $subtract: ['$failedChecks', 1] }] }] }] },
      ],
    },
  ],
};

const waitingIn = (institutionId: string) =>
  ({ institutionId, state: 'checking', removedAt: null, sweepAt: TO_SWEEP }) as const;

const filterOf = (key: UploadKey) => ({ _id: key.artifactId, institutionId: key.institutionId });

/**
 * Takes the check for this call, by the database's clock; null where it is another's or there is none to make. A lease that ran out
 * says that a check died. `sweepAt` is the lease's end: then the file is due for whoever looks (`findDueChecks`).
 *
 * @param by  names the call, and no other
 */
export async function takeCheck(key: UploadKey, by: string): Promise<ArtifactDoc | null> {
  return ArtifactModel.findOneAndUpdate(
    {
      ...filterOf(key),
      state: 'checking',
      removedAt: null,
      $or: [{ checking: null }, { $expr: { $lt: ['$checking.until', '$$NOW'] } }],
    },
    [
      {
        $set: {
          failedChecks: {
            $add: [{ $ifNull: ['$failedChecks', 0] }, { $cond: [{ $eq: ['$checking', null] }, 0, 1] }],
          },
        },
      },
      { $set: { checking: { by, until: heldUntil }, sweepAt: heldUntil } },
    ],
    { updatePipeline: true, returnDocument: 'after', projection: WITHOUT_TAIL },
  ).lean();
}

/** Says that the check goes on. */
export async function extendCheck(key: UploadKey, by: string): Promise<void> {
  await ArtifactModel.updateOne(
    { ...filterOf(key), state: 'checking', 'checking.by': by },
    [{ $set: { 'checking.until': heldUntil, sweepAt: heldUntil } }],
    { updatePipeline: true },
  );
}

/** Lets others make the check at once: this process ends. What is left undone counts as nothing. */
export async function giveBackCheck(key: UploadKey, by: string): Promise<void> {
  await ArtifactModel.updateOne(
    { ...filterOf(key), state: 'checking', 'checking.by': by },
    [{ $set: { checking: null, sweepAt: '$$NOW' } }],
    { updatePipeline: true },
  );
}

export interface WaitingChecks {
  /** Whether files wait, also those whose check is under way. */
  waiting: boolean;
  /** Whose check is anybody's to make now. */
  due: UploadKey[];
}

/** Of these institutions, those in which files wait for their check, also those whose check is under way. */
export async function findWithChecks(institutionIds: readonly string[]): Promise<string[]> {
  const first = (institutionId: string) =>
    part<{ _id: string }>(ArtifactModel, waitingIn(institutionId), [{ $limit: 1 }, { $project: { _id: 1 } }]);
  const found = await readOfEach(institutionIds, first);
  return [...found].filter(([, waiting]) => waiting.length > 0).map(([institutionId]) => institutionId);
}

/**
 * Looks for files whose check nobody makes: its process died, or it could not be made and is to be made again.
 *
 * @param limit  of those that are due, the longest waiting first
 */
export async function findDueChecks(
  institutionId: string,
  { now, limit }: { now: Date; limit: number },
): Promise<WaitingChecks> {
  const waiting = waitingIn(institutionId);
  const due = await ArtifactModel.find({ ...waiting, sweepAt: { ...TO_SWEEP, $lte: now } }, { _id: 1 })
    .sort({ sweepAt: 1 })
    .limit(limit)
    .lean();
  const some = due.length > 0 || (await ArtifactModel.exists(waiting)) !== null;
  return { waiting: some, due: due.map(({ _id }) => ({ institutionId, artifactId: _id })) };
}
