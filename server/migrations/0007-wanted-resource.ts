import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

/** What this change reads of a column. */
interface Column {
  _id: string;
  institutionId: string;
  resourceId: string;
}

/** A wanted score records what its link showed: if the link shows something else by now, the score is calculated again. */
export const wantedResource: Migration = {
  id: '0007-wanted-resource',
  async run() {
    const deliveries = mongoose.connection.collection('deliveries');
    const columns = mongoose.connection.collection<Column>('columns').find({});
    for await (const { _id: columnId, institutionId, resourceId } of columns) {
      const open = { institutionId, columnId, 'wanted.resourceId': { $exists: false } };
      await deliveries.updateMany(open, { $set: { 'wanted.resourceId': resourceId } });
    }
  },
};
