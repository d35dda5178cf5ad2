import { z } from 'zod';
import { Cursor, Done, Empty, Id, IdParams, Instant, Sha256 } from './common.ts';
import { COMMENT_MAX } from './attempts.ts';
import { endpoint } from './endpoint.ts';
import { FileKind, LinkFacts, LinkKind, TextPieceKind } from './evidence.ts';
import { Criterion, LevelKey, ReviewedBy, Scale, Strand } from './content.ts';
import { CycleNumber } from './cycleNumber.ts';
import { forReviewers } from './readers.ts';
import { RichDocument } from './richText.ts';
import { REVIEW_STATES } from './states.ts';

export const ReviewRow = forReviewers({
  id: Id,
  code: z.string(),
  moduleTitle: z.string(),
  pathwayTitle: z.string(),
  course: z.string(),
  round: z.number().int(),
  late: z.boolean(),
  submittedAt: Instant,
  dueAt: Instant.nullable(),
  criteria: z.number().int(),
  pieces: z.number().int(),
  minutes: z.number().int(),
  state: z.enum(REVIEW_STATES),
  /** Started by the caller. */
  mine: z.boolean(),
  /** `peer`: colleagues of the author may take it as well. */
  reviewedBy: ReviewedBy,
});
export type ReviewRow = z.infer<typeof ReviewRow>;

/** Counts of the queue stop at this value, which means "at least": the cost of a count must not grow with the queue. */
export const QUEUE_COUNT_MAX = 1_000;

export const ReviewQueue = z.strictObject({
  /** What is waiting for the caller: open to anybody, or started by them. */
  total: z.number().int(),
  mine: z.number().int(),
  /** Of the total: overdue. */
  overdue: z.number().int(),
  /** Of the total: due within three days from now, and not overdue. */
  dueSoon: z.number().int(),
  minutes: z.number().int(),
  /** Whether colleagues of their authors have decided any: only then is there something to choose. */
  anyByPeers: z.boolean(),
  rows: z.array(ReviewRow),
  next: Cursor.nullable(),
});
export type ReviewQueue = z.infer<typeof ReviewQueue>;

const anyReviewPiece = {
  id: z.string(),
  title: z.string(),
  criteria: z.array(Id),
  question: z.string().nullable(),
  /** In which a reflection was written; null for anything else. */
  cycle: CycleNumber,
  sha256: Sha256,
};
const noFile = { mediaType: z.null(), size: z.null(), previewable: z.literal(false) };

/** A text as shown to its reviewer. */
export const ReviewText = forReviewers({
  ...anyReviewPiece,
  ...noFile,
  kind: TextPieceKind,
  evidenceKind: z.null(),
  url: z.null(),
  document: RichDocument,
  /** The text in the previous round; null in the first. */
  earlierText: z.string().nullable(),
});
export type ReviewText = z.infer<typeof ReviewText>;

/** A file as shown to its reviewer. */
export const ReviewFile = forReviewers({
  ...anyReviewPiece,
  kind: z.literal('artifact'),
  evidenceKind: FileKind.nullable(),
  document: z.null(),
  mediaType: z.string().nullable(),
  size: z.number().int().nullable(),
  previewable: z.boolean(),
  /** Signed, for 5 minutes; null if the file is gone. */
  url: z.string().nullable(),
  earlierText: z.null(),
});
export type ReviewFile = z.infer<typeof ReviewFile>;

/** A link as shown to its reviewer. */
export const ReviewLink = forReviewers({
  ...anyReviewPiece,
  ...noFile,
  ...LinkFacts.shape,
  kind: z.literal('link'),
  evidenceKind: LinkKind,
  document: z.null(),
  earlierText: z.null(),
});
export type ReviewLink = z.infer<typeof ReviewLink>;

/** A frozen piece as shown to its reviewer. */
export const ReviewPiece = z.discriminatedUnion('kind', [ReviewText, ReviewFile, ReviewLink]);
export type ReviewPiece = z.infer<typeof ReviewPiece>;

/** One criterion in the reviewer's draft. */
export const CriterionJudgement = z.strictObject({
  criterionKey: Id,
  level: LevelKey.nullable(),
  comment: z.string().max(COMMENT_MAX),
  /** A criterion settled in an earlier round keeps its level; nobody judges it again. */
});
export type CriterionJudgement = z.infer<typeof CriterionJudgement>;

/** A decision as shown to those who review the work afterwards. Its author gets `AuthorFeedback`. */
export const ReviewerFeedback = forReviewers({
  decidedAt: Instant,
  outcome: z.enum(['returned', 'approved']),
  submissionCode: z.string(),
  judgedAs: ReviewedBy,
  /** A peer judged it whose own work its author has judged, too. False for readers who are peers themselves. */
  reciprocal: z.boolean(),
  summary: z.string(),
  criteria: z.array(
    z.strictObject({
      criterionKey: Id,
      level: LevelKey,
      comment: z.string(),
      /** True if the round after it asks for a revision. */
      reopened: z.boolean(),
    }),
  ),
});
export type ReviewerFeedback = z.infer<typeof ReviewerFeedback>;

export const ReviewPage = forReviewers({
  id: Id,
  submissionId: Id,
  code: z.string(),
  state: z.enum(REVIEW_STATES),
  /** As whom the caller reads it. */
  judgesAs: ReviewedBy,
  /** False for the read-only view of a submission review launch, of another person's review, of a decided one. */
  mayDecide: z.boolean(),
  /** True if nobody has started and the caller may. */
  mayStart: z.boolean(),
  round: z.number().int(),
  late: z.boolean(),
  submittedAt: Instant,
  dueAt: Instant.nullable(),
  minutes: z.number().int(),
  moduleTitle: z.string(),
  pathwayTitle: z.string(),
  /** What the author was asked to do. */
  task: z.strictObject({
    summary: z.string(),
    content: RichDocument,
    /** What was to be submitted, each by its title. */
    handIn: z.array(z.string()),
  }),
  achievement: z.string(),
  strand: Strand,
  scale: Scale,
  criteria: z.array(Criterion),
  /** Criteria open in this round; all of them in the first one. */
  openCriteria: z.array(Id),
  pieces: z.array(ReviewPiece),
  digest: Sha256,
  changedSince: Instant.nullable(),
  /** The author's self-assessment. */
  selfLevels: z.array(z.strictObject({ criterionKey: Id, level: LevelKey, at: Instant })),
  draft: z.strictObject({
    revision: z.number().int(),
    judgements: z.array(CriterionJudgement),
    summary: z.string(),
    savedAt: Instant.nullable(),
  }),
  history: z.array(ReviewerFeedback),
  /** Whether anybody besides the caller is known who may review it: not its author, and nobody who said they know them. */
  othersMayReview: z.boolean(),
  /** For its reviewer: seconds left to undo the return; otherwise null. */
  undoSeconds: z.number().int().nullable(),
});
export type ReviewPage = z.infer<typeof ReviewPage>;

/**
 * What an approval means for a grade column. `sent`: these points go there. `unchanged`: it already shows them. `nothing`: by its
 * rule there is nothing to send yet. `choice`: they wait until somebody chooses between them and what was changed in the LMS.
 * `held`: it is tried, although the last score was held and an admin may have to repair something. `off`: nothing is sent there.
 */
export const ColumnEffect = z.enum(['sent', 'unchanged', 'nothing', 'choice', 'held', 'off']);
export type ColumnEffect = z.infer<typeof ColumnEffect>;

export const ColumnOutlook = z.strictObject({
  /** Title of the link in the course, which the column has too. */
  title: z.string(),
  course: z.string(),
  given: z.number(),
  maximum: z.number(),
  effect: ColumnEffect,
});
export type ColumnOutlook = z.infer<typeof ColumnOutlook>;

const Judged = z.strictObject({
  judgements: z
    .array(z.strictObject({ criterionKey: Id, level: LevelKey, comment: z.string().trim().max(COMMENT_MAX) }))
    .min(1)
    .max(12),
  summary: z.string().trim().max(COMMENT_MAX),
});

export const DecisionReply = z.strictObject({
  outcome: z.enum(['approved', 'returned']),
  awardId: Id.nullable(),
  /** Number of columns that the score goes to. */
  scores: z.number().int(),
  /** How long a return may be undone; null for an approval. */
  undoSeconds: z.number().int().nullable(),
  nextReviewId: Id.nullable(),
});
export type DecisionReply = z.infer<typeof DecisionReply>;

const who = ['reviewer'] as const;
const whoJudges = ['reviewer', 'peer'] as const;

export const reviewEndpoints = {
  queue: endpoint({
    method: 'get',
    path: '/reviews',
    summary: 'What waits for review',
    audit: 'reviews.listed',
    who,
    query: z.strictObject({
      cursor: Cursor.optional(),
      show: z.enum(['open', 'overdue', 'mine', 'decided', 'peers']).default('open'),
    }),
    reply: ReviewQueue,
  }),
  page: endpoint({
    method: 'get',
    path: '/reviews/:id',
    summary: 'Evidence and rubric of one submission',
    audit: 'review.read',
    who: whoJudges,
    params: IdParams,
    reply: ReviewPage,
  }),
  outlook: endpoint({
    method: 'get',
    path: '/reviews/:id/outlook',
    summary: 'What an approval would send to which grade column, as of now',
    audit: 'review.outlook_read',
    who,
    params: IdParams,
    reply: z.strictObject({ columns: z.array(ColumnOutlook) }),
  }),
  /** The submission that a LtiSubmissionReviewRequest points at. */
  ofPerson: endpoint({
    method: 'get',
    path: '/reviews/of-launch',
    summary: 'The submissions that the gradebook asked to see',
    audit: 'reviews.listed_of_person',
    who,
    reply: z.strictObject({ rows: z.array(ReviewRow) }),
  }),
  start: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/reviews/:id/start',
    summary: 'Start: from now on it cannot be taken back',
    audit: 'review.started',
    who,
    params: IdParams,
    body: Empty,
    reply: ReviewPage,
  }),
  putBack: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/reviews/:id/put-back',
    summary: 'Put it back into the queue ("I know this person")',
    audit: 'review.put_back',
    who: whoJudges,
    params: IdParams,
    body: z.strictObject({ knowsPerson: z.boolean() }),
    reply: Done,
  }),
  saveDraft: endpoint({
    method: 'put',
    path: '/reviews/:id/draft',
    summary: 'Save the judgements so far',
    audit: 'review.draft_saved',
    who: whoJudges,
    params: IdParams,
    body: z.strictObject({
      baseRevision: z.number().int().min(0),
      judgements: z.array(CriterionJudgement).max(12),
      summary: z.string().max(COMMENT_MAX),
    }),
    reply: z.strictObject({ revision: z.number().int(), savedAt: Instant }),
  }),
  approve: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/reviews/:id/approve',
    summary: 'Approve: decision, award and scores at once',
    audit: 'review.approved',
    who: whoJudges,
    params: IdParams,
    body: Judged,
    reply: DecisionReply,
  }),
  returnIt: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/reviews/:id/return',
    summary: 'Return with comments on the criteria to revise',
    audit: 'review.returned',
    who: whoJudges,
    params: IdParams,
    body: Judged,
    reply: DecisionReply,
  }),
  undoReturn: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/reviews/:id/undo-return',
    summary: 'Undo a return before it goes to its author',
    audit: 'review.return_undone',
    who: whoJudges,
    params: IdParams,
    body: Empty,
    reply: ReviewPage,
  }),
} as const;
