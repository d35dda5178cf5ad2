import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** What a POST with an Idempotency-Key answered, kept for a day so that a repeat gets the same. */
export interface IdempotencyDoc {
  _id: string;
  institutionId: string;
  personId: string;
  key: string;
  fingerprint: string;
  /** Null while the first request is still at work. */
  answer: { status: number; body: unknown } | null;
  startedAt: Date;
  expiresAt: Date;
}

const schema = new Schema<IdempotencyDoc>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true },
    key: { type: String, required: true },
    fingerprint: { type: String, required: true },
    answer: { type: Schema.Types.Mixed, default: null },
    startedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'idempotencyKeys', strict: 'throw', versionKey: false, minimize: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, personId: 1, key: 1 }, { unique: true, name: 'idempotency_by_key' });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'idempotency_expiry' });

export const IdempotencyModel = model<IdempotencyDoc>('IdempotencyKey', schema);
