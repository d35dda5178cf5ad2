import { model, Schema } from 'mongoose';
import {
  EvidenceKind,
  PieceKind,
  type FileKind,
  type LinkKind,
  type StoredLinkFacts,
  type TextPieceKind,
} from '../../../contract/evidence.ts';
import type { CycleNumber } from '../../../contract/cycleNumber.ts';
import type { LevelKey } from '../../../contract/content.ts';
import type { RichDocument } from '../../../contract/richText.ts';
import { levelField } from '../../contentFields.ts';
import { linkFields } from '../../linkFields.ts';
import { tenanted } from '../../tenancy.ts';
import { appendOnly } from '../../appendOnly.ts';

interface Frozen {
  /** Prompt key, `change-note`, artifact id or link id. */
  id: string;
  title: string;
  criteria: string[];
  question: string | null;
  /** In which a reflection was written; missing in older submissions, which knew no cycles. */
  cycle?: CycleNumber;
  sha256: string;
}
interface FrozenText extends Frozen {
  kind: TextPieceKind;
  document: RichDocument;
  text: string;
  url: null;
  evidenceKind: null;
  mediaType: null;
  size: null;
}
interface FrozenFile extends Frozen {
  kind: 'artifact';
  document: null;
  text: null;
  url: null;
  evidenceKind: FileKind | null;
  mediaType: string | null;
  size: number | null;
}
interface FrozenLink extends Frozen, StoredLinkFacts {
  kind: 'link';
  document: null;
  text: null;
  /** Null in older ones, which are of kind `link`. */
  evidenceKind: LinkKind | null;
  mediaType: null;
  size: null;
}

/** One piece as it was submitted; what the reviewer reads. `evidenceKinds.service.ts` defines what is done with each kind. */
export type FrozenPiece = FrozenText | FrozenFile | FrozenLink;
type FieldsOf<T> = T extends unknown ? keyof T : never;

/** A frozen round: immutable from the moment it is written. */
export interface SubmissionDoc {
  _id: string;
  institutionId: string;
  attemptId: string;
  enrolmentId: string;
  personId: string;
  pathwayKey: string;
  versionId: string;
  moduleId: string;
  contextIds: string[];
  /** Increases within the attempt; a submission that was taken back keeps its number. */
  n: number;
  round: number;
  code: string;
  submittedAt: Date;
  late: boolean;
  practice: boolean;
  /** 128 random bits in the digest, so that a short text cannot be guessed from it. */
  nonce: string;
  digest: string;
  pieces: FrozenPiece[];
  selfLevels: { criterionKey: string; level: LevelKey; at: Date }[];
  /** Null: all. */
  openCriteria: string[] | null;
}

const always = { required: true, immutable: true } as const;
const pieceFields = {
  kind: { type: String, enum: PieceKind.options, required: true },
  id: { type: String, required: true },
  title: { type: String, default: '' },
  criteria: { type: [String], default: [] },
  question: { type: String, default: null },
  cycle: { type: Number, default: null },
  document: { type: Schema.Types.Mixed, default: null },
  text: { type: String, default: null },
  ...linkFields,
  evidenceKind: { type: String, enum: [...EvidenceKind.options, null], default: null },
  mediaType: { type: String, default: null },
  size: { type: Number, default: null },
  sha256: { type: String, required: true },
} as const satisfies Readonly<Record<FieldsOf<FrozenPiece>, unknown>>;
const piece = new Schema(pieceFields, { _id: false, minimize: false });
const selfLevel = new Schema({ criterionKey: String, level: levelField, at: Date }, { _id: false });

const schema = new Schema<SubmissionDoc>(
  {
    _id: { type: String, required: true },
    attemptId: { type: String, ...always },
    enrolmentId: { type: String, ...always },
    personId: { type: String, ...always },
    pathwayKey: { type: String, ...always },
    versionId: { type: String, ...always },
    moduleId: { type: String, ...always },
    contextIds: { type: [String], ...always },
    n: { type: Number, ...always },
    round: { type: Number, ...always },
    code: { type: String, ...always },
    submittedAt: { type: Date, ...always },
    late: { type: Boolean, ...always },
    practice: { type: Boolean, ...always },
    nonce: { type: String, ...always },
    digest: { type: String, ...always },
    pieces: { type: [piece], ...always },
    selfLevels: { type: [selfLevel], immutable: true, default: [] },
    openCriteria: { type: [String], immutable: true, default: null },
  },
  { collection: 'submissions', strict: 'throw', versionKey: false, minimize: false },
);
schema.plugin(tenanted);
schema.plugin(appendOnly);
schema.index({ institutionId: 1, attemptId: 1, n: 1 }, { unique: true, name: 'submission_of_attempt' });
schema.index({ institutionId: 1, 'pieces.id': 1 }, { name: 'submission_by_piece' });

export const SubmissionModel = model<SubmissionDoc>('Submission', schema);
