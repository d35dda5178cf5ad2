import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { type mongo } from 'mongoose';
import { connectDatabase, inTransaction, isDatabaseAway } from '../../server/db.ts';
import { connectTestDatabase, type TestDatabase } from '../support/database.ts';

/** More than the buffers of a connection hold: its writer has to wait. */
const LARGE_BYTES = 14 * 1024 * 1024;
/** No command but a large one sends so much. */
const BREAK_AFTER_BYTES = 256 * 1024;

type Break = (fromClient: Socket) => void;
/** Each way in which the other end goes away. */
const BREAKS: [string, Break][] = [
  ['is reset', (fromClient) => void fromClient.resetAndDestroy()],
  ['is closed by the end of its process', (fromClient) => void fromClient.destroy()],
];

let database: TestDatabase;
let stopRelay = (): Promise<void> => Promise.resolve();
/** What happens to the next connections on which a large command is under way, in order. */
const next: Break[] = [];

/** Between the driver and mongod; takes away connections while a command is still being written. */
async function startRelay(target: { host: string; port: number }): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (fromClient) => {
    const toServer = connect(target);
    let read = 0;
    fromClient.on('data', (chunk) => {
      read += chunk.length;
      const broken = read > BREAK_AFTER_BYTES ? next.shift() : undefined;
      if (broken) {
        fromClient.pause();
        toServer.destroy();
        broken(fromClient);
      } else if (!toServer.destroyed) toServer.write(chunk);
    });
    toServer.on('data', (chunk) => fromClient.write(chunk));
    for (const [socket, other] of [
      [fromClient, toServer],
      [toServer, fromClient],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
      socket.on('end', () => other.end());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stopRelay = async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  database = await connectTestDatabase();
  const direct = new URL(database.uri.replace('mongodb://', 'http://'));
  const port = await startRelay({ host: direct.hostname, port: Number(direct.port) });
  await connectDatabase(`mongodb://127.0.0.1:${port}/${database.dbName}?directConnection=true`);
  await largeDocuments().insertOne({ _id: randomUUID(), text: '' });
});
afterAll(async () => {
  await mongoose.disconnect();
  await stopRelay();
  await database.close();
});

interface LargeDocument {
  _id: string;
  text: string;
}
const largeDocuments = (): mongo.Collection<LargeDocument> =>
  mongoose.connection.collection('largeDocuments') as never;
const makeLarge = (): LargeDocument => ({ _id: randomUUID(), text: 'x'.repeat(LARGE_BYTES) });

describe.each(BREAKS)(
  'a connection to the database that %s while a command is being written',
  (_how, broken) => {
    it('is a database that is away, not a fault of ours', async () => {
      next.push(broken, broken, broken);

      const thrown: unknown = await largeDocuments()
        .insertOne(makeLarge())
        .catch((error: unknown) => error);
      next.length = 0;

      expect({ thrown: String(thrown), away: isDatabaseAway(thrown) }).toMatchObject({ away: true });
    });

    it('makes a transaction begin anew, whose work is stored once', async () => {
      const document = makeLarge();
      let begun = 0;
      next.push(broken);

      await inTransaction(async (tx) => {
        begun += 1;
        await largeDocuments().insertOne(document, { session: tx });
      });

      expect(begun).toBe(2);
      expect(await largeDocuments().countDocuments({ _id: document._id })).toBe(1);
    });
  },
);
