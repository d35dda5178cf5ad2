import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

/**
 * A login is sealed in its `state` and stored nowhere; it used to be a document that lived for ten minutes. A login that was
 * started before can no longer be launched: the link in the course starts another one.
 */
export const noLoginStates: Migration = {
  id: '0008-no-login-states',
  async run() {
    const stored = await mongoose.connection.listCollections();
    if (stored.some(({ name }) => name === 'loginStates'))
      await mongoose.connection.collection('loginStates').drop();
  },
};
