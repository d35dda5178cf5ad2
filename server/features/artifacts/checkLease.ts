import { part, readOfEach } from '../../combinedRead.ts';
import { ArtifactModel, TO_SWEEP, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import type { UploadKey } from './uploads/uploadId.ts';

/** After this, another process may take over a check whose process died. */
const LEASE_MS = 10_000;
export const HEARTBEAT_MS = 2_500;
/**
 * Each check that died doubles the next lease, up to this many times: a file that crashes processes must not crash them one by
 * one.
 */
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
 * Claims the check for this call, by the database's clock; null if another call has it or there is none to run. An expired lease
 * means that a check died. `sweepAt` is the lease's end: then any process may take the file (`findDueChecks`).
 *
 * @param by  identifies this call, and no other
 */
export async function claimCheck(key: UploadKey, by: string): Promise<ArtifactDoc | null> {
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

/** Shows that the check is still running. */
export async function extendCheck(key: UploadKey, by: string): Promise<void> {
  await ArtifactModel.updateOne(
    { ...filterOf(key), state: 'checking', 'checking.by': by },
    [{ $set: { 'checking.until': heldUntil, sweepAt: heldUntil } }],
    { updatePipeline: true },
  );
}

/** Lets others run the check at once, because this process is shutting down. The unfinished check does not count. */
export async function releaseCheck(key: UploadKey, by: string): Promise<void> {
  await ArtifactModel.updateOne(
    { ...filterOf(key), state: 'checking', 'checking.by': by },
    [{ $set: { checking: null, sweepAt: '$$NOW' } }],
    { updatePipeline: true },
  );
}

export interface WaitingChecks {
  /** Whether files are waiting, including those whose check is in progress. */
  waiting: boolean;
  /** Checks that any process may run now. */
  due: UploadKey[];
}

/** Of these institutions, those in which files are waiting for their check, including those whose check is in progress. */
export async function findWithChecks(institutionIds: readonly string[]): Promise<string[]> {
  const first = (institutionId: string) =>
    part<{ _id: string }>(ArtifactModel, waitingIn(institutionId), [{ $limit: 1 }, { $project: { _id: 1 } }]);
  const found = await readOfEach(institutionIds, first);
  return [...found].filter(([, waiting]) => waiting.length > 0).map(([institutionId]) => institutionId);
}

/**
 * Finds files whose check nobody is running: its process died, or it could not be run and must be retried.
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
