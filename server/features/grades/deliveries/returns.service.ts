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
 * People whom a course's roster names again after they had left. What was held for that is tried, after a look at what stands
 * there. Of what had arrived, or what somebody has chosen about, it is only looked whether the LMS still has it: where it
 * does, or does not let us look, nothing is sent. They count as returned until a launch of theirs.
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

/** Claimed by a worker, or about to be looked at as if its person had been here all the time. */
const NOT_MOVED = {
  $or: [{ state: 'sending' as const }, { state: 'queued' as const, 'stood.reason': 'none' as const }],
};

/**
 * A launch of somebody who was away from the course: Moodle drops grades with an enrolment and does not bring them back. All
 * results of theirs in that course are looked at again, and sent where nothing stands.
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
  // the next launch looks again, and who was away counts as such until then
  const isSettled = (await DeliveryModel.exists({ ...own, ...NOT_MOVED })) === null;
  await noteReturn(deps, institutionId, at, isSettled);
}

/** Somebody who opens a link again and again has a score that was held for want of access tried this often at most. */
export const AGAIN_AFTER_MS = 10 * 60_000;

/** Whether there is something to look at once more, and something to try once more. */
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
 * Looks whether the LMS still shows what it showed of this person in this column: somebody may have changed it there, and an
 * enrolment that ended and began again between two readings of the roster takes the grade along; nothing else tells of it. What
 * the LMS has only just taken, or what was looked at a moment ago, is looked at once it is time, while the page waits for it. A
 * score that the LMS did not let us send is tried again: nobody tells us that a key or a permission has been mended there.
 *
 * @param known  what is due; without, it is looked for
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
