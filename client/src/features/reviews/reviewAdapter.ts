import { z } from 'zod';
import type { ErrorCode } from '../../../../contract/errors.ts';
import { CriterionJudgement } from '../../../../contract/reviews.ts';
import type { Adapter } from '../../autosave/adapter.ts';
import type { ServerCopy } from '../../autosave/machine.ts';
import { isSameReview, findTooLong } from './reviewModel.ts';
import type { ReviewDraft } from './reviewModel.ts';

const KIND = 'review-draft';
/** Refusals after which the server accepts nothing more for a review. */
export const FINAL_REFUSALS: readonly ErrorCode[] = [
  'REVIEW_TAKEN',
  'ALREADY_DECIDED',
  'OWN_WORK',
  'NOT_FOUND',
  'FORBIDDEN',
];

const StoredReview = z.object({
  baseRevision: z.number().int(),
  // as it was written: what is too long for the server is kept here all the same
  judgements: z.array(CriterionJudgement.extend({ comment: z.string() })),
  summary: z.string(),
  /** Other windows' entries that these words continue. */
  builtOn: z.array(z.object({ id: z.string(), at: z.string() })).default([]),
});

const TheirReview = z.object({
  theirs: z.object({
    revision: z.number().int(),
    judgements: z.array(CriterionJudgement),
    summary: z.string(),
  }),
});

export interface ReviewAdapterDeps {
  readonly reviewId: string;
  /** @throws {ApiError | OfflineError} */
  readonly save: (
    body: ReviewDraft & { baseRevision: number },
  ) => Promise<{ revision: number; savedAt: string }>;
  /** The draft as it was read with the page. */
  readonly draft: ServerCopy<ReviewDraft>;
  /** Why nothing can be judged here any more, or null. */
  readonly closedBy: () => ErrorCode | null;
}

/**
 * A reviewer's words and levels, saved together. The server keeps no history of them: each window writes an entry of its own on
 * the device, and includes those that it continues.
 */
export function reviewAdapter(deps: ReviewAdapterDeps): Adapter<ReviewDraft, ReviewDraft> {
  const prefix = `${KIND}:${deps.reviewId}`;
  return {
    kind: KIND,
    same: isSameReview,
    hasHistory: false,
    keepsRefused: true,
    isFinal: (code) => FINAL_REFUSALS.includes(code),
    words: ({ judgements, summary }) =>
      [...judgements.map(({ comment }) => comment), summary].filter(Boolean).join('\n\n'),
    empty: () => deps.draft,
    toEntry: (_key, { lineage, value: { judgements, summary }, baseRevision, builtOn }, at) => ({
      id: `${prefix}:${lineage}`,
      kind: KIND,
      value: { baseRevision, judgements, summary, builtOn },
      at,
    }),
    fromEntry: ({ id, value }) => {
      // an older version of the page wrote one entry for all windows
      if (id !== prefix && !id.startsWith(`${prefix}:`)) return null;
      const { data } = StoredReview.safeParse(value);
      if (!data) return null;
      const { judgements, summary, baseRevision, builtOn } = data;
      const lineage = id.slice(prefix.length + 1);
      return {
        key: deps.reviewId,
        draft: { value: { judgements, summary }, baseRevision, lineage, sequence: 0, builtOn },
      };
    },
    send: (_key, { value: { judgements, summary }, baseRevision }) =>
      deps.save({ judgements, summary, baseRevision }),
    // the server would refuse it; if it is too long, the page says so
    check: (draft) =>
      findTooLong(draft) ? { kind: 'refused', code: 'TEXT_TOO_LONG', inHistory: false } : null,
    readConflict: (details) => {
      const { data } = TheirReview.safeParse(details);
      if (!data) return null;
      const { revision, judgements, summary } = data.theirs;
      const theirs = { judgements, summary };
      return {
        theirs,
        copy: { value: theirs, revision, savedAt: null, lineage: null },
        inHistory: false,
      };
    },
    closedBy: deps.closedBy,
  };
}
