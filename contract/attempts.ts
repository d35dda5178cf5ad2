import { z } from 'zod';
import { Cursor, Done, Empty, Id, IdParams, Instant, Sha256 } from './common.ts';
import { endpoint } from './endpoint.ts';
import { LevelKey, ReviewedBy, Strand } from './content.ts';
import { CycleNumber } from './cycleNumber.ts';
import { UnrolledModule, UnrolledStepKey } from './cycles.ts';
import { EarnedAward, GradeLine, MapModule, Run } from './pathways.ts';
import { LinkHref } from './address.ts';
import { EvidenceView, LinkFacts, LinkKind, ManifestPiece, ShownPiece } from './evidence.ts';
import { forAuthors } from './readers.ts';
import { RichDocument } from './richText.ts';
import { WrittenDocument } from './richTextCheck.ts';
import { ATTEMPT_STATES } from './states.ts';

/** The draft of "What I changed": a piece in addition to the prompts. */
export const CHANGE_NOTE = 'change-note';
export const PieceKey = z.union([Id, z.literal(CHANGE_NOTE)]);
export type PieceKey = z.infer<typeof PieceKey>;

export const DraftView = z.strictObject({
  pieceKey: PieceKey,
  /** Created by the client that wrote first. */
  draftId: Id,
  revision: z.number().int().min(0),
  document: RichDocument,
  text: z.string(),
  savedAt: Instant,
});
export type DraftView = z.infer<typeof DraftView>;

/**
 * One protocol for everything that is typed: a client-made id, the revision that the text was based on, and 409 DRAFT_CONFLICT
 * whose `details` contain the other text (`DraftConflict`). The refused text is kept in the history.
 */
export const SaveDraft = z.strictObject({
  draftId: Id,
  baseRevision: z.number().int().min(0),
  /** Increases with each change under one draft id, so that an older save that arrives late is recognised. */
  sequence: z.number().int().min(0).optional(),
  document: WrittenDocument,
});
export type SaveDraft = z.infer<typeof SaveDraft>;

/** `mineVersionId`: null if conflicts have filled a day of the history; then only its window has the refused text. */
export const DraftConflict = z.strictObject({ theirs: DraftView, mineVersionId: Id.nullable() });
export type DraftConflict = z.infer<typeof DraftConflict>;

export const DraftVersion = z.strictObject({
  id: Id,
  savedAt: Instant,
  why: z.enum(['interval', 'conflict', 'submitted', 'replaced']),
  words: z.number().int(),
  document: RichDocument,
  text: z.string(),
});
export type DraftVersion = z.infer<typeof DraftVersion>;

/** A decision as shown to the author of the work. Reviewers get `ReviewerFeedback`: neither has a field of the other. */
export const AuthorFeedback = forAuthors({
  decidedAt: Instant,
  outcome: z.enum(['returned', 'approved']),
  submissionCode: z.string(),
  /** As whom somebody judged it. */
  judgedAs: ReviewedBy,
  summary: z.string(),
  criteria: z.array(
    z.strictObject({
      criterionKey: Id,
      level: LevelKey,
      comment: z.string(),
      /** True if this round asks for a revision. */
      reopened: z.boolean(),
    }),
  ),
});
export type AuthorFeedback = z.infer<typeof AuthorFeedback>;

export const Missing = z.strictObject({
  /** `kinds`: a criterion, by its key and title, that asks for more different kinds of evidence. */
  what: z.enum(['reflection', 'artifact', 'kinds', 'artifact_not_ready', 'change_note']),
  key: z.string(),
  title: z.string(),
  /** In which a reflection is missing; null for anything else. */
  cycle: CycleNumber,
});
export type Missing = z.infer<typeof Missing>;

const FormerText = z.strictObject({
  pieceKey: Id,
  question: z.string(),
  cycle: CycleNumber,
  document: RichDocument,
  savedAt: Instant,
});

const SelfLevel = z.strictObject({ criterionKey: Id, level: LevelKey, at: Instant });

export const Workspace = forAuthors({
  attemptId: Id,
  enrolmentId: Id,
  pathway: z.strictObject({ key: Id, title: z.string(), strand: Strand }),
  run: Run,
  state: z.enum(ATTEMPT_STATES),
  round: z.number().int().min(1),
  /** False while submitted, in review, approved, locked or archived: then everything can be read and nothing written. */
  writable: z.boolean(),
  opensAfter: MapModule.shape.opensAfter,
  notAsked: MapModule.shape.notAsked,
  position: z.number().int(),
  /** The version that this page shows, where the person works on another one by now. */
  ofVersion: z.number().int().nullable(),
  /** True: the version that they work on does not have this module. */
  former: z.boolean(),
  module: UnrolledModule,
  stepsDone: z.array(UnrolledStepKey),
  drafts: z.array(DraftView),
  /** Answers to questions that an earlier version asked, and this one does not. */
  formerTexts: z.array(FormerText),
  /** Pieces that this round does not reopen. */
  lockedPieces: z.array(PieceKey),
  evidence: z.array(EvidenceView),
  selfLevels: z.array(SelfLevel),
  /** From the last decision. */
  feedback: AuthorFeedback.nullable(),
  /** From earlier decisions, oldest first: the feedback of earlier rounds stays readable. */
  earlierFeedback: z.array(AuthorFeedback),
  /** When the previous round was submitted, as its reviewer reads it above "What I changed"; null in the first. */
  changedSince: Instant.nullable(),
  /** The texts of the last submission, for "Changes since". */
  submittedTexts: z.array(z.strictObject({ pieceKey: PieceKey, text: z.string(), at: Instant })),
  missing: z.array(Missing),
  submissionId: Id.nullable(),
  award: EarnedAward.nullable(),
  /** The badge of the pathway, if this approval completed it. */
  pathwayAward: EarnedAward.nullable(),
  grades: z.array(GradeLine),
  next: z.strictObject({ attemptId: Id, title: z.string() }).nullable(),
});
export type Workspace = z.infer<typeof Workspace>;

export const SubmissionReceipt = forAuthors({
  id: Id,
  attemptId: Id,
  enrolmentId: Id,
  moduleTitle: z.string(),
  /** Four letters or digits that people use to refer to it. */
  code: z.string(),
  round: z.number().int(),
  submittedAt: Instant,
  late: z.boolean(),
  /** SHA-256 of the manifest, nonce included. */
  digest: Sha256,
  pieces: z.array(ManifestPiece),
  reviewBy: Instant.nullable(),
  /**
   * Who reads it. `peer`: a colleague, or a reviewer who takes it first. `none_yet`: nobody is known who may, so nothing is promised. `nobody`: it is practice, which no reviewer sees.
   */
  reader: z.enum(['reviewer', 'peer', 'none_yet', 'nobody']),
  state: z.enum(['waiting', 'in_review', 'returned', 'approved', 'taken_back']),
  mayTakeBack: z.boolean(),
});
export type SubmissionReceipt = z.infer<typeof SubmissionReceipt>;

const LinkName = z.string().trim().min(1).max(255);
const LinkCriteria = z.array(Id).min(1).max(12);
const PieceParams = z.strictObject({ id: Id, pieceKey: PieceKey });
const who = ['participant'] as const;

export const attemptEndpoints = {
  workspace: endpoint({
    method: 'get',
    path: '/attempts/:id',
    summary: 'The module page of an own attempt',
    who,
    params: IdParams,
    reply: Workspace,
  }),
  saveDraft: endpoint({
    method: 'put',
    path: '/attempts/:id/drafts/:pieceKey',
    summary: 'Save what was typed',
    who,
    params: PieceParams,
    body: SaveDraft,
    reply: DraftView,
  }),
  draftVersions: endpoint({
    method: 'get',
    path: '/attempts/:id/drafts/:pieceKey/versions',
    summary: 'Earlier texts of a piece',
    who,
    params: PieceParams,
    query: z.strictObject({ cursor: Cursor.optional() }),
    reply: z.strictObject({ rows: z.array(DraftVersion), next: Cursor.nullable() }),
  }),
  setSelfLevel: endpoint({
    method: 'put',
    path: '/attempts/:id/self-levels/:criterionKey',
    summary: 'Mark where I stand on a criterion today',
    who,
    params: z.strictObject({ id: Id, criterionKey: Id }),
    body: z.strictObject({ level: LevelKey.nullable() }),
    reply: Done,
  }),
  setStep: endpoint({
    method: 'put',
    path: '/attempts/:id/steps/:step',
    formerPath: '/attempts/:id/parts/:step',
    summary: 'Mark a step of the module as done or not',
    who,
    params: z.strictObject({ id: Id, step: UnrolledStepKey }),
    body: z.strictObject({ done: z.boolean() }),
    reply: Done,
  }),
  addLink: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/attempts/:id/links',
    summary: 'Hand in a link',
    who,
    status: 201,
    params: IdParams,
    body: z.strictObject({
      ...LinkFacts.shape,
      kind: LinkKind.default('link'),
      url: LinkHref,
      name: LinkName,
      criteria: LinkCriteria,
      requirementKey: Id.nullable().default(null),
    }),
    reply: EvidenceView,
  }),
  changeLink: endpoint({
    method: 'patch',
    path: '/attempts/:id/links/:linkId',
    summary: 'Rename a link, or say what it is for and which criteria it speaks to',
    who,
    params: z.strictObject({ id: Id, linkId: Id }),
    body: z.strictObject({
      name: LinkName.optional(),
      criteria: LinkCriteria.optional(),
      /** Which requirement it meets; null for none in particular. If omitted, it stays unchanged. */
      requirementKey: Id.nullable().optional(),
    }),
    reply: EvidenceView,
  }),
  removeLink: endpoint({
    method: 'delete',
    path: '/attempts/:id/links/:linkId',
    summary: 'Take a link out of what will be handed in',
    who,
    params: z.strictObject({ id: Id, linkId: Id }),
    reply: Done,
  }),
  submit: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/attempts/:id/submissions',
    summary: 'Freeze this round and hand it to a reviewer',
    who,
    status: 201,
    params: IdParams,
    /** `shown`: refused with SUBMISSION_CHANGED if anything else would be submitted. If omitted, whatever exists is submitted. */
    body: z.strictObject({ shown: z.array(ShownPiece).max(100).optional() }),
    reply: SubmissionReceipt,
  }),
  receipt: endpoint({
    method: 'get',
    path: '/submissions/:id',
    summary: 'What was handed in',
    who,
    params: IdParams,
    reply: SubmissionReceipt,
  }),
  withdraw: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/submissions/:id/withdraw',
    summary: 'Withdraw a submission before a reviewer has started',
    who,
    params: IdParams,
    body: Empty,
    reply: z.strictObject({ attemptId: Id }),
  }),
} as const;

/** Longest "What I changed" and comment, in characters. */
export const COMMENT_MAX = 4_000;
