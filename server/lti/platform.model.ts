import { model, Schema } from 'mongoose';
import { PlatformFamily } from '../../contract/common.ts';

/**
 * One registration of an LMS: issuer and client id. Untenanted, since Canvas and Schoology share an issuer (Schoology a client id
 * too) among all their customers: the deployment determines the institution.
 */
export interface PlatformDoc {
  _id: string;
  issuer: string;
  clientId: string;
  /** OIDC authorization endpoint; platform storage listens on its origin. */
  authUrl: string;
  tokenUrl: string;
  /** `aud` of the client assertion if it is not the token URL (Brightspace). */
  tokenAudience: string | null;
  jwksUrl: string;
  family: PlatformFamily;
  /** As people see it. */
  name: string;
  /** Source of the name; `make`: nobody has named it yet, and it has the name of the LMS product ("Moodle"). */
  nameFrom: 'make' | 'platform' | 'operator';
  /** Origins an admin added: hosts that frame us and are neither issuer nor authorization endpoint. */
  addedOrigins: string[];
  /** Set if a one-time invite registered it, and unset for a registration entered by hand. */
  inviteId: string | null;
  /** Institution that the invite was created for. */
  institutionIdOnRegistration: string | null;
  /** Later deployments of this client id are assigned to that institution at once; never for shared or hand-entered ones. */
  autoApprove: boolean;
  state: 'active' | 'disabled';
  createdAt: Date;
}

const schema = new Schema<PlatformDoc>(
  {
    _id: { type: String, required: true },
    issuer: { type: String, required: true, maxlength: 2000 },
    clientId: { type: String, required: true, maxlength: 255 },
    authUrl: { type: String, required: true, maxlength: 2000 },
    tokenUrl: { type: String, required: true, maxlength: 2000 },
    tokenAudience: { type: String, default: null },
    jwksUrl: { type: String, required: true, maxlength: 2000 },
    family: { type: String, required: true, enum: PlatformFamily.options },
    name: { type: String, required: true, maxlength: 255 },
    nameFrom: { type: String, default: 'operator', enum: ['make', 'platform', 'operator'] },
    addedOrigins: { type: [String], default: [] },
    inviteId: { type: String, default: null },
    institutionIdOnRegistration: { type: String, default: null },
    autoApprove: { type: Boolean, default: false },
    state: { type: String, required: true, enum: ['active', 'disabled'] },
    createdAt: { type: Date, required: true },
  },
  { collection: 'platforms', strict: 'throw', versionKey: false },
);
schema.index({ issuer: 1, clientId: 1 }, { unique: true, name: 'platform_by_issuer_and_client' });

export const PlatformModel = model<PlatformDoc>('Platform', schema);
