import { beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { createUpload, patchUpload } from '../bench/files/tusClient.ts';
import { filmBytes } from '../bench/files/content.ts';
import { useArtifacts } from '../bench/files/testApp.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;
const SIZE = 3 * PART;
const artifacts = useArtifacts();

/** One command that the database got. */
interface Told {
  name: string;
  collection: string;
  /** It returns only once a majority holds it. */
  waits: boolean;
}
const told: Told[] = [];

beforeAll(async () => {
  // the same connection once more, with its commands told
  await mongoose.disconnect();
  await mongoose.connect(artifacts.uri(), { monitorCommands: true, writeConcern: { w: 'majority' } });
  mongoose.connection.getClient().on('commandStarted', ({ commandName: name, command }) => {
    const { writeConcern } = command as { writeConcern?: { w?: unknown } };
    const collection = String((command as Record<string, unknown>)[name]);
    // what only a request that takes long does: it keeps its lease, and checks in each second
    const isHeartbeat =
      collection === 'uploadLocks' && name === 'findAndModify' && command['upsert'] !== true;
    const isInterim = name === 'update' && !JSON.stringify(command['updates']).includes('upload.open');
    if (isInterim) return;
    if (!isHeartbeat) told.push({ name, collection, waits: writeConcern?.w === 'majority' });
  });
});

describe('a PATCH of 5 MiB amid an upload', () => {
  it('costs five database commands beside its chunks and its lease, of which one waits for a majority', async () => {
    const app = await artifacts.start();
    const url = `${app.url}${await createUpload(app.url, { size: SIZE })}`;
    const patch = (offset: number) =>
      patchUpload(url, { offset, length: PART, body: filmBytes(SIZE, offset, offset + PART) });
    await patch(0);
    told.length = 0;

    const reply = await patch(PART);

    const used = told.filter(({ name }) => !['hello', 'ping', 'endSessions'].includes(name));
    const chunks = used.filter(({ collection }) => collection === 'artifacts.chunks');
    // letting go of the lease is not waited for: that of this PATCH, or of the one before, may be among them
    const others = used.filter((one) => !chunks.includes(one) && one.name !== 'delete');
    expect(reply.status).toBe(204);
    expect(chunks).toEqual(
      Array.from({ length: 5 }, () => ({ name: 'insert', collection: 'artifacts.chunks', waits: true })),
    );
    expect(
      others.map(({ name, collection, waits }) => `${name} ${collection}${waits ? ', waits' : ''}`),
    ).toEqual([
      'find artifacts',
      'findAndModify uploadLocks',
      'find artifacts',
      'findAndModify artifacts',
      'update artifacts, waits',
    ]);
  });
});
