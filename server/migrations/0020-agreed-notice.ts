import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

/** People say to which notice they agreed: before this was stored, there was the first one only. */
export const agreedNotice: Migration = {
  id: '0020-agreed-notice',
  async run() {
    await mongoose.connection
      .collection('persons')
      .updateMany({ agreedNotice: { $exists: false } }, [
        { $set: { agreedNotice: { $cond: [{ $ifNull: ['$agreedAt', false] }, 1, null] } } },
      ]);
  },
};
