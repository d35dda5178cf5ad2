import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DELIVERY_REASONS, DELIVERY_STATES } from '../../contract/states.ts';
import { actionsFor, filterOf } from '../../server/features/grades/deliveries/deliveryFilters.ts';
import { transitionFor } from '../../server/features/grades/deliveries/adminActions.ts';
import { compareResult, showsScore } from '../../server/features/grades/comparison/compare.ts';
import type { WantedScore } from '../../server/features/grades/deliveries/delivery.model.ts';
import { RULE_VERSIONS, score } from '../../server/features/grades/columns/scoreRule.ts';
import { lanePauseMs, retryDelayMs } from '../../server/features/grades/worker/backoff.ts';
import { commentFor } from '../../server/features/grades/worker/deliver.ts';
import { chooseLineItem } from '../../server/features/grades/columns/findLineItem.ts';

const anyProgress = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 30 }))
  .map(([a, all]) => ({ approved: Math.min(a, all), all }));

describe('a score', () => {
  test.each([
    [{ approved: 1, all: 1 }, 'approved@1', 10, 10],
    [{ approved: 2, all: 3 }, 'approved@1', 10, 0],
    [{ approved: 1, all: 3 }, 'share@1', 10, 3],
    [{ approved: 2, all: 3 }, 'share@1', 10, 6],
    [{ approved: 3, all: 3 }, 'share@1', 10, 10],
    [{ approved: 1, all: 20 }, 'share@1', 10, 0],
    [{ approved: 0, all: 0 }, 'approved@1', 10, 0],
  ] as const)('of %j by %s of %i points is %i', (progress, rule, points, expected) => {
    expect(score(progress, rule, points)).toBe(expected);
  });

  test('is a whole number from 0 to the points, full exactly when all is approved, and never falls with progress', () => {
    fc.assert(
      fc.property(
        anyProgress,
        fc.constantFrom(...RULE_VERSIONS),
        fc.integer({ min: 1, max: 100 }),
        (progress, rule, points) => {
          const now = score(progress, rule, points);
          const { approved, all } = progress;
          const next = score({ approved: Math.min(approved + 1, all), all }, rule, points);

          expect(Number.isInteger(now) && now >= 0 && now <= points).toBe(true);
          expect(next).toBeGreaterThanOrEqual(now);
          expect(now === points).toBe(approved === all && approved > 0);
        },
      ),
    );
  });
});

describe('what the LMS shows', () => {
  const ten = { given: 10, maximum: 10 };
  const five = { given: 5, maximum: 10 };

  test.each([
    ['scaled to other points', { score: 41, maximum: 41 }, ten, true],
    ['rounded to two places', { score: 3.33, maximum: 10 }, { given: 1, maximum: 3 }, true],
    ['a 0 that Moodle leaves out', { score: null, maximum: null }, { given: 0, maximum: 10 }, true],
    ['nothing', { score: null, maximum: null }, ten, false],
    ['another value', { score: 9, maximum: 10 }, ten, false],
  ])('%s is ours or not', (_case, result, sent, expected) => {
    expect(showsScore(result, sent)).toBe(expected);
  });

  test.each([
    ['nothing yet', { score: null, maximum: null }, { sent: null, doubts: [] }, 'empty'],
    ['what was sent before', { score: 5, maximum: 10 }, { sent: five, doubts: [] }, 'as_we_left_it'],
    ['what a lost try left', { score: 5, maximum: 10 }, { sent: null, doubts: [five] }, 'as_we_left_it'],
    ['the wanted score', { score: 10, maximum: 10 }, { sent: five, doubts: [] }, 'arrived'],
    ['a value of somebody else', { score: 7, maximum: 10 }, { sent: five, doubts: [] }, 'changed'],
    ['an emptied cell', { score: null, maximum: null }, { sent: five, doubts: [] }, 'cleared'],
  ])('%s', (_case, result, known, expected) => {
    expect(compareResult(result, { wanted: ten, ...known })).toBe(expected);
  });
});

describe('the column of a link', () => {
  const column = { resourceLinkId: 'L1', resourceId: 'wm:p:m' };
  const item = (id: string, more: object = {}) => ({
    id: `https://lms.example/${id}`,
    label: '',
    scoreMaximum: 10,
    ...more,
  });
  const none = new Set<string>();

  test.each([
    ['names the link and our id', [item('a', { resourceLinkId: 'L1', resourceId: 'wm:p:m' })], 'a'],
    ['is the only one of the link', [item('a', { resourceLinkId: 'L1' }), item('b')], 'a'],
    ['belongs to no link and has our id', [item('a', { resourceId: 'wm:p:m' }), item('b')], 'a'],
  ])('is the one that %s', (_case, items, expected) => {
    expect(chooseLineItem(items, column, none)?.id).toBe(`https://lms.example/${expected}`);
  });

  test.each([
    [
      'two of no link have our id',
      [item('a', { resourceId: 'wm:p:m' }), item('b', { resourceId: 'wm:p:m' })],
    ],
    ['it belongs to another link', [item('a', { resourceLinkId: 'L2', resourceId: 'wm:p:m' })]],
    ['there is none', []],
  ])('is asked of a person when %s', (_case, items) => {
    expect(chooseLineItem(items, column, none)).toBeNull();
  });

  test('is never one that another link of ours uses', () => {
    const items = [item('a', { resourceId: 'wm:p:m' })];

    expect(chooseLineItem(items, column, new Set(['https://lms.example/a']))).toBeNull();
  });
});

describe('waiting', () => {
  test('grows from about a second to about four hours', () => {
    const waits = Array.from({ length: 15 }, (_, n) => retryDelayMs(n + 1, null, () => 0.5));

    expect(waits[0]).toBe(1_500);
    expect(waits.at(-1)).toBe(4 * 3600_000);
    expect([...waits].sort((a, b) => a - b)).toEqual(waits);
  });

  test('is never shorter than the LMS asked for', () => {
    expect(retryDelayMs(1, 60_000, () => 0)).toBeGreaterThanOrEqual(60_000);
  });

  test('of a whole platform ends within 20 minutes', () => {
    expect(lanePauseMs(50, () => 1)).toBeLessThanOrEqual(20 * 60_000);
  });
});

describe('an admin’s choices', () => {
  test('lead only where the table of states allows', () => {
    const wanted = { given: 10, maximum: 10, revision: 2 } as WantedScore;
    for (const state of DELIVERY_STATES) {
      for (const reason of DELIVERY_REASONS) {
        for (const action of actionsFor({ state, reason }, true, { compare: true, sendNow: true })) {
          const transition = transitionFor({ state, reason, wanted }, action);

          if (transition)
            expect([state, action, transition.from]).toEqual([
              state,
              action,
              expect.arrayContaining([state]),
            ]);
        }
      }
    }
  });

  test('are there for everything that needs someone', () => {
    for (const reason of DELIVERY_REASONS) {
      if (
        filterOf('held', reason) !== 'need_you' ||
        ['none', 'test_user', 'closed_by_admin'].includes(reason)
      )
        continue;

      const actions = actionsFor({ state: 'held', reason }, false, { compare: false, sendNow: false });
      expect([reason, actions.length > 0]).toEqual([reason, true]);
    }
  });
});

test('the comment names the day as it is where the institution is', () => {
  const instant = new Date('2026-11-23T23:30:00Z');

  expect(commentFor(instant, 'UTC')).toBe('Approved 23 Nov in Waymark');
  expect(commentFor(instant, 'Europe/Vienna')).toBe('Approved 24 Nov in Waymark');
});
