import { model, Schema } from 'mongoose';
import { tenanted } from '../../../tenancy.ts';
import { appendOnly } from '../../../appendOnly.ts';
import { RULE_VERSIONS, type RuleVersion } from '../columns/scoreRule.ts';

/** The record that a decision gives a score to a column: written with the decision, never changed. */
export interface ScoreIntentDoc {
  _id: string;
  institutionId: string;
  platformId: string;
  columnId: string;
  subjectId: string;
  personId: string;
  deliveryId: string;
  /** Order within the delivery; the highest is what the LMS should show. */
  revision: number;
  /** False: an older decision that came after a newer one, kept for the record only. */
  wanted: boolean;
  decisionId: string;
  /** Of the decision, within its enrolment. */
  order: number;
  decidedAt: Date;
  rule: RuleVersion;
  approved: number;
  all: number;
  scoreGiven: number;
  scoreMaximum: number;
  createdAt: Date;
}

const required = { required: true, immutable: true } as const;
const schema = new Schema<ScoreIntentDoc>(
  {
    _id: { type: String, required: true },
    platformId: { type: String, ...required },
    columnId: { type: String, ...required },
    subjectId: { type: String, ...required },
    personId: { type: String, ...required },
    deliveryId: { type: String, ...required },
    revision: { type: Number, ...required },
    wanted: { type: Boolean, ...required },
    decisionId: { type: String, ...required },
    order: { type: Number, ...required },
    decidedAt: { type: Date, ...required },
    rule: { type: String, enum: RULE_VERSIONS, ...required },
    approved: { type: Number, ...required },
    all: { type: Number, ...required },
    scoreGiven: { type: Number, ...required },
    scoreMaximum: { type: Number, ...required },
    createdAt: { type: Date, ...required },
  },
  { collection: 'scoreIntents', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.plugin(appendOnly);
// a decision gives one score to a column, however often it is recorded
schema.index(
  { institutionId: 1, decisionId: 1, columnId: 1 },
  { unique: true, name: 'score_intent_of_decision_and_column' },
);

export const ScoreIntentModel = model<ScoreIntentDoc>('ScoreIntent', schema);
