import { model, Schema } from 'mongoose';

/** A one-time permission to register one LMS for one institution. Untenanted: found by its secret alone. */
export interface InviteDoc {
  /** SHA-256 of the secret in the URL. */
  _id: string;
  institutionId: string;
  autoApprove: boolean;
  createdAt: Date;
  expiresAt: Date;
  /** Somebody is registering with it now. */
  leaseUntil: Date | null;
  usedAt: Date | null;
}

const schema = new Schema<InviteDoc>(
  {
    _id: { type: String, required: true },
    institutionId: { type: String, required: true },
    autoApprove: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    leaseUntil: { type: Date, default: null },
    usedAt: { type: Date, default: null },
  },
  { collection: 'invites', strict: 'throw', versionKey: false },
);
// a used one is kept for a while, so that its second use can be distinguished from an unknown one
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 30 * 24 * 3600, name: 'invite_expiry' });

export const InviteModel = model<InviteDoc>('Invite', schema);
