import { model, Schema } from 'mongoose';
import type { JWK } from 'jose';

/** One RSA key pair of the tool; all platforms share the key set. The private half is sealed under its `_id`. */
export interface LtiKeyDoc {
  /** The key id (`kid`). */
  _id: string;
  /** 1, 2, 3, …: the newest that is old enough signs. */
  n: number;
  publicJwk: JWK;
  sealedPrivateKey: string;
  createdAt: Date;
}

const schema = new Schema<LtiKeyDoc>(
  {
    _id: { type: String, required: true },
    n: { type: Number, required: true },
    publicJwk: { type: Schema.Types.Mixed, required: true },
    sealedPrivateKey: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'ltiKeys', strict: 'throw', versionKey: false },
);
// two processes that start, or rotate, at the same time create one key: the second insert is refused
schema.index({ n: 1 }, { unique: true, name: 'lti_key_by_number' });

export const LtiKeyModel = model<LtiKeyDoc>('LtiKey', schema);
