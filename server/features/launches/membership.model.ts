import { createHash } from 'node:crypto';
import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** A person in a course, with the roles of their latest launch there. Rights come from the launch itself, never from here. */
export interface MembershipDoc {
  _id: string;
  institutionId: string;
  /** `membershipKey`: found by what a launch says, before our own ids are known. */
  launchKey: string;
  personId: string;
  contextId: string;
  /** Recognised `membership#` roles, in short form. */
  roles: string[];
  practice: boolean;
  claimsHash: string;
  createdAt: Date;
}

/** One key for (platform, course, person) in the platform's own ids; none of them can be read from it. */
export function membershipKey(platformId: string, contextLtiId: string, sub: string): string {
  return createHash('sha256')
    .update(JSON.stringify([platformId, contextLtiId, sub]))
    .digest('base64url');
}

const schema = new Schema<MembershipDoc>(
  {
    _id: { type: String, required: true },
    launchKey: { type: String, required: true, immutable: true },
    personId: { type: String, required: true, immutable: true },
    contextId: { type: String, required: true, immutable: true },
    roles: { type: [String], default: [] },
    practice: { type: Boolean, default: false },
    claimsHash: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'memberships', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, launchKey: 1 }, { unique: true, name: 'membership_by_launch_key' });
schema.index(
  { institutionId: 1, contextId: 1, personId: 1 },
  { unique: true, name: 'membership_of_context' },
);
schema.index({ institutionId: 1, contextId: 1, roles: 1 }, { name: 'memberships_by_role' });
schema.index({ institutionId: 1, personId: 1 }, { name: 'memberships_of_person' });

export const MembershipModel = model<MembershipDoc>('Membership', schema);
