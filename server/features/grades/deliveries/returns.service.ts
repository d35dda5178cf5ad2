import type { Deps } from '../../../deps.ts';
import { recordReturn } from '../../rosters/rosters.service.ts';
import { ColumnModel, type ColumnDoc } from '../columns/column.model.ts';
import { isUnreadable, mayCompare } from '../comparison/readability.ts';
import { DeliveryModel } from './delivery.model.ts';
import { laneIdOf, wakeLanes } from './lanes.ts';
import { requeueInDoubt, retryAccess } from './deliveryTransitions.ts';
import { COMPARED_AT_OPENING, mayTryAccess } from './conditions.ts';
import { startComparison, compareAtOpening } from './comparisonTransitions.ts';
import { moveDeliveries } from './transition.ts';

interface PersonOnPlatform {
  institutionId: string;
  platformId: string;
  personId: string;
}

/** Somebody has chosen, or is asked, because of the result in the LMS. */
const WITH_CHOICE = { state: { $in: ['accepted', 'held'] }, reason: 'changed_in_lms' };

/**
 * What may be gone with the enrolment, and what was held or closed only because of it. What a person removed from the LMS, or
 * changed there, stays theirs.
 */
const MAYBE_DROPPED = {
  $or: [
    {
      state: { $in: ['accepted', 'waiting', 'held'] },
      reason: { $nin: ['changed_in_lms', 'cleared_in_lms'] },
    },
    { state: 'closed', reason: { $in: ['person_left', 'not_gradable'] }, closedForGood: false },
  ],
};

/** What was held or closed only because its person was not in the course. */
const HELD_WHILE_AWAY = {
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
export async function compareReturned(
  { institutionId, contextId, platformId }: { institutionId: string; contextId: string; platformId: string },
  subs: readonly string[],
): Promise<void> {
  const columns = await ColumnModel.find({ institutionId, contextId }, { _id: 1 }).lean();
  const theirs = {
    institutionId,
    columnId: { $in: columns.map((column) => column._id) },
    sub: { $in: [...subs] },
  };
  await moveDeliveries(theirs, requeueInDoubt(HELD_WHILE_AWAY));
  await moveDeliveries(theirs, startComparison({ $or: [SEEN, WITH_CHOICE] }, {}, 'returned'));
  await wakeLanes([laneIdOf({ institutionId, platformId })]);
}

/** Claimed by a worker, or about to be compared as if its person had been here all the time. */
const NOT_REQUEUED = {
  $or: [{ state: 'sending' as const }, { state: 'queued' as const, 'stateBefore.reason': 'none' as const }],
};

/**
 * A launch of somebody who was away from the course: Moodle drops grades with an enrolment and does not restore them. All their
 * results in that course are compared again, and sent if nothing is there.
 */
export async function compareAfterReturn(
  deps: Pick<Deps, 'clock'>,
  who: PersonOnPlatform,
  at: { contextId: string; sub: string },
): Promise<void> {
  const { institutionId, personId } = who;
  const { contextId } = at;
  const columns = await ColumnModel.find({ institutionId, contextId }, { _id: 1 }).lean();
  const own = { institutionId, personId, columnId: { $in: columns.map((column) => column._id) } };
  await moveDeliveries(own, requeueInDoubt(MAYBE_DROPPED));
  await moveDeliveries(own, startComparison(WITH_CHOICE, {}, 'returned'));
  await wakeLanes([laneIdOf(who)]);
  // the next launch compares again, and a person who was away counts as such until then
  const isSettled = (await DeliveryModel.exists({ ...own, ...NOT_REQUEUED })) === null;
  await recordReturn(deps, institutionId, at, isSettled);
}

/** How often a score that was held for lack of access is tried for somebody who opens a link repeatedly. */
export const RETRY_AFTER_MS = 10 * 60_000;

/** Whether there is something to compare once more, and something to try once more. */
export interface DueRetries {
  compare: boolean;
  access: boolean;
}

async function findDueRetries(own: {
  institutionId: string;
  personId: string;
  columnId: string;
}): Promise<DueRetries> {
  const [comparable, access] = await Promise.all([
    DeliveryModel.exists({ ...own, ...COMPARED_AT_OPENING }),
    DeliveryModel.exists({ ...own, ...mayTryAccess(RETRY_AFTER_MS) }),
  ]);
  return { compare: comparable !== null, access: access !== null };
}

/**
 * Checks whether the LMS still shows what it showed for this person in this column. Somebody may have changed it there, and an
 * enrolment that ended and began again between two reads of the roster removes the grade; nothing else reports it. What the LMS
 * has only just accepted, or what was compared a moment ago, is compared once that is useful, while the page waits. A score that
 * the LMS did not let us send is tried again: nobody notifies us when a key or a permission has been fixed there.
 *
 * @param known  what is due; without it, it is looked up
 */
export async function retryAtOpening(
  { clock }: Pick<Deps, 'clock'>,
  who: PersonOnPlatform,
  column: ColumnDoc,
  known?: DueRetries,
): Promise<void> {
  const { institutionId, personId } = who;
  const own = { institutionId, personId, columnId: column._id };
  const due = known ?? (await findDueRetries(own));
  const isCompared = due.compare && mayCompare(column) && !isUnreadable(column, clock.now());
  if (!isCompared && !due.access) return;
  if (isCompared) await moveDeliveries(own, compareAtOpening());
  if (due.access) await moveDeliveries(own, retryAccess(RETRY_AFTER_MS));
  await wakeLanes([laneIdOf(who)]);
}
