import { model, Schema } from 'mongoose';
import { DEPLOYMENT_STATES, type DeploymentState } from '../../contract/states.ts';

/**
 * One installation of the tool on a platform (LTI 1.3 core §3.1.3). It determines the institution. Untenanted: a pending one
 * belongs to nobody yet.
 */
export interface DeploymentDoc {
  _id: string;
  platformId: string;
  /** The platform's id of it: unique within the platform only. */
  deploymentId: string;
  /** Null while pending. */
  institutionId: string | null;
  state: DeploymentState;
  /** What the platform says about itself, so that an operator knows whom to approve. Never about a person. */
  seenAs: { guid: string | null; name: string | null; product: string | null; version: string | null };
  firstSeenAt: Date;
  lastSeenAt: Date;
  decidedAt: Date | null;
}

const text = { type: String, default: null, maxlength: 255 };
const schema = new Schema<DeploymentDoc>(
  {
    _id: { type: String, required: true },
    platformId: { type: String, required: true },
    deploymentId: { type: String, required: true, maxlength: 255 },
    institutionId: { type: String, default: null },
    state: { type: String, required: true, enum: DEPLOYMENT_STATES },
    seenAs: {
      type: new Schema({ guid: text, name: text, product: text, version: text }, { _id: false }),
      required: true,
    },
    firstSeenAt: { type: Date, required: true },
    lastSeenAt: { type: Date, required: true },
    decidedAt: { type: Date, default: null },
  },
  { collection: 'deployments', strict: 'throw', versionKey: false },
);
schema.index({ platformId: 1, deploymentId: 1 }, { unique: true, name: 'deployment_by_platform' });
schema.index({ institutionId: 1, state: 1 }, { name: 'deployment_by_institution' });

export const DeploymentModel = model<DeploymentDoc>('Deployment', schema);
