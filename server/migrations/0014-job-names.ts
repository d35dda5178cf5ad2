import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

const FORMER_NAMES = ['deliveries.net', 'deliveries.looks'];

/**
 * Two periodic jobs have new names. Every process creates the entries of its jobs when it starts; one that no job claims any more
 * would count as overdue forever.
 */
export const jobNames: Migration = {
  id: '0014-job-names',
  async run() {
    await mongoose.connection
      .collection<{ _id: string }>('repeatedJobs')
      .deleteMany({ _id: { $in: FORMER_NAMES } });
  },
};
