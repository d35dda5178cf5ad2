import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/**
 * Total size of one person's artifacts; unfinished uploads count with their announced size. One per person and not per
 * institution: what many people do at once must not conflict in one document.
 */
export interface ArtifactUsageDoc {
  /** Institution and person. */
  _id: string;
  institutionId: string;
  personId: string;
  bytes: number;
}

const schema = new Schema<ArtifactUsageDoc>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true },
    bytes: { type: Number, required: true },
  },
  { collection: 'artifactUsage', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
// an institution's sum is read from the index alone
schema.index({ institutionId: 1, bytes: 1 }, { name: 'artifact_usage_sum' });

export const ArtifactUsageModel = model<ArtifactUsageDoc>('ArtifactUsage', schema);
