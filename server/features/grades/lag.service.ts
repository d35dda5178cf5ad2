import { DeliveryLaneModel } from './deliveries/deliveryLane.model.ts';
import { findFirstDue } from './deliveries/firstDue.ts';

/** More lanes than this are not checked: those that have waited longest are representative. */
const LANES = 20;

/**
 * How long a due score has been waiting in a lane that no worker handles, in ms. A lane that gets its turns but has much to send,
 * or is paused because its LMS asked for that, does not count: more workers would not change it.
 */
export async function findDeliveryLag(now: Date): Promise<number> {
  const lanes = await DeliveryLaneModel.find({ nextDueAt: { $ne: null, $lte: now } })
    .sort({ nextDueAt: 1 })
    .limit(LANES)
    .lean();
  const waits = lanes.map(async (lane) => {
    const first = await findFirstDue(lane);
    if (!first) return 0;
    const since = [first, lane.nextDueAt, lane.pausedUntil].map((at) => at?.getTime() ?? 0);
    return Math.max(0, now.getTime() - Math.max(...since));
  });
  return Math.max(0, ...(await Promise.all(waits)));
}
