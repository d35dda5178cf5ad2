import { model, Schema } from 'mongoose';
import type { LevelKey } from '../../../contract/content.ts';
import { REVIEW_STATES, type ReviewState } from '../../../contract/states.ts';
import { levelField, maybeLevelField } from '../../contentFields.ts';
import { tenanted } from '../../tenancy.ts';
import type { DecisionDoc } from './decision.model.ts';

export interface JudgementDoc {
  criterionKey: string;
  level: LevelKey | null;
  comment: string;
}

/** A return that its reviewer may still undo: what its author will be told, and until when. */
export interface ReturningDoc {
  criteria: DecisionDoc['criteria'];
  summary: string;
  until: Date;
}

/** That a peer has a review, from when to when. */
export interface ClaimDoc {
  /** The course from which they took it: they lose it with their place there. */
  contextId: string;
  /** Then it goes back to the others; by the database's clock. */
  until: Date;
}

type JudgementsDraft = {
  revision: number;
  judgements: JudgementDoc[];
  summary: string;
  savedAt: Date | null;
};

/** The work of judging one submission: who has it, how far it is. The row of the queue is read from it alone. */
export interface ReviewDoc {
  _id: string;
  institutionId: string;
  submissionId: string;
  attemptId: string;
  /** Whose work it is: nobody reviews their own work. */
  authorId: string;
  contextIds: string[];
  pathwayKey: string;
  state: ReviewState;
  reviewerId: string | null;
  startedAt: Date | null;
  /** Reviewers who know the person and put it back, with no mark against anyone. */
  declinedBy: string[];
  practice: boolean;
  submittedAt: Date;
  dueAt: Date;
  decidedAt: Date | null;
  round: number;
  late: boolean;
  code: string;
  moduleTitle: string;
  pathwayTitle: string;
  criteria: number;
  pieces: number;
  minutes: number;
  draft: JudgementsDraft;
  /** Key of the module, where peers may judge it as well; absent where reviewers alone do. */
  peerModuleKey?: string;
  /** Whoever has it, or decided it, is or was a peer. Absent otherwise. */
  claim?: ClaimDoc;
  /** What peers had written who lost it or put it back: it is theirs if they take it again, and nobody else's. */
  setAside?: { personId: string; draft: JudgementsDraft }[];
  /** Only while it is `returning`. */
  returning?: ReturningDoc;
}

const judgement = new Schema<JudgementDoc>(
  {
    criterionKey: { type: String, required: true },
    level: maybeLevelField,
    comment: { type: String, default: '' },
  },
  { _id: false },
);
const returning = new Schema<ReturningDoc>(
  {
    criteria: {
      type: [
        new Schema(
          {
            criterionKey: { type: String, required: true },
            level: { ...levelField, required: true },
            comment: { type: String, default: '' },
            settledBefore: { type: Boolean, required: true },
          },
          { _id: false },
        ),
      ],
      required: true,
    },
    summary: { type: String, default: '' },
    until: { type: Date, required: true },
  },
  { _id: false },
);
const draft = new Schema<JudgementsDraft>(
  {
    revision: { type: Number, required: true },
    judgements: { type: [judgement], default: [] },
    summary: { type: String, default: '' },
    savedAt: { type: Date, default: null },
  },
  { _id: false },
);
const schema = new Schema<ReviewDoc>(
  {
    _id: { type: String, required: true },
    submissionId: { type: String, required: true, immutable: true },
    attemptId: { type: String, required: true, immutable: true },
    authorId: { type: String, required: true, immutable: true },
    contextIds: { type: [String], required: true },
    pathwayKey: { type: String, required: true },
    state: { type: String, enum: REVIEW_STATES, required: true },
    reviewerId: { type: String, default: null },
    startedAt: { type: Date, default: null },
    declinedBy: { type: [String], default: [] },
    practice: { type: Boolean, required: true },
    submittedAt: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    decidedAt: { type: Date, default: null },
    round: { type: Number, required: true },
    late: { type: Boolean, required: true },
    code: { type: String, required: true },
    moduleTitle: { type: String, required: true },
    pathwayTitle: { type: String, required: true },
    criteria: { type: Number, required: true },
    pieces: { type: Number, required: true },
    minutes: { type: Number, required: true },
    draft: { type: draft, required: true },
    peerModuleKey: { type: String, immutable: true },
    claim: {
      type: new Schema<ClaimDoc>(
        { contextId: { type: String, required: true }, until: { type: Date, required: true } },
        { _id: false },
      ),
    },
    setAside: {
      type: [new Schema({ personId: { type: String, required: true }, draft }, { _id: false })],
      default: undefined,
    },
    returning: { type: returning },
  },
  { collection: 'reviews', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, submissionId: 1 }, { unique: true, name: 'review_of_submission' });
schema.index(
  { institutionId: 1, practice: 1, state: 1, contextIds: 1, dueAt: 1, _id: 1 },
  { name: 'reviews_by_due_of_course' },
);
schema.index({ institutionId: 1, practice: 1, state: 1, dueAt: 1, _id: 1 }, { name: 'reviews_by_due' });
schema.index(
  { institutionId: 1, practice: 1, reviewerId: 1, state: 1, submittedAt: 1, _id: 1 },
  { name: 'reviews_by_reviewer' },
);
schema.index(
  { institutionId: 1, practice: 1, reviewerId: 1, state: 1, dueAt: 1, _id: 1 },
  { name: 'reviews_of_reviewer_by_due' },
);
schema.index({ institutionId: 1, authorId: 1, submittedAt: -1 }, { name: 'reviews_of_author' });
schema.index(
  { institutionId: 1, 'returning.until': 1 },
  { name: 'reviews_returning', partialFilterExpression: { 'returning.until': { $exists: true } } },
);

schema.index(
  { institutionId: 1, peerModuleKey: 1, contextIds: 1, state: 1, submittedAt: 1, _id: 1 },
  { name: 'reviews_for_peers', partialFilterExpression: { peerModuleKey: { $exists: true } } },
);
const OF_PEERS = { partialFilterExpression: { 'claim.contextId': { $exists: true } } };
schema.index(
  { institutionId: 1, practice: 1, state: 1, submittedAt: 1, _id: 1 },
  { name: 'reviews_decided_by_peers', ...OF_PEERS },
);
schema.index(
  { institutionId: 1, practice: 1, state: 1, contextIds: 1, submittedAt: 1, _id: 1 },
  { name: 'reviews_decided_by_peers_of_course', ...OF_PEERS },
);
// a peer has one at a time in a course
schema.index(
  { institutionId: 1, reviewerId: 1, 'claim.contextId': 1 },
  {
    unique: true,
    name: 'claim_of_peer',
    partialFilterExpression: { state: 'started', 'claim.until': { $exists: true } },
  },
);

export const ReviewModel = model<ReviewDoc>('Review', schema);
