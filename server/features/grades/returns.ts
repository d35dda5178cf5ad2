import type { Deps } from '../../deps.ts';
import { AGS_SCOPE } from '../../lti/claimNames.ts';
import { noteReturn, wasAway } from '../rosters/rosters.service.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { DeliveryModel } from './delivery.model.ts';
import { laneIdOf, wakeLanes } from './lanes.ts';
import { look, lookOnceMore, mayBeLookedAt, queueAnew } from './transitions/deliveryTransitions.ts';
import { moveDeliveries } from './transitions/transition.ts';

interface Whose {
  institutionId: string;
  platformId: string;
  personId: string;
}

/** Somebody has chosen, or is asked, because of what stands in the LMS. */
const CHOSEN_ABOUT = { state: { $in: ['accepted', 'held'] }, reason: 'changed_in_lms' };

/**
 * What may be gone with the enrolment, and what was held or closed only because they were. What a person took out of the
 * LMS, or changed there, is theirs.
 */
const DROPPED = {
  $or: [
    {
      state: { $in: ['accepted', 'waiting', 'held'] },
      reason: { $nin: ['changed_in_lms', 'cleared_in_lms'] },
    },
    { state: 'closed', reason: { $in: ['person_left', 'not_gradable'] }, closedForGood: false },
  ],
};

/** In a worker's hands, or about to be looked at as if its person had been here all the time. */
const NOT_MOVED = {
  $or: [{ state: 'sending' as const }, { state: 'queued' as const, 'stood.reason': 'none' as const }],
};

/**
 * A launch of somebody who was away from the course: Moodle drops grades with an enrolment and does not bring them back. All
 * results of theirs in that course are looked at again, and sent where nothing stands. For everybody else one look-up.
 */
export async function lookAgainAfterReturn(
  deps: Pick<Deps, 'clock'>,
  who: Whose,
  at: { contextId: string; sub: string },
): Promise<void> {
  const { institutionId, personId } = who;
  const { contextId } = at;
  if (!(await wasAway(institutionId, at))) return;
  const columns = await ColumnModel.find({ institutionId, contextId }, { _id: 1 }).lean();
  const own = { institutionId, personId, columnId: { $in: columns.map((column) => column._id) } };
  await moveDeliveries(own, queueAnew(DROPPED));
  await moveDeliveries(own, look(CHOSEN_ABOUT));
  await wakeLanes([laneIdOf(who)]);
  // the next launch looks again, and who was away counts as such until then
  const isSettled = (await DeliveryModel.exists({ ...own, ...NOT_MOVED })) === null;
  await noteReturn(deps, institutionId, at, isSettled);
}

/** Somebody who opens a link again and again has its result looked at this often. */
const LOOK_EVERY_MS = 10 * 60_000;

/**
 * Looks whether the LMS still shows what it showed of this person in this column: an enrolment that ended and began again
 * between two readings of the roster takes the grade along, and nothing else tells of it. One look-up where there is
 * nothing to do.
 */
export async function lookOnceMoreAtOpening(who: Whose, column: ColumnDoc): Promise<void> {
  if (column.state !== 'bound' || !column.scopes.includes(AGS_SCOPE.result)) return;
  const { institutionId, personId } = who;
  const own = { institutionId, personId, columnId: column._id };
  if ((await DeliveryModel.exists({ ...own, ...mayBeLookedAt(LOOK_EVERY_MS) })) === null) return;
  await moveDeliveries(own, lookOnceMore(LOOK_EVERY_MS));
  await wakeLanes([laneIdOf(who)]);
}
