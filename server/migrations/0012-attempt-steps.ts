import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

const asSteps = {
  $map: { input: '$partsDone', as: 'done', in: { step: '$$done.part', at: '$$done.at' } },
};
const known = { $ifNull: ['$stepsDone', []] };

/**
 * What an attempt has completed of its module is called a step instead of a part. If both are present, an older version continued
 * after this migration was interrupted: what it marked is added.
 */
export const attemptSteps: Migration = {
  id: '0012-attempt-steps',
  async run() {
    const isNew = { $not: { $in: ['$$one.step', { $ifNull: ['$stepsDone.step', []] }] } };
    const added = { $filter: { input: asSteps, as: 'one', cond: isNew } };
    await mongoose.connection
      .collection('attempts')
      .updateMany({ partsDone: { $exists: true } }, [
        { $set: { stepsDone: { $concatArrays: [known, added] } } },
        { $unset: 'partsDone' },
      ]);
  },
};
