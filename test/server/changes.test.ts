import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { type mongo } from 'mongoose';
import { pino } from 'pino';
import { listenForChanges, type ChangeListener, type Subscription } from '../../server/changes.ts';
import { connectDatabase } from '../../server/db.ts';
import { connectTestDatabase } from '../support/database.ts';

interface Opened {
  aggregate?: string;
  pipeline?: Record<string, unknown>[];
}

const log = pino({ level: 'silent' });
const listening: Subscription[] = [];
let opened = 0;
let end = (): Promise<void> => Promise.resolve();

beforeAll(async () => {
  const database = await connectTestDatabase();
  const sign = database.uri.includes('?') ? '&' : '?';
  await connectDatabase(`${database.uri}${sign}monitorCommands=true`);
  mongoose.connection.getClient().on('commandStarted', ({ command }) => {
    if ((command as Opened).pipeline?.[0]?.['$changeStream']) opened += 1;
  });
  end = async () => {
    await mongoose.disconnect();
    await database.close();
  };
});
afterAll(() => end());
afterEach(async () => {
  await Promise.all(listening.splice(0).map((one) => one.stop()));
  opened = 0;
});

const birds = (): mongo.Collection => mongoose.connection.collection('birds');
const fish = (): mongo.Collection => mongoose.connection.collection('fish');

/** Listens to what is put into some collection. */
function listen(collection: string, how: Partial<ChangeListener> = {}) {
  const heard: unknown[] = [];
  let [opens, hear] = [0, (): void => undefined];
  const one = listenForChanges(
    {
      of: `new ${collection}`,
      watched: { [collection]: { operationType: 'insert' } },
      fields: ['fullDocument.name'],
      onOpen: () => {
        opens += 1;
        hear();
      },
      onChange: (event) => {
        heard.push((event as { fullDocument?: { name?: unknown } }).fullDocument?.name);
        hear();
      },
      ...how,
    },
    log,
  );
  listening.push(one);
  const until = async (is: () => boolean): Promise<void> => {
    while (!is()) await new Promise<void>((resolve) => (hear = resolve));
  };
  return { ...one, heard, opens: () => opens, opened: (times: number) => until(() => opens >= times), until };
}

describe('listening for changes', () => {
  it('opens one change stream for all of a process, each of whom hears what it asked for', async () => {
    const [ofBirds, ofFish] = [listen('birds'), listen('fish')];
    await Promise.all([ofBirds.opened(1), ofFish.opened(1)]);

    await birds().insertOne({ name: 'wren' });
    await fish().insertOne({ name: 'tench' });
    await birds().insertOne({ name: 'robin' });

    await Promise.all([
      ofBirds.until(() => ofBirds.heard.length === 2),
      ofFish.until(() => ofFish.heard.length === 1),
    ]);
    expect(opened).toBe(1);
    expect([ofBirds.heard, ofFish.heard]).toEqual([['wren', 'robin'], ['tench']]);
  });

  it('does not tell what nobody asked for, nor more of it than they read', async () => {
    const events: unknown[] = [];
    const onChange: ChangeListener['onChange'] = (event) => {
      events.push(event);
      if (events.length === 2) last();
    };
    let last = (): void => undefined;
    const bothTold = new Promise<void>((resolve) => (last = resolve));
    const ofBirds = listen('birds', { onChange });
    await ofBirds.opened(1);

    await birds().insertOne({ name: 'wren', weightG: 9 });
    await birds().updateOne({ name: 'wren' }, { $set: { name: 'goldcrest' } });
    await fish().insertOne({ name: 'tench' });
    await birds().insertOne({ name: 'robin', weightG: 18 });

    await bothTold;
    expect(events).toEqual(
      ['wren', 'robin'].map((name) => ({
        _id: expect.anything(),
        ns: { coll: 'birds' },
        fullDocument: { name },
      })),
    );
  });

  it('has everybody look for what they missed when somebody joins who listens to something else', async () => {
    const ofBirds = listen('birds');
    await ofBirds.opened(1);

    const ofFish = listen('fish');
    const isOpenAtOnce = ofFish.isOpen();
    await Promise.all([ofBirds.opened(2), ofFish.opened(1)]);

    await fish().insertOne({ name: 'tench' });
    await birds().insertOne({ name: 'wren' });
    await Promise.all([
      ofBirds.until(() => ofBirds.heard.length === 1),
      ofFish.until(() => ofFish.heard.length === 1),
    ]);
    expect(isOpenAtOnce).toBe(false);
    expect(opened).toBe(2);
  });

  it('needs no other stream for who listens to the same, and tells them that listening has begun', async () => {
    const first = listen('birds');
    await first.opened(1);

    const second = listen('birds');
    await second.opened(1);

    await birds().insertOne({ name: 'wren' });
    await Promise.all([first, second].map((one) => one.until(() => one.heard.length === 1)));
    expect({ opened, opens: first.opens() }).toEqual({ opened: 1, opens: 1 });
  });

  it('tells nothing to who has stopped, while others go on', async () => {
    const [ofBirds, ofFish] = [listen('birds'), listen('fish')];
    await Promise.all([ofBirds.opened(1), ofFish.opened(1)]);

    await ofFish.stop();
    await fish().insertOne({ name: 'tench' });
    await birds().insertOne({ name: 'wren' });

    await ofBirds.until(() => ofBirds.heard.length === 1);
    expect(ofFish.heard).toEqual([]);
    expect(ofFish.isOpen()).toBe(false);
  });

  it('ends the stream when the last one has stopped, and begins anew with the next', async () => {
    const first = listen('birds');
    await first.opened(1);
    await first.stop();

    await birds().insertOne({ name: 'wren' });
    const second = listen('birds');
    await second.opened(1);
    await birds().insertOne({ name: 'robin' });

    await second.until(() => second.heard.length === 1);
    expect({ first: first.heard, second: second.heard }).toEqual({ first: [], second: ['robin'] });
    expect(opened).toBe(2);
  });

  it('comes back after the database has ended the stream, and has everybody look for what they missed', async () => {
    const [ofBirds, ofFish] = [listen('birds'), listen('fish')];
    await Promise.all([ofBirds.opened(1), ofFish.opened(1)]);

    await mongoose.connection.db?.dropDatabase();
    await Promise.all([ofBirds.opened(2), ofFish.opened(2)]);

    await birds().insertOne({ name: 'wren' });
    await ofBirds.until(() => ofBirds.heard.length === 1);
    expect([ofBirds.isOpen(), ofFish.isOpen()]).toEqual([true, true]);
  });

  it('refuses two who ask for different changes of one collection', async () => {
    const ofBirds = listen('birds');
    await ofBirds.opened(1);

    const join = (): unknown => listen('birds', { of: 'birds that moved' });

    expect(join).toThrow('listen to the same collection');
  });
});
