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
  /** Raised by each PATCH that begins and by what ends an upload: transactions on the same upload meet here. */
  epoch: number;
  /** True between a PATCH's beginning and its last check-in: found true, its writer died. */
  open: boolean;
  /** Made anew by each PATCH that begins: a writer that was overtaken, or whose taking was rolled back, can't check in any more. */
  stamp: string | null;
}

/** A file that a person hands in: first an upload, then what is kept of it. */
export interface ArtifactDoc {
  _id: string;
  institutionId: string;
  personId: string;
  attemptId: string;
  clientId: string;
  name: string;
  criteria: string[];
  requirementKey: string | null;
  state: ArtifactState;
  /** Set when it was taken out; stays as a tombstone for an hour, in which a straggling writer's chunks are deleted. */
  removedAt: Date | null;
  /**
   * Set when its owner took it out after it was handed in: it is no more part of the attempt, but the submissions that hold it
   * keep name, content and digest.
   */
  withdrawnAt: Date | null;
  kind: ArtifactKind | null;
  mediaType: string | null;
  /** Bytes announced; from `ready` on, bytes kept. */
  size: number;
  /** Bytes that were sent; differs from `size` where metadata was taken out. */
  originalSize: number;
  /** Bytes that it weighs on the institution's quota. */
  counted: number;
  sha256: string | null;
  strippedMetadata: boolean;
  notes: ArtifactNote[];
  refusal: ArtifactRefusal | null;
  /** GridFS file that holds the content. */
  fileId: string;
  /** GridFS files that are to go: noted before they are written or let go, so that a crash leaves no orphan. */
  garbage: string[];
  /** Raised by each submission that takes it in, in that transaction: a removal that began before it fails. */
  holds: number;
  upload: UploadProgress;
  /** Who checks it, until when; null while nobody does. */
  checking: { by: string; until: Date } | null;
  checkTries: number;
  /** Checks that died or failed at the file itself; absent in documents of earlier versions. */
  failedChecks?: number;
  /** Why the last check could not be made: it is made again, the fact stays. */
  checkFault: string | null;
  /** When the sweep must look at it; null for what is settled. */
  sweepAt: Date | null;
  createdAt: Date;
}

const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;

/** Without `versionKey: false`, mongoose sets `__v` on a part when a transaction is repeated, and 'throw' takes offence. */
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
    attemptId: text,
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
// a repeated beginning of an upload finds the first one
schema.index({ institutionId: 1, personId: 1, clientId: 1 }, { unique: true, name: 'artifact_by_client_id' });
/** Only what is still to be looked at is indexed; a query must name this bound, or MongoDB leaves the index aside. */
export const TO_SWEEP = { $gt: new Date(0) };
schema.index(
  { institutionId: 1, sweepAt: 1 },
  { name: 'artifact_to_sweep', partialFilterExpression: { sweepAt: TO_SWEEP } },
);

export const ArtifactModel = model<ArtifactDoc>('Artifact', schema);

/** All but the upload's tail, which may weigh a chunk. */
export const WITHOUT_TAIL = { 'upload.tail': 0 } as const;
