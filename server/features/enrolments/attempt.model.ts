import { model, Schema } from 'mongoose';
import { LinkKind, type StoredLinkFacts } from '../../../contract/evidence.ts';
import type { LevelKey } from '../../../contract/content.ts';
import type { UnrolledStepKey } from '../../../contract/cycles.ts';
import { ATTEMPT_STATES, type AttemptState } from '../../../contract/states.ts';
import { levelField, stepField } from '../../contentFields.ts';
import { linkFields } from '../../linkFields.ts';
import { tenanted } from '../../tenancy.ts';

/** A link submitted as evidence. */
export interface LinkDoc extends StoredLinkFacts {
  id: string;
  /** Missing in older ones, which are of kind `link`. */
  kind?: LinkKind | undefined;
  name: string;
  criteria: string[];
  requirementKey: string | null;
  addedAt: Date;
}

/** All of a person's work on one module; rounds follow each other within it. */
export interface AttemptDoc {
  _id: string;
  institutionId: string;
  enrolmentId: string;
  personId: string;
  pathwayKey: string;
  moduleKey: string;
  moduleId: string;
  /** Of `moduleId`, where it is another one than the enrolment's: judged there, or not part of the enrolment's any more. */
  versionId?: string | null;
  position: number;
  state: AttemptState;
  /** From 1; the next one starts when a review returns the attempt. */
  round: number;
  stepsDone: { step: UnrolledStepKey; at: Date }[];
  selfLevels: { criterionKey: string; level: LevelKey; at: Date }[];
  links: LinkDoc[];
  /** Criteria settled in earlier rounds, with the level each keeps. */
  settled: { criterionKey: string; level: LevelKey }[];
  /** Null in the first round: all criteria are open. */
  openCriteria: string[] | null;
  submissionId: string | null;
  lastDecisionId: string | null;
  changedAt: Date;
}

const plain = { _id: false } as const;
const schema = new Schema<AttemptDoc>(
  {
    _id: { type: String, required: true },
    enrolmentId: { type: String, required: true, immutable: true },
    personId: { type: String, required: true, immutable: true },
    pathwayKey: { type: String, required: true, immutable: true },
    moduleKey: { type: String, required: true, immutable: true },
    moduleId: { type: String, required: true },
    versionId: { type: String, default: null },
    position: { type: Number, required: true },
    state: { type: String, enum: ATTEMPT_STATES, required: true },
    round: { type: Number, required: true },
    stepsDone: {
      type: [new Schema({ step: stepField, at: Date }, plain)],
      default: [],
    },
    selfLevels: {
      type: [new Schema({ criterionKey: String, level: levelField, at: Date }, plain)],
      default: [],
    },
    links: {
      type: [
        new Schema(
          {
            id: String,
            kind: { type: String, enum: LinkKind.options },
            ...linkFields,
            name: String,
            criteria: [String],
            requirementKey: { type: String, default: null },
            addedAt: Date,
          },
          plain,
        ),
      ],
      default: [],
    },
    settled: {
      type: [new Schema({ criterionKey: String, level: levelField }, plain)],
      default: [],
    },
    openCriteria: { type: [String], default: null },
    submissionId: { type: String, default: null },
    lastDecisionId: { type: String, default: null },
    changedAt: { type: Date, required: true },
  },
  { collection: 'attempts', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
// by enrolment and module, never by course: two courses of one pathway lead to the same work
schema.index({ institutionId: 1, enrolmentId: 1, moduleKey: 1 }, { unique: true, name: 'attempt_of_module' });

export const AttemptModel = model<AttemptDoc>('Attempt', schema);
