import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';
import { writtenOnce } from '../../writtenOnce.ts';

/** One privileged read or write. Lines are numbered per institution and each holds the hash of the one before. */
export interface AuditDoc {
  _id: string;
  institutionId: string;
  n: number;
  at: Date;
  /** Person who acted; null for the operator's command line. */
  personId: string | null;
  sessionId: string | null;
  action: string;
  subject: { kind: string; id: string };
  facts: Record<string, string | number | boolean | null>;
  previousHash: string;
  hash: string;
}

const schema = new Schema<AuditDoc>(
  {
    _id: { type: String, required: true },
    n: { type: Number, required: true },
    at: { type: Date, required: true },
    personId: { type: String, default: null },
    sessionId: { type: String, default: null },
    action: { type: String, required: true },
    subject: { type: new Schema({ kind: String, id: String }, { _id: false }), required: true },
    facts: { type: Schema.Types.Mixed, required: true },
    previousHash: { type: String, required: true },
    hash: { type: String, required: true },
  },
  { collection: 'auditLines', strict: 'throw', versionKey: false, minimize: false },
);
schema.plugin(tenanted);
schema.plugin(writtenOnce);
// the next number is a unique key: two writers at once cannot both take it
schema.index({ institutionId: 1, n: 1 }, { unique: true, name: 'audit_by_number' });
schema.index({ institutionId: 1, 'subject.kind': 1, 'subject.id': 1, n: -1 }, { name: 'audit_by_subject' });

export const AuditModel = model<AuditDoc>('AuditLine', schema);

/** The head of an institution's chain: its last number and hash, taken by whoever writes the next line. */
export interface AuditHeadDoc {
  _id: string;
  institutionId: string;
  n: number;
  hash: string;
}

const headSchema = new Schema<AuditHeadDoc>(
  {
    _id: { type: String, required: true },
    n: { type: Number, required: true },
    hash: { type: String, required: true },
  },
  { collection: 'auditHeads', strict: 'throw', versionKey: false },
);
headSchema.plugin(tenanted);
headSchema.index({ institutionId: 1 }, { unique: true, name: 'audit_head' });

export const AuditHeadModel = model<AuditHeadDoc>('AuditHead', headSchema);
