import { model, Schema } from 'mongoose';
import type { DeliveryAttempt } from '../../../../contract/grades.ts';
import { DELIVERY_REASONS, type DeliveryReason } from '../../../../contract/states.ts';
import { tenanted } from '../../../tenancy.ts';
import { appendOnly } from '../../../appendOnly.ts';

/** One call to the LMS with its receipt or its reason, or one choice of a person. Written once, never changed. */
export interface DeliveryAttemptDoc {
  _id: string;
  institutionId: string;
  deliveryId: string;
  at: Date;
  kind: DeliveryAttempt['kind'];
  outcome: DeliveryAttempt['outcome'];
  httpStatus: number | null;
  reason: DeliveryReason;
  lmsMessage: string | null;
  requestHash: string | null;
  scoreGiven: number | null;
  scoreMaximum: number | null;
  milliseconds: number | null;
  revision: number | null;
  /** Id of the person who chose. */
  byPersonId: string | null;
  choice: string | null;
}

const schema = new Schema<DeliveryAttemptDoc>(
  {
    _id: { type: String, required: true },
    deliveryId: { type: String, required: true, immutable: true },
    at: { type: Date, required: true },
    kind: { type: String, enum: ['score', 'read_back', 'line_item', 'token', 'choice'], required: true },
    outcome: {
      type: String,
      enum: ['accepted', 'passing_fault', 'refused', 'held', 'chosen'],
      required: true,
    },
    httpStatus: { type: Number, default: null },
    reason: { type: String, enum: DELIVERY_REASONS, required: true },
    lmsMessage: { type: String, default: null, maxlength: 300 },
    requestHash: { type: String, default: null },
    scoreGiven: { type: Number, default: null },
    scoreMaximum: { type: Number, default: null },
    milliseconds: { type: Number, default: null },
    revision: { type: Number, default: null },
    byPersonId: { type: String, default: null },
    choice: { type: String, default: null },
  },
  { collection: 'deliveryAttempts', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.plugin(appendOnly);
schema.index({ institutionId: 1, deliveryId: 1, at: 1 }, { name: 'delivery_attempts_in_order' });

export const DeliveryAttemptModel = model<DeliveryAttemptDoc>('DeliveryAttempt', schema);
