import type { ReviewRow } from '../../../../contract/reviews.ts';

/** True where it is still to be decided and its date has passed. */
export function isOverdue({ state, dueAt }: Pick<ReviewRow, 'state' | 'dueAt'>): boolean {
  return (state === 'open' || state === 'started') && dueAt !== null && new Date(dueAt) < new Date();
}
