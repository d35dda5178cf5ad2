import type { LookReason } from './delivery.model.ts';
import { AT_NEXT_LOOK, isDueByNight, LOOKED_AT_OPENING } from './filters.ts';
import { NEXT_SECOND, QUEUED, setWhere, toState, type Members, type Transition } from './transition.ts';

/**
 * Looked at whether the LMS still has what it showed: nothing is sent, and it stands where it stands until something else is
 * found.
 *
 * @param when  narrows which: `accepted`, or `held` because somebody changed what stands in the LMS
 * @param set.askedAt  an admin asked for it
 */
export function look(when: Members, set: { askedAt?: '$$NOW' } = {}, why?: LookReason): Transition {
  const stood = { state: '$state', reason: '$reason', ...(why ? { why } : {}) };
  return toState({
    to: 'queued',
    from: ['accepted', 'held'],
    when,
    set: { ...QUEUED, mustRead: true, missedAt: '$$REMOVE', lookedAt: '$$NOW', ...set, stood },
    quiet: true,
  });
}

/** Of a look that waits until it is worth while. */
export const PUT_OFF: Members = {
  ...QUEUED,
  mustRead: true,
  missedAt: '$$REMOVE',
  lookedAt: AT_NEXT_LOOK,
  dueAt: { $max: [NEXT_SECOND, AT_NEXT_LOOK] },
  stood: { state: '$state', reason: '$reason' },
};

/**
 * The same for somebody who opens the link: a look follows every opening, and one follows many. What is looked at this moment is
 * looked at once more after that.
 */
export function lookOnceMore(): Transition {
  const isClaimed = { $eq: ['$state', 'sending'] };
  return {
    to: ['queued', 'sending'],
    from: ['accepted', 'held', 'sending'],
    when: LOOKED_AT_OPENING,
    stages: [setWhere(isClaimed, { openedAgain: true }), setWhere({ $not: [isClaimed] }, PUT_OFF)],
    quiet: true,
  };
}

/** The same for what was not looked at for so long, with nobody there. */
export const lookByNight = (pauseMs: number): Transition => look(isDueByNight(pauseMs), {}, 'nightly');
