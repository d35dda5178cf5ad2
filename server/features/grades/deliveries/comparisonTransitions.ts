import type { ComparisonReason } from './delivery.model.ts';
import { NEXT_COMPARISON_AT, isDueAtNight, COMPARED_AT_OPENING } from './conditions.ts';
import { NEXT_SECOND, QUEUED, setWhere, toState, type Members, type Transition } from './transition.ts';

/**
 * Checks whether the LMS still has what it showed: nothing is sent, and it stays in its state until something else is found.
 *
 * @param when  narrows which: `accepted`, or `held` because somebody changed the result in the LMS
 * @param set.askedAt  an admin requested it
 */
export function startComparison(
  when: Members,
  set: { askedAt?: '$$NOW' } = {},
  why?: ComparisonReason,
): Transition {
  const stateBefore = { state: '$state', reason: '$reason', ...(why ? { why } : {}) };
  return toState({
    to: 'queued',
    from: ['accepted', 'held'],
    when,
    set: { ...QUEUED, mustRead: true, missedAt: '$$REMOVE', comparisonAt: '$$NOW', ...set, stateBefore },
    quiet: true,
  });
}

/** For a comparison that is postponed until it is worthwhile. */
export const POSTPONED: Members = {
  ...QUEUED,
  mustRead: true,
  missedAt: '$$REMOVE',
  comparisonAt: NEXT_COMPARISON_AT,
  dueAt: { $max: [NEXT_SECOND, NEXT_COMPARISON_AT] },
  stateBefore: { state: '$state', reason: '$reason' },
};

/**
 * The same for somebody who opens the link: every opening is followed by a comparison, and one comparison may serve many. A
 * delivery that is being compared right now is compared once more after that.
 */
export function compareAtOpening(): Transition {
  const isClaimed = { $eq: ['$state', 'sending'] };
  return {
    to: ['queued', 'sending'],
    from: ['accepted', 'held', 'sending'],
    when: COMPARED_AT_OPENING,
    stages: [setWhere(isClaimed, { openedAgain: true }), setWhere({ $not: [isClaimed] }, POSTPONED)],
    quiet: true,
  };
}

/** The same for one that was not compared for this long, with nobody waiting. */
export const compareAtNight = (pauseMs: number): Transition =>
  startComparison(isDueAtNight(pauseMs), {}, 'nightly');
