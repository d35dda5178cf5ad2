import { model, Schema } from 'mongoose';
import type { mongo } from 'mongoose';
import type { ArtifactKind, ArtifactNote, ArtifactRefusal } from '../../../contract/artifacts.ts';
import { ARTIFACT_STATES, type ArtifactState } from '../../../contract/states.ts';
import { tenanted } from '../../tenancy.ts';

/** How far an upload is. Bytes below `offset` are durable; `offset` is `n` full chunks and the tail. */
export interface UploadProgress {
  offset: number;
  /** Full chunks stored. */
  n: number;
  /** Bytes after the last full chunk; fewer than a chunk. */
  tail: mongo.Binary | null;
  /** Increased by each PATCH that starts and by whatever ends an upload: transactions on the same upload conflict here. */
  epoch: number;
  /** True between a PATCH's start and its last check-in: if it is found true, its writer died. */
  open: boolean;
  /** Set anew by each PATCH that starts: a writer that was overtaken, or whose claim was rolled back, can no longer check in. */
  stamp: string | null;
}

/**
 * What an upload is for, if not evidence: a file that a module offers, whose bytes become a content file once they are checked, or a
 * bundle that is to be imported.
 */
export const CONTENT_PURPOSES = ['content', 'bundle'] as const;

/** A file that a person uploads: first an upload, then what is kept of it. */
export interface ArtifactDoc {
  _id: string;
  institutionId: string;
  personId: string;
  /** Absent for evidence. */
  purpose?: (typeof CONTENT_PURPOSES)[number];
  /** Null for what is not evidence. */
  attemptId: string | null;
  /** The draft of a pathway that a file of content is for. */
  draftId?: string;
  clientId: string;
  name: string;
  criteria: string[];
  requirementKey: string | null;
  state: ArtifactState;
  /** Set when it was removed; it stays as a tombstone for an hour, in which a straggling writer's chunks are deleted. */
  removedAt: Date | null;
  /**
   * Set when its owner removed it after it was submitted: it is no longer part of the attempt, but the submissions that hold it
   * keep name, content and digest.
   */
  withdrawnAt: Date | null;
  kind: ArtifactKind | null;
  mediaType: string | null;
  /** Bytes announced; from `ready` on, bytes stored. */
  size: number;
  /** Bytes that were sent; differs from `size` if metadata was removed. */
  originalSize: number;
  /** Bytes counted towards the institution's quota. */
  counted: number;
  sha256: string | null;
  strippedMetadata: boolean;
  notes: ArtifactNote[];
  refusal: ArtifactRefusal | null;
  /** GridFS file that holds the content. */
  fileId: string;
  /** GridFS files to be deleted: recorded before they are written or released, so that a crash leaves no orphan. */
  garbage: string[];
  /** Increased by each submission that takes it in, in that transaction: a removal that started before fails. */
  holds: number;
  upload: UploadProgress;
  /** Who is checking it, until when; null while nobody is. */
  checking: { by: string; until: Date } | null;
  checkTries: number;
  /** Checks that died or failed at the file itself; absent in documents of earlier versions. */
  failedChecks?: number;
  /** Why the last check could not be run: it will be retried, and the reason stays. */
  checkFault: string | null;
  /** When the sweep must look at it; null for what is settled. */
  sweepAt: Date | null;
  createdAt: Date;
}

/** One that is evidence. */
export interface EvidenceDoc extends ArtifactDoc {
  attemptId: string;
}

const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;

/** Without `versionKey: false`, mongoose sets `__v` on a part when a transaction is repeated, and 'throw' rejects it. */
const STRICT_PART = { _id: false, strict: 'throw', versionKey: false } as const;

const upload = new Schema<UploadProgress>(
  {
    offset: number,
    n: number,
    tail: { type: Schema.Types.Buffer, default: null },
    epoch: number,
    open: { type: Boolean, required: true },
    stamp: { type: String, default: null },
  },
  STRICT_PART,
);
const refusal = new Schema<ArtifactRefusal>({ code: text, message: text }, STRICT_PART);

const schema = new Schema<ArtifactDoc>(
  {
    _id: text,
    personId: text,
    purpose: { type: String, enum: CONTENT_PURPOSES },
    attemptId: { type: String, default: null },
    draftId: { type: String },
    clientId: text,
    name: { ...text, maxlength: 255 },
    criteria: { type: [String], required: true },
    requirementKey: { type: String, default: null },
    state: { ...text, enum: ARTIFACT_STATES },
    removedAt: { type: Date, default: null },
    withdrawnAt: { type: Date, default: null },
    kind: { type: String, default: null },
    mediaType: { type: String, default: null },
    size: number,
    originalSize: number,
    counted: number,
    sha256: { type: String, default: null },
    strippedMetadata: { type: Boolean, required: true },
    notes: { type: [String], required: true },
    refusal: { type: refusal, default: null },
    fileId: text,
    garbage: { type: [String], required: true },
    holds: number,
    upload: { type: upload, required: true },
    checking: {
      type: new Schema({ by: text, until: { type: Date, required: true } }, STRICT_PART),
      default: null,
    },
    checkTries: number,
    failedChecks: { type: Number, default: 0 },
    checkFault: { type: String, default: null },
    sweepAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'artifacts', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, attemptId: 1, createdAt: 1 }, { name: 'artifact_by_attempt' });
// a repeated start of an upload finds the first one
schema.index({ institutionId: 1, personId: 1, clientId: 1 }, { unique: true, name: 'artifact_by_client_id' });
/** Only what still needs attention is indexed; a query must name this bound, or MongoDB ignores the index. */
export const TO_SWEEP = { $gt: new Date(0) };
schema.index(
  { institutionId: 1, sweepAt: 1 },
  { name: 'artifact_to_sweep', partialFilterExpression: { sweepAt: TO_SWEEP } },
);

export const ArtifactModel = model<ArtifactDoc>('Artifact', schema);

/** Everything except the upload's tail, which may be as large as a chunk. */
export const WITHOUT_TAIL = { 'upload.tail': 0 } as const;

/** A filter for a piece of evidence that was not removed: other uploads are none of the artifacts' endpoints' business. */
export function evidence(institutionId: string, id: string) {
  return { _id: id, institutionId, removedAt: null, purpose: { $exists: false } } as const;
}
