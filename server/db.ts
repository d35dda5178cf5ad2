import mongoose, { type ClientSession, type Model, type Mongoose } from 'mongoose';

/** A clock that runs with the database's: two processes agree on what is past, whatever their own clocks say. */
export interface Clock {
  now(): Date;
}

/**
 * Connects mongoose with the house's settings: unknown fields and paths throw, indexes come
 * from migrations only.
 */
export async function connectDatabase(uri: string): Promise<Mongoose> {
  mongoose.set({
    strictQuery: 'throw',
    sanitizeFilter: false,
    runValidators: true,
    autoIndex: false,
    autoCreate: false,
  });
  return mongoose.connect(uri, {
    appName: 'waymark',
    serverSelectionTimeoutMS: 10_000,
    maxPoolSize: 50,
    // majority is what "accepted", "submitted" and "approved" promise
    writeConcern: { w: 'majority' },
  });
}

/**
 * Runs `work` in one MongoDB transaction, repeated by the driver on transient faults: so `work` must have no effect outside the
 * session.
 */
export async function inTransaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
  return mongoose.connection.transaction<T>(work, {
    readConcern: { level: 'snapshot' },
    writeConcern: { w: 'majority' },
  });
}

/**
 * Stores one new document as it is: nothing is cast, validated or filled in. For what every launch writes and the compiler has seen
 * whole: `insertMany` makes a bulk write of it, which costs a launch 5 % more.
 */
export async function insertAsIs<T extends { _id: string }>(model: Model<T>, document: T): Promise<void> {
  const collection = model.collection as unknown as { insertOne(document: T): Promise<unknown> };
  await collection.insertOne(document);
}
