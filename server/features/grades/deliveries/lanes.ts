import type { PlatformFamily } from '../../../../contract/common.ts';
import { quirksOf } from '../../../lti/quirks.ts';
import { DeliveryLaneModel } from './deliveryLane.model.ts';

export interface LaneKey {
  institutionId: string;
  platformId: string;
}

export const laneIdOf = ({ institutionId, platformId }: LaneKey): string => `${institutionId}:${platformId}`;

/** Creates the lane of an institution and a platform; does nothing if it exists. */
export async function ensureLane(lane: LaneKey & { family: PlatformFamily }): Promise<void> {
  const { institutionId, platformId, family } = lane;
  const serial = quirksOf(family).parallel === 1;
  await DeliveryLaneModel.updateOne(
    { _id: laneIdOf(lane) },
    { $setOnInsert: { institutionId, platformId, nextDueAt: new Date(0), serial, wakes: 0 } },
    { upsert: true },
  );
}

/** Announces that there is something to do in these lanes; a paused one stays paused. Workers see it at once. */
export async function wakeLanes(laneIds: readonly string[]): Promise<void> {
  if (laneIds.length === 0) return;
  await DeliveryLaneModel.updateMany(
    { _id: { $in: laneIds } },
    [
      {
        $set: {
          nextDueAt: { $max: [{ $min: [{ $ifNull: ['$nextDueAt', '$$NOW'] }, '$$NOW'] }, '$pausedUntil'] },
          wakes: { $add: ['$wakes', 1] },
        },
      },
    ],
    { updatePipeline: true },
  );
}

/** At most this many are kept as urgent: the latest. */
const URGENT_MAX = 20;

/**
 * Ends a lane's pause: an admin says that the platform works again.
 *
 * @param deliveryId  sent before all others, even if the platform turns out not to work
 */
export async function resumeLane(lane: LaneKey, deliveryId?: string): Promise<void> {
  const others = {
    $filter: { input: { $ifNull: ['$urgent', []] }, cond: { $ne: ['$$this', deliveryId ?? null] } },
  };
  const urgent = deliveryId
    ? { urgent: { $slice: [{ $concatArrays: [others, [deliveryId]] }, -URGENT_MAX] } }
    : {};
  await DeliveryLaneModel.updateOne(
    { _id: laneIdOf(lane) },
    [
      {
        $set: {
          pausedUntil: null,
          nextDueAt: '$$NOW',
          wakes: { $add: ['$wakes', 1] },
          resumes: { $add: [{ $ifNull: ['$resumes', 0] }, 1] },
          ...urgent,
        },
      },
    ],
    { updatePipeline: true },
  );
}

/** Urgent ones that somebody has tried to claim: they are in progress, or claimed. */
export async function clearUrgent(laneId: string, deliveryIds: readonly string[]): Promise<void> {
  await DeliveryLaneModel.updateOne({ _id: laneId }, { $pullAll: { urgent: [...deliveryIds] } });
}

/** Until when an institution's platforms are paused, of those that are now. @returns platform id → end of the pause */
export async function pausesOf(institutionId: string): Promise<Map<string, Date>> {
  // ids start with the institution's: only its own lanes are read
  const own = { $gte: laneIdOf({ institutionId, platformId: '' }), $lt: `${institutionId};` };
  const lanes = await DeliveryLaneModel.find(
    { _id: own, $expr: { $gt: ['$pausedUntil', '$$NOW'] } },
    { platformId: 1, pausedUntil: 1 },
  ).lean();
  return new Map(
    lanes.flatMap(({ platformId, pausedUntil }) => (pausedUntil ? [[platformId, pausedUntil] as const] : [])),
  );
}
