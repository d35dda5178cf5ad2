import { CHANGED_BY_SOMEBODY } from './deliveryFilters.ts';
import type { Members } from './transition.ts';

/** Held until the column of the link is known. */
export const HELD_WITHOUT_COLUMN: Members = {
  state: 'held',
  reason: { $in: ['column_gone', 'column_missing'] },
};

/** Held because the LMS does not let us send: permanently as far as we know, and tried again when somebody gives us access. */
export const HELD_WITHOUT_ACCESS = {
  state: 'held' as const,
  reason: { $in: ['scope_missing' as const, 'token_refused' as const] },
};

/** By the database's clock. @param pauseMs  since it was held */
export function mayTryAccess(pauseMs: number) {
  return { ...HELD_WITHOUT_ACCESS, $expr: { $lt: ['$changedAt', { $subtract: ['$$NOW', pauseMs] }] } };
}

/** In the gradebook as far as we know, whatever is there now. */
const ARRIVED = {
  state: 'accepted' as const,
  reason: { $in: ['none' as const, 'changed_in_lms' as const] },
};

const notSince = (field: string, pauseMs: number) => ({ $lt: [field, { $subtract: ['$$NOW', pauseMs] }] });

/** An LMS may take a moment until its results show what it has accepted. */
const SETTLE_MS = 5_000;

/** How often the result is compared for somebody who opens a link repeatedly: one comparison for all openings in between. */
const COMPARE_AFTER_MS = 10_000;

/**
 * Compared when its person opens the link: in the gradebook as far as we know, or held because somebody changed it there; and one
 * that is being compared right now, whose result may be older than the opening.
 */
export const COMPARED_AT_OPENING = {
  $or: [
    ARRIVED,
    { state: 'held' as const, reason: 'changed_in_lms' as const },
    { state: 'sending' as const, stateBefore: { $exists: true } },
  ],
};

/**
 * When a comparison requested by an opening starts, as a MongoDB expression: now, unless the LMS has only just accepted, or the
 * last comparison was a moment ago.
 */
export const NEXT_COMPARISON_AT = {
  $max: ['$$NOW', { $add: ['$acceptedAt', SETTLE_MS] }, { $add: ['$comparisonAt', COMPARE_AFTER_MS] }],
};

/** What is in the LMS as far as we know, or was changed or removed there. */
export const COMPARABLE = {
  $or: [ARRIVED, { state: 'held' as const, reason: { $in: [...CHANGED_BY_SOMEBODY] } }],
};

/** What has arrived and was not compared for this long, by the database's clock. */
export function isDueAtNight(pauseMs: number) {
  return { state: 'accepted' as const, $expr: notSince('$comparisonAt', pauseMs) };
}
