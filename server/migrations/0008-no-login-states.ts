import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

/**
 * A login travels sealed in its `state` and is stored nowhere; it was a document that lived for ten minutes. A login that was begun before
 * can't be launched any more: the link in the course begins another one.
 */
export const noLoginStates: Migration = {
  id: '0008-no-login-states',
  async run() {
    const stored = await mongoose.connection.listCollections();
    if (stored.some(({ name }) => name === 'loginStates'))
      await mongoose.connection.collection('loginStates').drop();
  },
};
