import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LessonClock } from '../../../client/src/features/observations/notes/lessonClock.ts';

/** The clocks of a device, moved by hand. */
class Clocks {
  mono = 1_000;
  time = Date.parse('2026-11-28T09:00:00Z');
  monotonic = () => this.mono;
  wall = () => this.time;

  /** A page was closed for so long: the next one's monotonic clock begins anew. */
  close(ms: number): void {
    this.mono = 5;
    this.time += ms;
  }
}

const MINUTE = 60_000;

describe('the time of a lesson', () => {
  it('is what the monotonic clock says, whatever the device’s clock is set to meanwhile', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ passes: fc.nat(MINUTE), setTo: fc.integer() })), (moments) => {
        const clocks = new Clocks();
        const clock = new LessonClock(clocks, null);
        let passed = 0;
        for (const { passes, setTo } of moments) {
          passed += passes;
          clocks.mono += passes;
          clocks.time = setTo;

          expect(clock.stamp()).toEqual({ elapsedMs: passed, isEstimated: false });
        }
      }),
    );
  });

  it('goes on after a reload by the device’s clock, and says that it is estimated', () => {
    const clocks = new Clocks();
    const before = new LessonClock(clocks, null);
    clocks.mono += 10 * MINUTE;
    clocks.time += 10 * MINUTE;
    const mark = before.mark();
    clocks.close(2 * MINUTE);

    const after = new LessonClock(clocks, mark);

    expect(after.stamp()).toEqual({ elapsedMs: 12 * MINUTE, isEstimated: true });
  });

  it.each([
    ['back', -3 * 3_600_000],
    ['years ahead', 1e11],
  ])('goes on from where it was if that clock was set %s meanwhile', (_how, ms) => {
    const clocks = new Clocks();
    const mark = { elapsedMs: 10 * MINUTE, wall: clocks.time, isEstimated: false };
    clocks.close(ms);

    expect(new LessonClock(clocks, mark).stamp()).toEqual({ elapsedMs: 10 * MINUTE, isEstimated: true });
  });

  it('is put right by the server after a reload', () => {
    const clocks = new Clocks();
    const clock = new LessonClock(clocks, { elapsedMs: MINUTE, wall: clocks.time, isEstimated: false });

    clock.correct(5 * MINUTE);
    clocks.mono += 1_000;

    expect(clock.stamp()).toEqual({ elapsedMs: 5 * MINUTE + 1_000, isEstimated: false });
  });

  it('follows the server after the device slept, and ignores what is only the way there', () => {
    const clock = new LessonClock(new Clocks(), null);

    clock.correct(500);
    const near = clock.stamp().elapsedMs;
    clock.correct(MINUTE);

    expect([near, clock.stamp().elapsedMs]).toEqual([0, MINUTE]);
  });
});
