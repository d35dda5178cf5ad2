import { model, Schema } from 'mongoose';
import { tenanted } from '../../../tenancy.ts';

/** Connects work to a column that wants its score: an attempt to a module's column, an enrolment to a pathway's. */
export interface ScoreTargetDoc {
  _id: string;
  institutionId: string;
  /** Id of the attempt or the enrolment. */
  subjectId: string;
  subject: 'attempt' | 'enrolment';
  columnId: string;
  platformId: string;
  personId: string;
  /** The person's id in the LMS: the recipient of a score. */
  sub: string;
  createdAt: Date;
}

const schema = new Schema<ScoreTargetDoc>(
  {
    _id: { type: String, required: true },
    subjectId: { type: String, required: true, immutable: true },
    subject: { type: String, enum: ['attempt', 'enrolment'], required: true, immutable: true },
    columnId: { type: String, required: true, immutable: true },
    platformId: { type: String, required: true, immutable: true },
    personId: { type: String, required: true, immutable: true },
    sub: { type: String, required: true, immutable: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'scoreTargets', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index(
  { institutionId: 1, subjectId: 1, columnId: 1 },
  { unique: true, name: 'score_target_of_subject_and_column' },
);

export const ScoreTargetModel = model<ScoreTargetDoc>('ScoreTarget', schema);
