import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** An LTI resource link and what it shows, as its latest launch described it. */
export interface PlacementDoc {
  _id: string;
  institutionId: string;
  platformId: string;
  /** Our id of the deployment that it was last launched from. */
  deploymentId: string;
  /** Null for a link outside any course. */
  contextId: string | null;
  /** `context.id` of the platform, so that a launch finds everything it affects in one read. */
  contextLtiId: string | null;
  /** `resource_link.id`: unique within a course only. */
  resourceLinkId: string;
  title: string | null;
  /** From the item's custom keys; null if the link shows the person's home. */
  pathwayKey: string | null;
  moduleKey: string | null;
  /** `wm_policy` unparsed: see `lti/policy.ts`. */
  policy: string | null;
  /** AGS: this link's own column, from the last launch that named one; null if none did. What launches omit stays. */
  lineItemUrl: string | null;
  lineItemsUrl: string | null;
  scopes: string[];
  claimsHash: string;
  createdAt: Date;
}

const schema = new Schema<PlacementDoc>(
  {
    _id: { type: String, required: true },
    platformId: { type: String, required: true, immutable: true },
    deploymentId: { type: String, required: true },
    contextId: { type: String, default: null },
    contextLtiId: { type: String, default: null, immutable: true },
    resourceLinkId: { type: String, required: true, immutable: true },
    title: { type: String, default: null },
    pathwayKey: { type: String, default: null },
    moduleKey: { type: String, default: null },
    policy: { type: String, default: null },
    lineItemUrl: { type: String, default: null },
    lineItemsUrl: { type: String, default: null },
    scopes: { type: [String], default: [] },
    claimsHash: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'placements', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index(
  { institutionId: 1, platformId: 1, contextLtiId: 1, resourceLinkId: 1 },
  { unique: true, name: 'placement_by_link' },
);
schema.index({ institutionId: 1, contextId: 1, pathwayKey: 1 }, { name: 'placements_of_context' });

export const PlacementModel = model<PlacementDoc>('Placement', schema);
