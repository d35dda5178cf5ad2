import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  compareResult,
  inPoints,
  showsScore,
  type Finding,
} from '../../server/features/grades/comparison/compare.ts';

const of = (given: number, maximum: number) => ({ given, maximum });
const shown = (score: number | null, maximum: number | null = null) => ({ score, maximum });

describe('what stands in the LMS beside what we sent', () => {
  interface Case {
    result: ReturnType<typeof shown>;
    sent?: ReturnType<typeof of> | null;
    wanted?: ReturnType<typeof of>;
    doubts?: ReturnType<typeof of>[];
    lmsMaximum?: number | null;
    is: Finding;
  }
  const cases: Record<string, Case> = {
    'ours, as sent': { result: shown(3, 10), is: 'as_we_left_it' },
    'the newer one, there already': { result: shown(6, 10), is: 'arrived' },
    'points changed from 10 to 20, not rescaled': { result: shown(3, 20), is: 'as_we_left_it' },
    'points changed from 10 to 20, rescaled': { result: shown(6, 20), is: 'as_we_left_it' },
    'points changed from 20 to 10, not rescaled': {
      result: shown(6, 10),
      sent: of(6, 20),
      wanted: of(10, 20),
      is: 'as_we_left_it',
    },
    'points changed from 100 to 50, not rescaled': {
      result: shown(30, 50),
      wanted: of(7, 10),
      lmsMaximum: 100,
      is: 'as_we_left_it',
    },
    'points changed below ours, cut to all there are': { result: shown(2, 2), is: 'as_we_left_it' },
    'points changed, and a person entered another grade': { result: shown(11, 20), is: 'changed' },
    'a column that always had 100 points, where a person entered 3': {
      result: shown(3, 100),
      lmsMaximum: 100,
      is: 'changed',
    },
    'the newer one, in other points': { result: shown(12, 20), is: 'arrived' },
    'points that only look like the newer one': { result: shown(6, 20), sent: of(1, 10), is: 'changed' },
    'another grade': { result: shown(4, 10), is: 'changed' },
    'thirds of a whole': { result: shown(2.33, 7), sent: of(1, 3), wanted: of(3, 3), is: 'as_we_left_it' },
    'no maximum, in our points': { result: shown(3), is: 'as_we_left_it' },
    'no maximum, so of 1': { result: shown(0.3), is: 'as_we_left_it' },
    'a column without points, emptied by that': { result: shown(0, 0), is: 'as_we_left_it' },
    'a column without points, showing what was sent': { result: shown(3, 0), is: 'as_we_left_it' },
    'a column without points, showing the newer one': { result: shown(6, 0), is: 'arrived' },
    'a column without points, with another grade': { result: shown(4, 0), is: 'changed' },
    'one that may have arrived': {
      result: shown(5, 10),
      sent: null,
      doubts: [of(5, 10)],
      is: 'as_we_left_it',
    },
    'nothing, and nothing was': { result: shown(null), sent: null, is: 'empty' },
    'nothing, where ours was': { result: shown(null, 10), is: 'cleared' },
    'nothing, where a 0 of ours was': { result: shown(null), sent: of(0, 10), is: 'as_we_left_it' },
  };
  test.each(Object.entries(cases))('%s', (_name, { result, is, ...known }) => {
    const before = { wanted: of(6, 10), sent: of(3, 10), doubts: [], ...known };

    expect(compareResult(result, before)).toBe(is);
  });

  const points = fc.oneof(
    fc.constantFrom(0, 1, 10, 20, 100),
    fc.double({ min: 0.01, max: 1000, noNaN: true }),
  );
  const score = fc
    .tuple(points, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([maximum, part]) => of(maximum * part, maximum));

  test('what the LMS makes of a score, rescaled or left, is never taken for somebody’s change', () => {
    fc.assert(
      fc.property(score, points, points, fc.boolean(), (sent, then, now, isRescaled) => {
        const given = inPoints(sent, then) ?? sent.given;
        const left = isRescaled ? (inPoints(sent, now) ?? 0) : given;
        const known = { wanted: sent, sent, doubts: [], lmsMaximum: then > 0 ? then : null };
        // only a column of as many points as ours is known without looking
        fc.pre(then > 0 && sent.maximum > 0);

        expect(compareResult(shown(left, now), known)).not.toMatch(/changed|cleared/u);
      }),
    );
  });

  test('no number that an LMS sends makes a ratio of nothing', () => {
    const any = fc.oneof(points, fc.constantFrom(null, 0, -1, 1e308, 5e-324));
    fc.assert(
      fc.property(score, score, fc.tuple(any, any, any), (wanted, sent, [value, maximum, lmsMaximum]) => {
        const finding = compareResult(shown(value, maximum), { wanted, sent, doubts: [sent], lmsMaximum });

        expect(['arrived', 'as_we_left_it', 'empty', 'changed', 'cleared']).toContain(finding);
        expect(typeof showsScore(shown(value, maximum), wanted)).toBe('boolean');
        expect(inPoints(wanted, maximum ?? 0)).not.toBeNaN();
      }),
    );
  });
});
