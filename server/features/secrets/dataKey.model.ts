import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** An institution's own data key, wrapped by SECRET_KEYS. Deleting it makes everything encrypted with it unreadable for good. */
export interface DataKeyDoc {
  _id: string;
  institutionId: string;
  /** The newest one encrypts; older ones still decrypt. */
  n: number;
  wrapped: string;
  createdAt: Date;
}

const schema = new Schema<DataKeyDoc>(
  {
    _id: { type: String, required: true },
    n: { type: Number, required: true, immutable: true },
    wrapped: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'dataKeys', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
// two simultaneous first uses create one key
schema.index({ institutionId: 1, n: 1 }, { unique: true, name: 'data_key_by_number' });

export const DataKeyModel = model<DataKeyDoc>('DataKey', schema);
