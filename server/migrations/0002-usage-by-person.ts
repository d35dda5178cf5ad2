import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

interface Usage {
  _id: string;
  institutionId: string;
  personId: string;
  bytes: number;
}

/** What files weigh was one counter for an institution, in which all its people met; now it is one for each person. */
export const usageByPerson: Migration = {
  id: '0002-usage-by-person',
  async run() {
    const { db } = mongoose.connection;
    if (!db) throw new Error('the database is not connected');
    const usage = db.collection<Usage>('artifactUsage');
    // unique over institutions: it would let only one of its people have a counter
    await dropIndex('artifactUsage', 'artifact_usage');
    const weighed = db
      .collection('artifacts')
      .aggregate<{ _id: { institutionId: string; personId: string }; bytes: number }>(
        [
          { $match: { removedAt: null } },
          {
            $group: {
              _id: { institutionId: '$institutionId', personId: '$personId' },
              bytes: { $sum: '$counted' },
            },
          },
        ],
        { allowDiskUse: true },
      );
    for await (const { _id, bytes } of weighed) {
      const { institutionId, personId } = _id;
      await usage.updateOne(
        { _id: `${institutionId}:${personId}` },
        { $set: { institutionId, personId, bytes } },
        { upsert: true },
      );
    }
    await usage.deleteMany({ personId: { $exists: false } });
  },
};
