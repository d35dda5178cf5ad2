import { z } from 'zod';

/** What was just done with a review: passed on in the history's state, and shown on the next page. */
export const DoneNote = z.object({
  done: z.enum(['approved', 'approvedPlain', 'returned', 'undone', 'putBack', 'putBackPlain']),
  code: z.string(),
  last: z.boolean(),
  /** A return that may be undone until then, in ms of this browser's clock; the server has the final say. */
  undo: z.object({ reviewId: z.string(), until: z.number() }).optional(),
});
export type DoneNote = z.infer<typeof DoneNote>;
