import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

/** Which filter shows a delivery has another name. Whoever still writes the one before was there last, so that it counts. */
export const deliveryFilter: Migration = {
  id: '0011-delivery-filter',
  async run() {
    await mongoose.connection
      .collection('deliveries')
      .updateMany({ bucket: { $exists: true } }, { $rename: { bucket: 'filter' } });
    await dropIndex('deliveries', 'delivery_by_bucket');
  },
};
