import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

const REPLACED = ['review_queue', 'review_queue_of_course', 'reviews_due', 'reviews_due_of_course'] as const;

/** The queue is ordered by its dates, and is read and counted by one index instead of two. */
export const reviewsByDue: Migration = {
  id: '0009-reviews-by-due',
  async run() {
    for (const name of REPLACED) await dropIndex('reviews', name);
  },
};
