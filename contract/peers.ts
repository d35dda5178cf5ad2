import { z } from 'zod';
import { Empty, Id, Instant } from './common.ts';
import { endpoint } from './endpoint.ts';

/** Counts of what waits for peers stop at this value. */
export const PEER_COUNT_MAX = 20;

/** What a participant may judge for colleagues. They are given one at a time, the oldest first, and choose none themselves. */
export const PeerQueue = z.strictObject({
  /** What waits that they have not taken yet; at most `PEER_COUNT_MAX`. */
  waiting: z.number().int(),
  /** What they have taken; null if there is none. */
  taken: z
    .strictObject({
      id: Id,
      moduleTitle: z.string(),
      pathwayTitle: z.string(),
      minutes: z.number().int(),
      /** When it goes back to the others, unless they work on it before. */
      until: Instant,
    })
    .nullable(),
});
export type PeerQueue = z.infer<typeof PeerQueue>;

/** Once a peer has one, its page and what they do with it are those of reviewers (`reviewEndpoints`). */
export const peerEndpoints = {
  waiting: endpoint({
    method: 'get',
    path: '/reviews/of-peers',
    summary: 'What waits for a review by colleagues of its author',
    who: ['peer'],
    reply: PeerQueue,
  }),
  takeNext: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/reviews/of-peers/next',
    summary: 'Take the next one that waits for colleagues',
    audit: 'review.started',
    who: ['peer'],
    body: Empty,
    reply: z.strictObject({
      /** Null: nothing waits. */
      reviewId: Id.nullable(),
    }),
  }),
} as const;
