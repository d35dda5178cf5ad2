import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

/**
 * Two fields of a delivery are stored under other names. A process that still writes the old ones was the last to write, so its
 * values count.
 */
export const deliveryNames: Migration = {
  id: '0018-delivery-names',
  async run() {
    const deliveries = mongoose.connection.collection('deliveries');
    const names = { stood: 'stateBefore', lookedAt: 'comparisonAt' };
    // one write: a delivery is never without its previous state
    await deliveries.updateMany(
      { $or: Object.keys(names).map((name) => ({ [name]: { $exists: true } })) },
      { $rename: names },
    );
    await dropIndex('deliveries', 'delivery_by_look');
  },
};
