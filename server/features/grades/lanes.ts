import type { PlatformFamily } from '../../../contract/common.ts';
import { quirksOf } from '../../lti/quirks.ts';
import { DeliveryLaneModel } from './deliveryLane.model.ts';

export interface LaneKey {
  institutionId: string;
  platformId: string;
}

export const laneIdOf = ({ institutionId, platformId }: LaneKey): string => `${institutionId}:${platformId}`;

/** Makes the lane of an institution and a platform; nothing to do when it is there. */
export async function ensureLane(lane: LaneKey & { family: PlatformFamily }): Promise<void> {
  const { institutionId, platformId, family } = lane;
  const serial = quirksOf(family).parallel === 1;
  await DeliveryLaneModel.updateOne(
    { _id: laneIdOf(lane) },
    { $setOnInsert: { institutionId, platformId, nextDueAt: new Date(0), serial, wakes: 0 } },
    { upsert: true },
  );
}

/** Says that there is something to do in these lanes; a paused one stays paused. Workers see it at once. */
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

/** Ends a lane's pause: an admin says that the platform is well again. */
export async function resumeLane(lane: LaneKey): Promise<void> {
  await DeliveryLaneModel.updateOne(
    { _id: laneIdOf(lane) },
    [{ $set: { pausedUntil: null, nextDueAt: '$$NOW', wakes: { $add: ['$wakes', 1] } } }],
    { updatePipeline: true },
  );
}
