import { model, Schema } from 'mongoose';

/** One login on its way to a launch, for ten minutes. Untenanted: the tenant is known at the launch. */
export interface LoginStateDoc {
  /** SHA-256 of `state`. */
  _id: string;
  nonce: string;
  platformId: string;
  /** `lti_deployment_id` of the login, where the platform sent one: the launch must name the same. */
  deploymentId: string | null;
  /** SHA-256 of the secret that only the browser of the login holds. */
  bindingHash: string;
  /** `lti_storage_target` of the login. */
  storageTarget: string | null;
  expiresAt: Date;
  usedAt: Date | null;
}

const schema = new Schema<LoginStateDoc>(
  {
    _id: { type: String, required: true },
    nonce: { type: String, required: true },
    platformId: { type: String, required: true },
    deploymentId: { type: String, default: null },
    bindingHash: { type: String, required: true },
    storageTarget: { type: String, default: null },
    expiresAt: { type: Date, required: true },
    usedAt: { type: Date, default: null },
  },
  { collection: 'loginStates', strict: 'throw', versionKey: false },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'login_state_expiry' });

export const LoginStateModel = model<LoginStateDoc>('LoginState', schema);
