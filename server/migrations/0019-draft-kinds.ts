import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

/** Drafts were of pathways only, and named their content so. */
export const draftKinds: Migration = {
  id: '0019-draft-kinds',
  async run() {
    await mongoose.connection
      .collection('studioDrafts')
      .updateMany(
        { pathwayKey: { $exists: true } },
        { $rename: { pathwayKey: 'contentKey' }, $set: { kind: 'pathway' } },
      );
    await dropIndex('studioDrafts', 'one_open_draft');
  },
};
