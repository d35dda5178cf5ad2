import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

/** The roles that a session has from its launch are stored under another name. */
export const launchRoles: Migration = {
  id: '0010-launch-roles',
  async run() {
    await mongoose.connection
      .collection('sessions')
      .updateMany(
        { launchHats: { $exists: true }, launchRoles: { $exists: false } },
        { $rename: { launchHats: 'launchRoles' } },
      );
  },
};
