import { model, Schema } from 'mongoose';
import { ENROLMENT_STATES, type EnrolmentState } from '../../../contract/states.ts';
import { tenanted } from '../../tenancy.ts';

/** A person in one run of a pathway. Courses change around it: the same work opens from each of them. */
export interface EnrolmentDoc {
  _id: string;
  institutionId: string;
  personId: string;
  pathwayKey: string;
  runId: string;
  /** The version that this person works on; later versions do not change it, unless this person moves to one. */
  versionId: string;
  /** The versions that they worked on before, oldest first. Absent: none. */
  movedFrom?: { versionId: string; at: Date }[];
  state: EnrolmentState;
  /** LMS courses from which it was opened: their instructors may review it. */
  contextIds: string[];
  /** Work of an LMS's test student: kept apart, never counted, never graded. */
  practice: boolean;
  createdAt: Date;
  /** Keys of the tracks that are chosen. */
  tracks: string[];
  /** Keys of those that were chosen and left again. */
  leftTracks: string[];
  /** Of the newest decision; increases inside its transaction, so that decisions have the order in which they were committed. */
  decisionOrder: number;
  /** When that was, by the database's clock; null before the first. */
  lastDecidedAt: Date | null;
}

const schema = new Schema<EnrolmentDoc>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true, immutable: true },
    pathwayKey: { type: String, required: true, immutable: true },
    runId: { type: String, required: true, immutable: true },
    versionId: { type: String, required: true },
    movedFrom: {
      type: [new Schema({ versionId: String, at: Date }, { _id: false })],
      default: undefined,
    },
    state: { type: String, enum: ENROLMENT_STATES, required: true },
    contextIds: { type: [String], required: true },
    practice: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    tracks: { type: [String], required: true },
    leftTracks: { type: [String], required: true },
    decisionOrder: { type: Number, default: 0 },
    lastDecidedAt: { type: Date, default: null },
  },
  { collection: 'enrolments', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index(
  { institutionId: 1, personId: 1, pathwayKey: 1, runId: 1 },
  { unique: true, name: 'enrolment_of_person' },
);

schema.index({ institutionId: 1, runId: 1, _id: 1 }, { name: 'enrolments_by_run' });
schema.index({ institutionId: 1, versionId: 1, practice: 1 }, { name: 'enrolments_by_version' });

export const EnrolmentModel = model<EnrolmentDoc>('Enrolment', schema);
