import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Source } from '../storage/chunkReader.ts';
import { Refused } from './refusals.ts';

/** Steps after which all other work gets a turn: about a millisecond. */
export const SLICE_STEPS = 500;
/** Steps allowed for one file; the largest legitimate ones take a quarter of it. */
export const STEPS_MAX = 1_000_000;
/** Bytes whose reading counts as one step. */
const BYTES_OF_A_STEP = 8192;

/**
 * The work on one file. Every reader of uploads counts what it does, so that no file occupies the process, however it was made:
 * after a slice the event loop continues, and after all steps the file is refused.
 */
export class Work {
  #steps = 0;
  #slice = 0;

  /**
   * Counts a step, or one that costs as much as `count`. @returns what to await, at the end of a slice. @throws {Refused}
   * too_complex
   */
  step(count = 1): Promise<void> | undefined {
    this.#steps += count;
    if (this.#steps > STEPS_MAX) throw new Refused('too_complex');
    return this.#weigh(count);
  }

  /**
   * Counts bytes that are read once: this is not limited, since a file may have any size. @returns what to await, at the end of a
   * slice
   */
  bytes(count: number): Promise<void> | undefined {
    return this.#weigh(count / BYTES_OF_A_STEP);
  }

  /** Ends a slice: after something that may take a millisecond on its own. */
  turn(): Promise<void> {
    this.#slice = 0;
    return nextTurn();
  }

  #weigh(steps: number): Promise<void> | undefined {
    this.#slice += steps;
    return this.#slice < SLICE_STEPS ? undefined : this.turn();
  }
}

/** A source that counts each read as work. */
export interface PacedSource extends Source {
  readonly work: Work;
}

/**
 * Makes every read of a content a counted step, so that a parser cannot forget it.
 *
 * @param work  for the file that the content is a part of
 */
export function pace(source: Source, work = new Work()): PacedSource {
  return {
    size: source.size,
    work,
    async readAt(position, length) {
      const turn = work.step() ?? work.bytes(length);
      if (turn) await turn;
      return source.readAt(position, length);
    },
    async *stream(start, end) {
      for await (const part of source.stream(start, end)) {
        const turn = work.bytes(part.length);
        if (turn) await turn;
        yield part;
      }
    },
  };
}
