import type { ReviewRow } from '../../../../contract/reviews.ts';

/** True if it has not been decided yet and its date has passed. */
export function isOverdue({ state, dueAt }: Pick<ReviewRow, 'state' | 'dueAt'>): boolean {
  return (state === 'open' || state === 'started') && dueAt !== null && new Date(dueAt) < new Date();
}
