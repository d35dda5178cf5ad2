import { z } from 'zod';
import { LESSON_MS_MAX, type NoteStamp } from '../../../../../contract/observationNotes.ts';

/** The clocks of a device, in milliseconds. */
export interface DeviceClocks {
  /** Only runs forward, from an unknown beginning: `performance.now()`. */
  monotonic(): number;
  /** What the device believes the time to be: `Date.now()`. */
  wall(): number;
}

/** How far the lesson was when it was last stored, for a page that is loaded anew. */
export const ClockMark = z.strictObject({
  elapsedMs: z.number().min(0),
  /** What the device's clock said then. */
  wall: z.number(),
  isEstimated: z.boolean(),
});
export type ClockMark = z.infer<typeof ClockMark>;

/** A device that sleeps may stop its monotonic clock; less than this is the way to the server and back. */
const LAG_MS = 3_000;

/** The time of a lesson since its start. It follows the monotonic clock of the page, which nobody's setting of a clock changes. */
export class LessonClock {
  readonly #clocks: DeviceClocks;
  #base: number;
  #since: number;
  #isEstimated: boolean;

  /** @param mark  where an earlier page stopped; null: the lesson begins now */
  constructor(clocks: DeviceClocks, mark: ClockMark | null) {
    this.#clocks = clocks;
    this.#since = clocks.monotonic();
    this.#base = mark === null ? 0 : mark.elapsedMs + LessonClock.#plausible(clocks.wall() - mark.wall);
    this.#isEstimated = mark !== null;
  }

  /** How long no page was open, as far as the device's clock can be believed. */
  static #plausible(gap: number): number {
    return gap >= 0 && gap <= LESSON_MS_MAX ? gap : 0;
  }

  stamp(): NoteStamp {
    const elapsed = this.#base + this.#clocks.monotonic() - this.#since;
    return { elapsedMs: Math.min(Math.round(elapsed), LESSON_MS_MAX), isEstimated: this.#isEstimated };
  }

  /** What to store with each line, so that a page that is loaded anew goes on from there. */
  mark(): ClockMark {
    return { ...this.stamp(), wall: this.#clocks.wall() };
  }

  /** What the server says: taken over by a page that had to estimate, and after the device has slept. */
  correct(serverElapsedMs: number): void {
    const isBehind = serverElapsedMs - this.stamp().elapsedMs > LAG_MS;
    if (!this.#isEstimated && !isBehind) return;
    this.#base = serverElapsedMs;
    this.#since = this.#clocks.monotonic();
    this.#isEstimated = false;
  }
}
