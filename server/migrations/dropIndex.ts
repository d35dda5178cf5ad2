import mongoose from 'mongoose';

/** Drops an index that another one replaces; does nothing if a database never had it. */
export async function dropIndex(collection: string, name: string): Promise<void> {
  const stored = mongoose.connection.collection(collection);
  const indexes = await stored.indexes();
  if (indexes.some((index) => index.name === name)) await stored.dropIndex(name);
}
