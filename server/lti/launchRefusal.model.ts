import { model, Schema } from 'mongoose';
import type { ErrorCode } from '../../contract/errors.ts';
import type { RefusalFacts } from './launchRefused.ts';

/** One login, launch or registration that was refused: the exact reason, no personal value. Kept for 30 days. Untenanted. */
export interface LaunchRefusalDoc {
  /** Correlation id: on the page, in the log, in `X-Correlation-Id`. */
  _id: string;
  /** As shown on the page: `7KQ2-M4XT`. */
  shortId: string;
  at: Date;
  route: string;
  code: ErrorCode;
  reason: string;
  /** The same as a sentence for an admin: what was wrong, the value received, what to do. */
  says: string;
  platformId: string | null;
  issuer: string | null;
  facts: RefusalFacts;
}

const schema = new Schema<LaunchRefusalDoc>(
  {
    _id: { type: String, required: true },
    shortId: { type: String, required: true },
    at: { type: Date, required: true },
    route: { type: String, required: true },
    code: { type: String, required: true },
    reason: { type: String, required: true },
    says: { type: String, default: '' },
    platformId: { type: String, default: null },
    issuer: { type: String, default: null },
    facts: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'launchRefusals', strict: 'throw', versionKey: false, minimize: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: 30 * 24 * 3600, name: 'launch_refusal_expiry' });
schema.index({ shortId: 1 }, { name: 'launch_refusal_by_short_id' });
schema.index({ platformId: 1, at: -1 }, { name: 'launch_refusal_by_platform' });

export const LaunchRefusalModel = model<LaunchRefusalDoc>('LaunchRefusal', schema);
