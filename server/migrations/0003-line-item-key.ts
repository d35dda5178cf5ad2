import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import { lineItemKeyOf } from '../features/grades/columns/lineItemKey.ts';

/** What this change reads of a column. */
interface Column {
  _id: string;
  institutionId: string;
  lineItemUrl: string;
}

const DUPLICATE = 11_000;

/**
 * Columns are identified by their line item instead of its URL. If two links of a course name one line item by two URLs, the one
 * that was bound last keeps it; the other one waits for a launch, which moves its scores to that column, or for an admin.
 */
export const lineItemKey: Migration = {
  id: '0003-line-item-key',
  async run() {
    const columns = mongoose.connection.collection<Column>('columns');
    const open = columns.find({ lineItemUrl: { $exists: true }, lineItemKey: { $exists: false } });
    for await (const { _id, lineItemUrl } of open.sort({ changedAt: -1, _id: 1 })) {
      try {
        await columns.updateOne({ _id, lineItemUrl }, { $set: { lineItemKey: lineItemKeyOf(lineItemUrl) } });
      } catch (error) {
        if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== DUPLICATE) throw error;
        const unbound = { $set: { state: 'unbound' }, $unset: { lineItemUrl: 1 as const } };
        await columns.updateOne({ _id, lineItemUrl }, unbound);
      }
    }
  },
};
