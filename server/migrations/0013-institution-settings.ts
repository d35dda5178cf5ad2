import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

/** Every institution whose time zone was never set had this one, which is still the default. */
const DEFAULT = 'UTC';

/** The time zone of an institution is one of its settings, of which only what was set is stored. */
export const institutionSettings: Migration = {
  id: '0013-institution-settings',
  async run() {
    const moved = { $mergeObjects: [{ zone: '$zone' }, '$settings'] };
    await mongoose.connection
      .collection('institutions')
      .updateMany({ zone: { $exists: true } }, [
        { $set: { settings: { $cond: [{ $eq: ['$zone', DEFAULT] }, '$settings', moved] } } },
        { $unset: 'zone' },
      ]);
  },
};
