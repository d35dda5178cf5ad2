import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Person, steps } from './support/person.ts';

/** Enough that every fault that was put in to try it was found. */
const RUNS = 2000;
/** The same runs each time: what they find is the code's fault and not the day's. */
const SEED = 20261127;

describe.each(['texts', 'reviews', 'parts'] as const)('what is typed into %s', (kind) => {
  test.each([
    ['a device that keeps it', false],
    ['no device store', true],
  ])(
    'is always in an editor, on the device or with the server, however saves, answers, faults, conflicts and windows interleave (%s)',
    async (_device, isDiskDenied) => {
      await fc.assert(
        fc.asyncProperty(steps, async (all) => {
          const person = new Person(kind, isDiskDenied);
          for (const step of all) await person.do(step);
          await person.settle();

          for (const { surface } of person.open) {
            // once the network stays and nobody types, it is saved, or the person is asked
            expect(['saved', 'conflict', 'refused']).toContain(surface.state().kind);
            surface.stop();
          }
        }),
        { numRuns: RUNS, seed: SEED },
      );
    },
  );
});
