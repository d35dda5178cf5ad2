import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { withDatabase } from '../../scripts/lib/mongod.mjs';
import { connectDatabase, isDatabaseAway } from '../../server/db.ts';

const HEARTBEAT_MS = 2_000;
/** For a heartbeat, a measurement of the round trip, and the limits of both; a pool of the driver's own sets twenty meanwhile. */
const TIMERS_PER_HEARTBEAT = 8;

/** Nothing is written here, so it needs no database of its own. @param options  `name=value`, for the connection string */
function uriWith(...options: string[]): string {
  const uri = withDatabase(process.env['WAYMARK_TEST_MONGODB_URI'] ?? '', 'waymark_test_connection');
  return [uri, ...options].reduce((all, one) => `${all}${all.includes('?') ? '&' : '?'}${one}`);
}

/** Resolves after so many heartbeats of the connection. */
async function heartbeats(times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) await once(mongoose.connection.getClient(), 'serverHeartbeatSucceeded');
}

/** How many timers anybody in this process sets while `work` goes on. */
async function countTimers(work: () => Promise<unknown>): Promise<number> {
  let set = 0;
  const hook = createHook({ init: (_id, type) => void (set += type === 'Timeout' ? 1 : 0) });
  hook.enable();
  await work();
  hook.disable();
  return set;
}

afterEach(() => mongoose.disconnect());

describe('the connection to the database', () => {
  it('wakes a process without work for its heartbeats only, not to look after a pool that has nothing to keep', async () => {
    await connectDatabase(uriWith(`heartbeatFrequencyMS=${HEARTBEAT_MS}`));
    await mongoose.connection.db?.admin().ping();
    await heartbeats(1);

    const timers = await countTimers(() => heartbeats(3));

    expect(timers).toBeLessThan(3 * TIMERS_PER_HEARTBEAT);
  });

  it('keeps as many connections open as the connection string says', async () => {
    const KEPT = 8;
    await connectDatabase(uriWith(`minPoolSize=${KEPT}`));
    const client = mongoose.connection.getClient();

    const last = await new Promise((resolve) =>
      // the pool numbers them
      client.on('connectionReady', ({ connectionId }) => connectionId === KEPT && resolve(connectionId)),
    );

    expect(last).toBe(KEPT);
  });

  it('leaves nothing behind where no database answers in time, and can be made anew', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;

    const error: unknown = await connectDatabase(
      `mongodb://127.0.0.1:${port}/x?serverSelectionTimeoutMS=300&connectTimeoutMS=300`,
    ).catch((fault: unknown) => fault);
    // ends when no connection to it is open
    await new Promise((resolve) => silent.close(resolve));
    await connectDatabase(uriWith());

    expect(isDatabaseAway(error)).toBe(true);
    expect(mongoose.connection.readyState).toBe(mongoose.ConnectionStates.connected);
  });

  it('is closed as a whole by a disconnect, and can be opened again', async () => {
    await connectDatabase(uriWith());
    const first = mongoose.connection.getClient();
    const closed = once(first, 'topologyClosed');

    await mongoose.disconnect();

    await closed;
    expect(mongoose.connection.readyState).toBe(mongoose.ConnectionStates.disconnected);
    await connectDatabase(uriWith());
    expect(await mongoose.connection.db?.admin().ping()).toMatchObject({ ok: 1 });
  });

  it('lets a second one beside it fail, and closes that', async () => {
    await connectDatabase(uriWith());
    const first = mongoose.connection.getClient();

    await expect(connectDatabase(uriWith())).rejects.toThrow('already connected');

    expect(mongoose.connection.getClient()).toBe(first);
    expect(await mongoose.connection.db?.admin().ping()).toMatchObject({ ok: 1 });
  });
});
