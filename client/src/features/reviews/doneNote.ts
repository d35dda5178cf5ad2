import { z } from 'zod';

/** What was just done with a review: handed on in the history's state, and said on the next page. */
export const DoneNote = z.object({
  done: z.enum(['approved', 'approvedPlain', 'returned', 'putBack', 'putBackPlain']),
  code: z.string(),
  last: z.boolean(),
});
export type DoneNote = z.infer<typeof DoneNote>;
