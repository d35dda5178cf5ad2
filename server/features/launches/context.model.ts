import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** An LMS course, as its latest launch described it. */
export interface ContextDoc {
  _id: string;
  institutionId: string;
  platformId: string;
  /** Our id of the deployment that it was last launched from. */
  deploymentId: string;
  /** `context.id` of the platform. */
  ltiId: string;
  label: string | null;
  title: string | null;
  /** AGS container of the course, from the last launch that had one; null if none had. */
  lineItemsUrl: string | null;
  /** AGS scopes that launches have offered. */
  scopes: string[];
  /** NRPS, from the last launch that had it; null if none had. */
  membershipsUrl: string | null;
  /** Courses that this one was copied from, newest first (`$Context.id.history`), as far as the LMS reports them. */
  history: string[];
  claimsHash: string;
  createdAt: Date;
}

const schema = new Schema<ContextDoc>(
  {
    _id: { type: String, required: true },
    platformId: { type: String, required: true, immutable: true },
    deploymentId: { type: String, required: true },
    ltiId: { type: String, required: true, immutable: true },
    label: { type: String, default: null },
    title: { type: String, default: null },
    lineItemsUrl: { type: String, default: null },
    scopes: { type: [String], default: [] },
    membershipsUrl: { type: String, default: null },
    history: { type: [String], default: [] },
    claimsHash: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'contexts', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, platformId: 1, ltiId: 1 }, { unique: true, name: 'context_by_lti_id' });
schema.index({ institutionId: 1, createdAt: -1 }, { name: 'contexts_by_age' });

export const ContextModel = model<ContextDoc>('Context', schema);
