import { model, Schema } from 'mongoose';

/** How often something was tried in one window of time, over all processes. Untenanted. */
export interface LimiterDoc {
  /** What was tried, and with what. */
  _id: string;
  count: number;
  expiresAt: Date;
}

const schema = new Schema<LimiterDoc>(
  {
    _id: { type: String, required: true },
    count: { type: Number, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'limiter', strict: 'throw', versionKey: false },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'limiter_expiry' });

export const LimiterModel = model<LimiterDoc>('Limiter', schema);
