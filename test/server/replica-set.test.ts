import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { startReplicaSet, type TestReplicaSet } from '../support/replicaSet.ts';

let set: TestReplicaSet;
let client: mongoose.mongo.MongoClient;
beforeAll(async () => {
  set = await startReplicaSet();
  client = new mongoose.mongo.MongoClient(set.uri('words'), { serverSelectionTimeoutMS: 30_000 });
}, 120_000);
afterAll(async () => {
  await client.close();
  await set.stop();
});

describe('a replica set of three for tests', () => {
  it('loses with its killed primary what only that one had, keeps what a majority had, and takes it back', async () => {
    const words = client.db('words').collection('words');
    await words.insertOne({ word: 'kept' }, { writeConcern: { w: 'majority' } });
    const before = await set.primary();
    for (const other of set.others(before)) await other.failPoint('stopReplProducer', 'alwaysOn');
    await words.insertOne({ word: 'lost' }, { writeConcern: { w: 1 } });

    await before.kill();
    for (const other of set.others(before)) await other.failPoint('stopReplProducer', 'off');
    const after = await set.primary(before);
    await words.insertOne({ word: 'later' }, { writeConcern: { w: 'majority' } });
    await before.restart();

    expect(after.host).not.toBe(before.host);
    const found = await words.find({}).sort({ _id: 1 }).toArray();
    expect(found.map(({ word }) => String(word))).toEqual(['kept', 'later']);
  }, 120_000);

  it('has another primary while one is frozen', async () => {
    const before = await set.primary();

    before.freeze();
    const after = await set.primary(before).finally(() => before.thaw());

    expect(after.host).not.toBe(before.host);
  }, 120_000);
});
