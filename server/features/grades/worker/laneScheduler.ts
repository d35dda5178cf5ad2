import { DeliveryLaneModel, type DeliveryLaneDoc } from '../deliveries/deliveryLane.model.ts';

/** A lane that continues is due again at once, behind all others; a serial one when its worker is done or long dead. */
const nextTurnAt = (holdMs: number) => ({
  $max: [{ $cond: ['$serial', { $add: ['$$NOW', holdMs] }, '$$NOW'] }, '$pausedUntil'],
});

/**
 * The next lane: the one that has waited longest among those due. Taking it puts it behind the others, so that each platform of
 * each institution gets its turn, whatever the others have to send.
 *
 * @param without  lanes of which this worker has claimed all it can, or all of them: urgent ones are taken all the same
 * @param holdMs   how long a lane with one worker at a time belongs to this worker
 */
export async function acquireLane(
  without: readonly string[] | 'all',
  holdMs: number,
): Promise<DeliveryLaneDoc | null> {
  const isUrgent = { 'urgent.0': { $exists: true } };
  const others =
    without === 'all' || without.length === 0 ? {} : { $or: [{ _id: { $nin: without } }, isUrgent] };
  return DeliveryLaneModel.findOneAndUpdate(
    {
      nextDueAt: { $ne: null },
      $expr: { $lte: ['$nextDueAt', '$$NOW'] },
      ...(without === 'all' ? isUrgent : others),
    },
    [{ $set: { nextDueAt: nextTurnAt(holdMs) } }],
    { updatePipeline: true, sort: { nextDueAt: 1 }, returnDocument: 'after' },
  ).lean();
}

/** When the first lane is due; null if none will be before somebody wakes it. */
export async function findNextLaneDueAt(without: readonly string[]): Promise<Date | null> {
  const next = await DeliveryLaneModel.findOne(
    { nextDueAt: { $ne: null }, _id: { $nin: without } },
    { nextDueAt: 1 },
  )
    .sort({ nextDueAt: 1 })
    .lean();
  return next?.nextDueAt ?? null;
}

/**
 * Sets when a lane is next checked. A wake-up since the lane was taken wins: it may be about something that this worker has not
 * seen yet.
 */
export async function releaseLane(lane: DeliveryLaneDoc, nextDueAt: Date | null): Promise<void> {
  const value = nextDueAt === null ? null : { $max: [nextDueAt, '$pausedUntil'] };
  const ended = await DeliveryLaneModel.updateOne(
    { _id: lane._id, wakes: lane.wakes },
    [{ $set: { nextDueAt: value } }],
    { updatePipeline: true },
  );
  if (ended.matchedCount === 1 || !lane.serial) return;
  // woken meanwhile: due now, instead of when the hold would have ended
  await DeliveryLaneModel.updateOne(
    { _id: lane._id },
    [{ $set: { nextDueAt: { $max: ['$$NOW', '$pausedUntil'] } } }],
    { updatePipeline: true },
  );
}

const HAS_URGENT = { $gt: [{ $size: { $ifNull: ['$urgent', []] } }, 0] };

/** Pauses a lane for a while; a longer pause that is already in effect stays. Urgent deliveries are not postponed. */
export async function pauseLane(laneId: string, ms: number): Promise<void> {
  await DeliveryLaneModel.updateOne(
    { _id: laneId },
    [
      { $set: { pausedUntil: { $max: ['$pausedUntil', { $add: ['$$NOW', ms] }] } } },
      {
        $set: {
          nextDueAt: { $cond: [HAS_URGENT, '$nextDueAt', { $max: ['$nextDueAt', '$pausedUntil'] }] },
        },
      },
    ],
    { updatePipeline: true },
  );
}
