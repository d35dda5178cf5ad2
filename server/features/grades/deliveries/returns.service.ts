import type { Deps } from '../../../deps.ts';
import { noteReturn } from '../../rosters/rosters.service.ts';
import { ColumnModel, type ColumnDoc } from '../columns/column.model.ts';
import { isUnread, mayCompare } from '../comparison/reading.ts';
import { DeliveryModel } from './delivery.model.ts';
import { laneIdOf, wakeLanes } from './lanes.ts';
import { queueAnew, tryAccessAgain } from './deliveryTransitions.ts';
import { LOOKED_AT_OPENING, mayTryAccess } from './filters.ts';
import { look, lookOnceMore } from './lookTransitions.ts';
import { moveDeliveries } from './transition.ts';

interface Whose {
  institutionId: string;
  platformId: string;
  personId: string;
}

/** Somebody has chosen, or is asked, because of the result in the LMS. */
const CHOSEN_ABOUT = { state: { $in: ['accepted', 'held'] }, reason: 'changed_in_lms' };

/**
 * What may be gone with the enrolment, and what was held or closed only because of it. What a person removed from the LMS, or
 * changed there, stays theirs.
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

/** What was held or closed only because its person was not in the course. */
const FOR_BEING_AWAY = {
  $or: [
    { state: 'held', reason: { $in: ['person_left', 'not_gradable'] } },
    { state: 'closed', reason: { $in: ['person_left', 'not_gradable'] }, closedForGood: false },
  ],
};
/** Seen in the gradebook. */
const SEEN = { state: 'accepted', reason: 'none', lmsValue: { $ne: null } };

/**
 * People whom a course's roster lists again after they had left. Scores held for that reason are compared with the LMS and then
 * tried. For scores that had arrived, or that somebody has chosen about, it is only checked whether the LMS still has them: if it
 * does, or does not let us look, nothing is sent. The people count as returned until they launch.
 */
export async function lookAtReturned(
  { institutionId, contextId, platformId }: { institutionId: string; contextId: string; platformId: string },
  subs: readonly string[],
): Promise<void> {
  const columns = await ColumnModel.find({ institutionId, contextId }, { _id: 1 }).lean();
  const theirs = {
    institutionId,
    columnId: { $in: columns.map((column) => column._id) },
    sub: { $in: [...subs] },
  };
  await moveDeliveries(theirs, queueAnew(FOR_BEING_AWAY));
  await moveDeliveries(theirs, look({ $or: [SEEN, CHOSEN_ABOUT] }, {}, 'returned'));
  await wakeLanes([laneIdOf({ institutionId, platformId })]);
}

/** Claimed by a worker, or about to be compared as if its person had been here all the time. */
const NOT_MOVED = {
  $or: [{ state: 'sending' as const }, { state: 'queued' as const, 'stood.reason': 'none' as const }],
};

/**
 * A launch of somebody who was away from the course: Moodle drops grades with an enrolment and does not restore them. All their
 * results in that course are compared again, and sent if nothing is there.
 */
export async function lookAgainAfterReturn(
  deps: Pick<Deps, 'clock'>,
  who: Whose,
  at: { contextId: string; sub: string },
): Promise<void> {
  const { institutionId, personId } = who;
  const { contextId } = at;
  const columns = await ColumnModel.find({ institutionId, contextId }, { _id: 1 }).lean();
  const own = { institutionId, personId, columnId: { $in: columns.map((column) => column._id) } };
  await moveDeliveries(own, queueAnew(DROPPED));
  await moveDeliveries(own, look(CHOSEN_ABOUT, {}, 'returned'));
  await wakeLanes([laneIdOf(who)]);
  // the next launch compares again, and a person who was away counts as such until then
  const isSettled = (await DeliveryModel.exists({ ...own, ...NOT_MOVED })) === null;
  await noteReturn(deps, institutionId, at, isSettled);
}

/** How often a score that was held for lack of access is tried for somebody who opens a link repeatedly. */
export const AGAIN_AFTER_MS = 10 * 60_000;

/** Whether there is something to compare once more, and something to try once more. */
export interface DueAgain {
  look: boolean;
  access: boolean;
}

async function findDueAgain(own: {
  institutionId: string;
  personId: string;
  columnId: string;
}): Promise<DueAgain> {
  const [look, access] = await Promise.all([
    DeliveryModel.exists({ ...own, ...LOOKED_AT_OPENING }),
    DeliveryModel.exists({ ...own, ...mayTryAccess(AGAIN_AFTER_MS) }),
  ]);
  return { look: look !== null, access: access !== null };
}

/**
 * Checks whether the LMS still shows what it showed for this person in this column. Somebody may have changed it there, and an
 * enrolment that ended and began again between two reads of the roster removes the grade; nothing else reports it. What the LMS
 * has only just accepted, or what was compared a moment ago, is compared once that is useful, while the page waits. A score that
 * the LMS did not let us send is tried again: nobody notifies us when a key or a permission has been fixed there.
 *
 * @param known  what is due; without it, it is looked up
 */
export async function tryOnceMoreAtOpening(
  { clock }: Pick<Deps, 'clock'>,
  who: Whose,
  column: ColumnDoc,
  known?: DueAgain,
): Promise<void> {
  const { institutionId, personId } = who;
  const own = { institutionId, personId, columnId: column._id };
  const due = known ?? (await findDueAgain(own));
  const isLooked = due.look && mayCompare(column) && !isUnread(column, clock.now());
  if (!isLooked && !due.access) return;
  if (isLooked) await moveDeliveries(own, lookOnceMore());
  if (due.access) await moveDeliveries(own, tryAccessAgain(AGAIN_AFTER_MS));
  await wakeLanes([laneIdOf(who)]);
}
