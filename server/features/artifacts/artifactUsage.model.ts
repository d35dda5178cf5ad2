import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** Bytes that an institution's artifacts weigh, uploads under way at their announced size. */
export interface ArtifactUsageDoc {
  _id: string;
  institutionId: string;
  bytes: number;
}

const schema = new Schema<ArtifactUsageDoc>(
  { _id: { type: String, required: true }, bytes: { type: Number, required: true } },
  { collection: 'artifactUsage', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1 }, { unique: true, name: 'artifact_usage' });

export const ArtifactUsageModel = model<ArtifactUsageDoc>('ArtifactUsage', schema);
