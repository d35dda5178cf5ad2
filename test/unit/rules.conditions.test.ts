import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPathwayContent } from '../../contract/contentUpgrades.ts';
import { isNestedDeeper } from '../../contract/nesting.ts';
import { conditionsOf, holds, Rule, shareDone, toOpensAfter, type RuleFacts } from '../../contract/rules.ts';
import { anyFacts, anyRule, growingFacts, keyOf, reordered } from '../support/ruleArbitraries.ts';

const NAMES = {
  modules: [0, 1, 2].map((n) => ({ key: keyOf(n), position: n + 1, title: `Module ${n + 1}` })),
  tracks: [{ key: keyOf(100), title: 'Leading' }],
};

/** Conditions that nobody has met and that have a name, in parts of the rule that do not hold. */
function countNameable(rule: Rule, facts: RuleFacts): number {
  if (holds(rule, facts)) return 0;
  switch (rule.type) {
    case 'approved':
      return NAMES.modules.filter(({ key }) => key === rule.module).length;
    case 'awarded':
      return 1;
    case 'track':
      return NAMES.tracks.filter(({ key }) => key === rule.track).length;
    default:
      return rule.of.reduce((sum, one) => sum + countNameable(one, facts), 0);
  }
}

describe('a rule', () => {
  test('that holds goes on holding as more is earned', () => {
    fc.assert(
      fc.property(anyRule, growingFacts, (rule, { before, after }) => {
        expect(holds(rule, after) || !holds(rule, before)).toBe(true);
      }),
    );
  });

  test('is the same in whatever order its conditions are written', () => {
    fc.assert(
      fc.property(anyRule, anyFacts, fc.nat(10), (rule, facts, turn) => {
        const other = reordered(rule, turn);

        expect(holds(other, facts)).toBe(holds(rule, facts));
        expect(shareDone(other, facts)).toBe(shareDone(rule, facts));
      }),
    );
  });

  test('holds where all of its conditions are met, unless it asks for more than it names', () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        const conditions = conditionsOf(rule);
        const facts = {
          approved: new Set(conditions.flatMap((one) => (one.type === 'approved' ? [one.module] : []))),
          awarded: new Set(conditions.flatMap((one) => (one.type === 'awarded' ? [one.achievement] : []))),
          tracks: new Set(conditions.flatMap((one) => (one.type === 'track' ? [one.track] : []))),
        };
        const asksTooMuch = (one: Rule): boolean =>
          (one.type === 'atLeast' && one.n > one.of.length) || ('of' in one && one.of.some(asksTooMuch));

        expect(holds(rule, facts) || asksTooMuch(rule)).toBe(true);
      }),
    );
  });

  test('is between not begun and done, and done exactly where it holds', () => {
    fc.assert(
      fc.property(anyRule, anyFacts, (rule, facts) => {
        const share = shareDone(rule, facts);

        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(share === 1).toBe(holds(rule, facts));
      }),
    );
  });

  test('is never less done as more is earned', () => {
    fc.assert(
      fc.property(anyRule, growingFacts, (rule, { before, after }) => {
        expect(shareDone(rule, after)).toBeGreaterThanOrEqual(shareDone(rule, before));
      }),
    );
  });

  test('says what is missing exactly where it does not hold and something of it has a name', () => {
    fc.assert(
      fc.property(anyRule, anyFacts, (rule, facts) => {
        const missing = toOpensAfter(rule, facts, NAMES);

        expect(missing === null).toBe(countNameable(rule, facts) === 0);
      }),
    );
  });
});

describe('something that is nested 100,000 deep', () => {
  const times = 100_000;
  const nest = (inner: unknown, around: (inner: unknown) => unknown): unknown => {
    let nested = inner;
    for (let depth = 0; depth < times; depth += 1) nested = around(nested);
    return nested;
  };

  test('is no rule', () => {
    const deep = nest({ type: 'all', of: [] }, (inner) => ({ type: 'all', of: [inner] }));

    const read = Rule.safeParse(deep);

    expect(read.success).toBe(false);
  });

  test.each([
    ['in objects', nest(null, (inner) => ({ schemaVersion: 2, content: inner }))],
    ['in lists', { modules: nest([], (inner) => [inner]) }],
    [
      'in quotes of a text',
      {
        schemaVersion: 2,
        modules: [nest({ type: 'paragraph' }, (inner) => ({ type: 'blockquote', content: [inner] }))],
      },
    ],
  ])('%s is refused as content, with the reason', (_where, deep) => {
    expect(() => readPathwayContent(deep)).toThrow('It is nested too deeply.');
  });

  test('is found to be deeper than whatever is less, and not than itself', () => {
    const deep = nest('', (inner) => [inner]);

    expect(isNestedDeeper(deep, times)).toBe(false);
    expect(isNestedDeeper(deep, times - 1)).toBe(true);
  });
});
