import mongoose from 'mongoose';
import { strandOf1 } from '../../contract/contentVersion1.ts';
import type { Migration } from './migrations.ts';

/** What says in which schema version its content was written. */
const WRITTEN = ['pathwayVersions', 'modules'];
const IN_A_STRAND = ['pathways', 'pathwayVersions', 'awards'];

/**
 * Everything that was published before there were schema versions was written in the first; its content stays as it is. A strand is
 * stored with its words, since there is no list of all strands any more.
 */
export const contentModel: Migration = {
  id: '0015-content-model',
  async run() {
    const { connection } = mongoose;
    for (const name of WRITTEN) {
      const unmarked = { schemaVersion: { $exists: false } };
      await connection.collection(name).updateMany(unmarked, { $set: { schemaVersion: 1 } });
    }
    for (const name of IN_A_STRAND) {
      const collection = connection.collection(name);
      const keys: unknown[] = await collection.distinct('strand', { strand: { $type: 'string' } });
      for (const key of keys) {
        if (typeof key !== 'string') continue;
        await collection.updateMany({ strand: key }, { $set: { strand: strandOf1(key) } });
      }
    }
  },
};
