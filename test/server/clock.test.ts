import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import mongoose from 'mongoose';
import {
  chooseOffset,
  startDatabaseClock,
  type ClockSample,
  type DatabaseClock,
} from '../../server/databaseClock.ts';
import { useServices } from '../support/services.ts';

useServices();
const open: DatabaseClock[] = [];
afterEach(() => open.splice(0).forEach((clock) => clock.stop()));

/** A process and a database whose times a test sets; `roundTrips` are what the next samples take, in ms. */
async function scene(given: { roundTrips: number[]; aheadMs?: number }) {
  const state = { monotonic: 1_000, wall: 1_000, database: 1_800_000_000_000, roundTrips: given.roundTrips };
  const pass = (ms: number): void => {
    state.monotonic += ms;
    state.wall += ms;
    state.database += ms;
  };
  let asked = 0;
  const sample = async (): Promise<ClockSample> => {
    asked += 1;
    const roundTripMs = state.roundTrips.shift() ?? 2;
    const before = state.monotonic;
    // it waits on its way there, and is answered at the end
    pass(roundTripMs);
    return Promise.resolve({
      offsetMs: state.database - (before + state.monotonic) / 2,
      roundTripMs,
    });
  };
  const clock = await startDatabaseClock(mongoose, {
    sample,
    monotonic: () => state.monotonic,
    wall: () => state.wall,
  });
  open.push(clock);
  const wrongMs = (): number => clock.now().getTime() - state.database;
  return { state, clock, pass, wrongMs, asked: () => asked };
}

describe("a process's clock", () => {
  it('goes by the shortest of several round trips, not by the one that waited', async () => {
    const { wrongMs } = await scene({ roundTrips: [6_000, 900, 4, 3_000, 700] });

    expect(Math.abs(wrongMs())).toBeLessThanOrEqual(2);
  });

  it('does not run ahead after an outage in which every question waited for seconds', async () => {
    const { state, clock, wrongMs } = await scene({ roundTrips: [] });
    state.roundTrips = [9_000, 12_000, 8_000, 11_000, 10_000];

    await clock.measure();

    expect(Math.abs(wrongMs())).toBeLessThanOrEqual(2);
  });

  it('asks once where a short round trip says again what is known, and more often where it says something else', async () => {
    const { state, clock, pass, wrongMs, asked } = await scene({ roundTrips: [] });
    pass(60_000);
    const before = asked();

    await clock.measure();
    const agreeing = asked() - before;
    pass(60_000);
    state.database += 5_000;
    await clock.measure();
    const contradicting = asked() - before - agreeing;

    expect(agreeing).toBe(1);
    expect(contradicting).toBeGreaterThan(3);
    expect(Math.abs(wrongMs())).toBeLessThanOrEqual(2);
  });

  it('asks on until a round trip is short, and is then as right as that one', async () => {
    const { state, clock, pass, asked } = await scene({ roundTrips: [] });
    pass(3600_000);
    const before = asked();
    state.roundTrips = [400, 90, 4, 4, 4];

    await clock.measure();

    expect(asked() - before).toBe(3);
    expect(clock.uncertaintyMs()).toBeLessThan(2.1);
  });

  it('says how wrong it may be, and more so the longer nothing good came', async () => {
    const { clock, pass } = await scene({ roundTrips: [4, 4, 4, 4, 4] });
    const at = clock.uncertaintyMs();

    pass(3600_000);

    expect(at).toBe(2);
    expect(clock.uncertaintyMs()).toBeGreaterThan(700);
  });

  it('is at most half its shortest round trip wrong, whatever the round trips are', async () => {
    const trips = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 15, maxLength: 15 });

    await fc.assert(
      fc.asyncProperty(trips, async (roundTrips) => {
        const shortest = Math.min(...roundTrips);
        const { wrongMs } = await scene({ roundTrips: [...roundTrips].sort((a, b) => a - b) });

        expect(Math.abs(wrongMs())).toBeLessThanOrEqual(shortest / 2 + 1);
      }),
    );
  });

  it('does not move with the wall clock of its host, and asks anew when that was set', async () => {
    const { state, clock, wrongMs } = await scene({ roundTrips: [] });

    state.wall -= 7 * 60_000;
    const atOnce = wrongMs();
    // the host slept: monotonic time stood still
    state.wall += 3600_000;
    state.database += 3600_000;
    clock.now();
    await clock.measure();

    expect(Math.abs(atOnce)).toBeLessThanOrEqual(2);
    expect(Math.abs(wrongMs())).toBeLessThanOrEqual(2);
  });

  it('follows a new primary whose clock is another, even where the old one was known better', () => {
    const known = { offsetMs: 1_000, uncertaintyMs: 0.5 };

    const chosen = chooseOffset(known, [{ offsetMs: 6_000, roundTripMs: 40 }]);

    expect(chosen).toEqual({ offsetMs: 6_000, uncertaintyMs: 20 });
  });

  it('tells the time of the database that it is connected to', async () => {
    const clock = await startDatabaseClock(mongoose);
    open.push(clock);

    const [stored] = await mongoose.connection
      .collection('migrations')
      .aggregate<{ now: Date }>([{ $limit: 1 }, { $project: { now: '$$NOW' } }])
      .toArray();

    const apartMs = Math.abs(clock.now().getTime() - (stored?.now.getTime() ?? 0));
    expect(apartMs).toBeLessThan(1_000);
    expect(clock.uncertaintyMs()).toBeLessThan(500);
  });
});
