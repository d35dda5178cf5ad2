import { model, Schema } from 'mongoose';
import { ReviewedBy, type LevelKey } from '../../../contract/content.ts';
import { levelField } from '../../contentFields.ts';
import { tenanted } from '../../tenancy.ts';
import { appendOnly } from '../../appendOnly.ts';

/** What a reviewer decided on a submission: immutable, one per submission. */
export interface DecisionDoc {
  _id: string;
  institutionId: string;
  submissionId: string;
  attemptId: string;
  submissionCode: string;
  reviewerId: string;
  /** As whom; absent in older ones, which reviewers made. */
  judgedAs?: ReviewedBy;
  outcome: 'approved' | 'returned';
  criteria: { criterionKey: string; level: LevelKey; comment: string; settledBefore: boolean }[];
  summary: string;
  /** Within the enrolment, as committed: a later decision has a higher number. */
  order: number;
  /** For people to read; nothing is ordered by it. */
  decidedAt: Date;
}

const always = { required: true, immutable: true } as const;
const criterion = new Schema(
  {
    criterionKey: { type: String, required: true },
    level: { ...levelField, required: true },
    comment: { type: String, default: '' },
    settledBefore: { type: Boolean, required: true },
  },
  { _id: false },
);
const schema = new Schema<DecisionDoc>(
  {
    _id: { type: String, required: true },
    submissionId: { type: String, ...always },
    attemptId: { type: String, ...always },
    submissionCode: { type: String, ...always },
    reviewerId: { type: String, ...always },
    judgedAs: { type: String, enum: ReviewedBy.options, immutable: true },
    outcome: { type: String, enum: ['approved', 'returned'], ...always },
    criteria: { type: [criterion], ...always },
    summary: { type: String, default: '', immutable: true },
    order: { type: Number, ...always },
    decidedAt: { type: Date, ...always },
  },
  { collection: 'decisions', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.plugin(appendOnly);
schema.index({ institutionId: 1, submissionId: 1 }, { unique: true, name: 'decision_of_submission' });
schema.index({ institutionId: 1, attemptId: 1, order: 1 }, { name: 'decisions_of_attempt_in_order' });

export const DecisionModel = model<DecisionDoc>('Decision', schema);
