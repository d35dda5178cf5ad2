import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

/**
 * An achievement is awarded once in an enrolment: that of a whole pathway has no attempt. Before this, nobody could choose a track.
 */
export const pathwayAwards: Migration = {
  id: '0017-pathway-awards',
  async run() {
    await mongoose.connection
      .collection('enrolments')
      .updateMany({ tracks: { $exists: false } }, { $set: { tracks: [], leftTracks: [] } });
    await dropIndex('awards', 'award_of_attempt');
    await dropIndex('awards', 'awards_of_enrolment');
  },
};
