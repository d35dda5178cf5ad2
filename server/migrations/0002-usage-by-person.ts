import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

interface Usage {
  _id: string;
  institutionId: string;
  personId: string;
  bytes: number;
}

/** The total size of files was one counter per institution, in which all its people conflicted; now there is one per person. */
export const usageByPerson: Migration = {
  id: '0002-usage-by-person',
  async run() {
    const { db } = mongoose.connection;
    if (!db) throw new Error('the database is not connected');
    const usage = db.collection<Usage>('artifactUsage');
    // unique per institution: it would allow only one of its people to have a counter
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
