import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** Who is working on an upload right now; a lease by the database's clock, which expires if its holder dies. */
export interface UploadLockDoc {
  _id: string;
  institutionId: string;
  holder: string;
  until: Date;
  /** Set by the next in line: the holder ends its request soon. */
  wanted: boolean;
}

const schema = new Schema<UploadLockDoc>(
  {
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    until: { type: Date, required: true },
    wanted: { type: Boolean, required: true },
  },
  { collection: 'uploadLocks', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
// what a killed process left behind
schema.index({ until: 1 }, { expireAfterSeconds: 3600, name: 'upload_lock_expiry' });

export const UploadLockModel = model<UploadLockDoc>('UploadLock', schema);
