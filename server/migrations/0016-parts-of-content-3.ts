import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

/** Parts of drafts, and what they were before. */
const HOLDING_PARTS = ['studioParts', 'studioPartVersions'];

/** Parts of drafts are kept in the newest schema version: they get what modules and requirements have since version 3. */
export const partsOfContent3: Migration = {
  id: '0016-parts-of-content-3',
  async run() {
    for (const name of HOLDING_PARTS) {
      const collection = mongoose.connection.collection(name);
      await collection.updateMany(
        { 'value.type': 'module', 'value.cycles': { $exists: false } },
        { $set: { 'value.cycles': null, 'value.reviewedBy': 'reviewer' } },
      );
      await collection.updateMany(
        { 'value.block.type': 'requirement', 'value.block.visitRecord': { $exists: false } },
        { $set: { 'value.block.visitRecord': false } },
      );
    }
  },
};
