import { model, Schema } from 'mongoose';
import type { LevelKey, Strand } from '../../../contract/content.ts';
import { levelField, strandField } from '../../contentFields.ts';
import { tenanted } from '../../tenancy.ts';
import { appendOnly } from '../../appendOnly.ts';

/**
 * One achievement that was granted. It keeps levels, rule and version as they were at that time, so that its credential can be
 * signed later and still says what was judged.
 */
export interface AwardDoc {
  _id: string;
  institutionId: string;
  attemptId: string;
  /** The module's key: one achievement per module. */
  achievementKey: string;
  achievement: string;
  personId: string;
  enrolmentId: string;
  pathwayKey: string;
  versionId: string;
  version: number;
  contentHash: string;
  moduleId: string;
  strand: Strand;
  badgeLevel: number;
  levels: { criterionKey: string; level: LevelKey; levelKey: string }[];
  /** The rule that granted it. */
  rule: { name: 'all-criteria-meet'; version: 1 };
  submissionId: string;
  submissionDigest: string;
  decisionId: string;
  awardedAt: Date;
}

const always = { required: true, immutable: true } as const;
const level = new Schema({ criterionKey: String, level: levelField, levelKey: String }, { _id: false });
const schema = new Schema<AwardDoc>(
  {
    _id: { type: String, required: true },
    attemptId: { type: String, ...always },
    achievementKey: { type: String, ...always },
    achievement: { type: String, ...always },
    personId: { type: String, ...always },
    enrolmentId: { type: String, ...always },
    pathwayKey: { type: String, ...always },
    versionId: { type: String, ...always },
    version: { type: Number, ...always },
    contentHash: { type: String, ...always },
    moduleId: { type: String, ...always },
    strand: { ...strandField, immutable: true },
    badgeLevel: { type: Number, ...always },
    levels: { type: [level], ...always },
    rule: { type: new Schema({ name: String, version: Number }, { _id: false }), ...always },
    submissionId: { type: String, ...always },
    submissionDigest: { type: String, ...always },
    decisionId: { type: String, ...always },
    awardedAt: { type: Date, ...always },
  },
  { collection: 'awards', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.plugin(appendOnly);
schema.index(
  { institutionId: 1, attemptId: 1, achievementKey: 1 },
  { unique: true, name: 'award_of_attempt' },
);
schema.index({ institutionId: 1, enrolmentId: 1 }, { name: 'awards_of_enrolment' });
schema.index({ institutionId: 1, personId: 1, achievementKey: 1 }, { name: 'awards_of_person' });

export const AwardModel = model<AwardDoc>('Award', schema);
