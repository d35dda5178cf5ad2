import { model, Schema } from 'mongoose';
import type { LevelKey, Strand } from '../../../contract/content.ts';
import type { Rule } from '../../../contract/rules.ts';
import { levelField, strandField } from '../../contentFields.ts';
import { tenanted } from '../../tenancy.ts';
import { appendOnly } from '../../appendOnly.ts';

/** What every award keeps as it was at that time, so that its credential can be signed later and still says what was judged. */
interface AwardFields {
  _id: string;
  institutionId: string;
  /** The key of the module or of the pathway's badge: each is awarded once in an enrolment. */
  achievementKey: string;
  achievement: string;
  personId: string;
  enrolmentId: string;
  pathwayKey: string;
  versionId: string;
  version: number;
  contentHash: string;
  strand: Strand;
  badgeLevel: number;
  awardedAt: Date;
}

/** Granted for a module, by the decision that approved it. */
export interface ModuleAwardDoc extends AwardFields {
  moduleId: string;
  attemptId: string;
  levels: { criterionKey: string; level: LevelKey; levelKey: string }[];
  /** The rule that granted it. */
  rule: { name: 'all-criteria-meet'; version: 1 };
  submissionId: string;
  submissionDigest: string;
  decisionId: string;
}

/** The badge of a completed pathway. */
export interface PathwayAwardDoc extends AwardFields {
  moduleId: null;
  attemptId: null;
  levels: [];
  /** The rule that granted it, with what the version said completes the pathway. */
  rule: { name: 'pathway-completed'; version: 1; completes: Rule };
  submissionId: null;
  submissionDigest: null;
  /** The decision with which the pathway was complete; null if it was the choice of a track. */
  decisionId: string | null;
}

/** One achievement that was granted. */
export type AwardDoc = ModuleAwardDoc | PathwayAwardDoc;

const always = { required: true, immutable: true } as const;
/** Null in the award of a pathway. */
const ofModule = { type: String, default: null, immutable: true } as const;
const level = new Schema({ criterionKey: String, level: levelField, levelKey: String }, { _id: false });
const rule = new Schema({ name: String, version: Number, completes: Schema.Types.Mixed }, { _id: false });
const schema = new Schema<AwardDoc>(
  {
    _id: { type: String, required: true },
    attemptId: ofModule,
    achievementKey: { type: String, ...always },
    achievement: { type: String, ...always },
    personId: { type: String, ...always },
    enrolmentId: { type: String, ...always },
    pathwayKey: { type: String, ...always },
    versionId: { type: String, ...always },
    version: { type: Number, ...always },
    contentHash: { type: String, ...always },
    moduleId: ofModule,
    strand: { ...strandField, immutable: true },
    badgeLevel: { type: Number, ...always },
    levels: { type: [level], ...always },
    rule: { type: rule, ...always },
    submissionId: ofModule,
    submissionDigest: ofModule,
    decisionId: ofModule,
    awardedAt: { type: Date, ...always },
  },
  { collection: 'awards', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.plugin(appendOnly);
schema.index(
  { institutionId: 1, enrolmentId: 1, achievementKey: 1 },
  { unique: true, name: 'award_of_enrolment' },
);
schema.index({ institutionId: 1, attemptId: 1 }, { name: 'awards_of_attempt' });
schema.index({ institutionId: 1, personId: 1, achievementKey: 1 }, { name: 'awards_of_person' });

export const AwardModel = model<AwardDoc>('Award', schema);
