import type { Deps } from '../../deps.ts';
import { noteReturn, wasAway } from '../rosters/rosters.service.ts';
import { ColumnModel } from './column.model.ts';
import { DeliveryModel } from './delivery.model.ts';
import { laneIdOf, wakeLanes } from './lanes.ts';
import { queueAnew } from './transitions/deliveryTransitions.ts';
import { moveDeliveries } from './transitions/transition.ts';

/** What may be gone with the enrolment, and what was held or closed only because they were. */
const DROPPED = {
  $or: [
    { state: { $in: ['accepted', 'waiting', 'held'] } },
    { state: 'closed', reason: { $in: ['person_left', 'not_gradable'] }, closedForGood: false },
  ],
};

/**
 * A launch of somebody who was away from the course: Moodle drops grades with an enrolment and does not bring them back. All
 * results of theirs in that course are looked at again, and sent where nothing stands. For everybody else one look-up.
 */
export async function lookAgainAfterReturn(
  deps: Pick<Deps, 'clock'>,
  who: { institutionId: string; platformId: string; personId: string },
  at: { contextId: string; sub: string },
): Promise<void> {
  const { institutionId, personId } = who;
  const { contextId } = at;
  if (!(await wasAway(institutionId, at))) return;
  const columns = await ColumnModel.find({ institutionId, contextId }, { _id: 1 }).lean();
  const own = { institutionId, personId, columnId: { $in: columns.map((column) => column._id) } };
  await moveDeliveries(own, queueAnew(DROPPED));
  await wakeLanes([laneIdOf(who)]);
  // one in a worker's hands was not moved: the next launch looks again
  if ((await DeliveryModel.exists({ ...own, state: 'sending' })) === null) {
    await noteReturn(deps, institutionId, at);
  }
}
