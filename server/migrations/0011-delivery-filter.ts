import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

/**
 * The filter that shows a delivery is stored under another name. A process that still writes the old name was the last to write,
 * so its value counts.
 */
export const deliveryFilter: Migration = {
  id: '0011-delivery-filter',
  async run() {
    await mongoose.connection
      .collection('deliveries')
      .updateMany({ bucket: { $exists: true } }, { $rename: { bucket: 'filter' } });
    await dropIndex('deliveries', 'delivery_by_bucket');
  },
};
