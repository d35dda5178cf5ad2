import { DeliveryLaneModel } from '../deliveries/deliveryLane.model.ts';
import { findFirstDue } from '../deliveries/firstDue.ts';
import { wakeLanes } from '../deliveries/lanes.ts';

/**
 * The safety net below the change stream: wakes each lane in which something is due earlier than it would be checked. A score
 * whose wake-up was lost (a broken stream, no worker running) is found here within a minute.
 *
 * @returns how many lanes were woken
 */
export async function reconcileLanes(): Promise<number> {
  let woken = 0;
  for await (const lane of DeliveryLaneModel.find({}).lean().cursor()) {
    const first = await findFirstDue(lane);
    const isLate = first && (!lane.nextDueAt || first < lane.nextDueAt);
    const isPaused = lane.pausedUntil && lane.nextDueAt && lane.nextDueAt <= lane.pausedUntil;
    if (!isLate || isPaused) continue;
    await wakeLanes([lane._id]);
    woken += 1;
  }
  return woken;
}
