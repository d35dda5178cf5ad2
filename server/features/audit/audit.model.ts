import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';
import { appendOnly } from '../../appendOnly.ts';

/** The content of the line for one privileged read or write. */
export interface AuditEntryDoc {
  _id: string;
  institutionId: string;
  at: Date;
  /** Person who acted; null for the operator's command line. */
  personId: string | null;
  sessionId: string | null;
  action: string;
  subject: { kind: string; id: string };
  facts: Record<string, string | number | boolean | null>;
}

/** A line as written, until the sealer numbers it. Writing one touches nothing else. */
export interface PendingAuditDoc extends AuditEntryDoc {
  /** Sequence number within its process, so that lines of the same millisecond keep the order in which they were written. */
  serial: number;
}

/** A sealed line: numbered within its institution, with the hash of the previous one. */
export interface AuditDoc extends AuditEntryDoc {
  n: number;
  previousHash: string;
  hash: string;
}

const said = {
  _id: { type: String, required: true },
  at: { type: Date, required: true },
  personId: { type: String, default: null },
  sessionId: { type: String, default: null },
  action: { type: String, required: true },
  subject: { type: new Schema({ kind: String, id: String }, { _id: false }), required: true },
  facts: { type: Schema.Types.Mixed, required: true },
} as const;
const options = { strict: 'throw', versionKey: false, minimize: false } as const;

const schema = new Schema<AuditDoc>(
  {
    ...said,
    n: { type: Number, required: true },
    previousHash: { type: String, required: true },
    hash: { type: String, required: true },
  },
  { collection: 'auditLines', ...options },
);
schema.plugin(tenanted);
schema.plugin(appendOnly);
// the next number is a unique key: two sealers at once cannot both take it
schema.index({ institutionId: 1, n: 1 }, { unique: true, name: 'audit_by_number' });
schema.index({ institutionId: 1, 'subject.kind': 1, 'subject.id': 1, n: -1 }, { name: 'audit_by_subject' });

export const AuditModel = model<AuditDoc>('AuditLine', schema);

const pendingSchema = new Schema<PendingAuditDoc>(
  { ...said, serial: { type: Number, required: true } },
  { collection: 'auditPending', ...options },
);
pendingSchema.plugin(tenanted);
pendingSchema.plugin(appendOnly, { removable: true });
pendingSchema.index({ institutionId: 1, at: 1, serial: 1, _id: 1 }, { name: 'audit_pending' });

export const PendingAuditModel = model<PendingAuditDoc>('PendingAuditLine', pendingSchema);

/** The end of an institution's chain, and which process is sealing it. Only the sealer writes it. */
export interface AuditHeadDoc {
  _id: string;
  institutionId: string;
  n: number;
  hash: string;
  sealer: string | null;
  /** By the database's clock. */
  leaseUntil: Date | null;
}

const headSchema = new Schema<AuditHeadDoc>(
  {
    _id: { type: String, required: true },
    n: { type: Number, required: true },
    hash: { type: String, required: true },
    sealer: { type: String, default: null },
    leaseUntil: { type: Date, default: null },
  },
  { collection: 'auditHeads', strict: 'throw', versionKey: false },
);
headSchema.plugin(tenanted);
headSchema.index({ institutionId: 1 }, { unique: true, name: 'audit_head' });

export const AuditHeadModel = model<AuditHeadDoc>('AuditHead', headSchema);
