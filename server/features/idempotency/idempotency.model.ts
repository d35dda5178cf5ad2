import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/**
 * A POST with an Idempotency-Key: which request is working on it, and its response; kept for a day so that a repeat gets the
 * same.
 */
export interface IdempotencyDoc {
  _id: string;
  institutionId: string;
  personId: string;
  key: string;
  fingerprint: string;
  /** The request that is being processed. Whoever takes over from a dead one puts its own id here. */
  holder: string;
  /** The database session of its transaction, so that it can be ended if the holder died in it. */
  session: string | null;
  /** By the database's clock; renewed while the holder is alive. */
  leaseUntil: Date;
  /** Written in the transaction of the work: true means that it is committed. */
  done: boolean;
  /** What the transaction returned, as far as the response is built from it. */
  kept: unknown;
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
    holder: { type: String, required: true },
    session: { type: String, default: null },
    leaseUntil: { type: Date, required: true },
    done: { type: Boolean, default: false },
    kept: { type: Schema.Types.Mixed, default: null },
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
