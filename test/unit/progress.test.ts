import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allApproved, ALWAYS, holds, NO_FACTS, type Rule, type RuleFacts } from '../../contract/rules.ts';
import { score } from '../../server/features/grades/columns/scoreRule.ts';
import { progressOf } from '../../server/features/enrolments/ruleFacts.service.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const approving = (...modules: string[]): RuleFacts => ({ ...NO_FACTS, approved: new Set(modules) });
const approved = (module: string): Rule => ({ type: 'approved', module });
const some = (n: number, ...of: string[]): Rule => ({ type: 'atLeast', n, of: of.map(approved) });

const { rule: anyRule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...KEYS).map(approved),
    fc.array(tie('rule'), { maxLength: 4 }).map((of): Rule => ({ type: 'all', of })),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.array(tie('rule'), { maxLength: 4 }))
      .map(([n, of]): Rule => ({ type: 'atLeast', n, of })),
  ),
}));

describe('how much of a pathway is done', () => {
  it('loses no point of a share to rounding', () => {
    const third = progressOf(some(3, 'a', 'b', 'c'), approving('a'));

    expect(score(third, 'share@1', 3)).toBe(1);
  });

  it.each<[string, Rule, string[], { approved: number; all: number }]>([
    ['none of three', allApproved(['a', 'b', 'c']), [], { approved: 0, all: 3 }],
    ['two of three', allApproved(['a', 'b', 'c']), ['a', 'c'], { approved: 2, all: 3 }],
    [
      'two of three and one that is not needed',
      allApproved(['a', 'b', 'c']),
      ['a', 'c', 'd'],
      { approved: 2, all: 3 },
    ],
    ['all', allApproved(['a', 'b', 'c']), ['a', 'b', 'c'], { approved: 3, all: 3 }],
  ])('counts modules where all of some are needed: %s', (_what, rule, modules, expected) => {
    expect(progressOf(rule, approving(...modules))).toEqual(expected);
  });

  it.each<[string, Rule, string[], number]>([
    ['one of any two', some(2, 'a', 'b', 'c'), ['a'], 1 / 2],
    ['two of any two', some(2, 'a', 'b', 'c'), ['a', 'c'], 1],
    [
      'one, and half of the choice',
      { type: 'all', of: [approved('a'), some(2, 'b', 'c')] },
      ['a', 'b'],
      3 / 4,
    ],
    ['a third', some(3, 'a', 'b', 'c'), ['a'], 1 / 3],
    ['nothing asked for', ALWAYS, [], 1],
  ])('counts parts where there is a choice: %s', (_what, rule, modules, expected) => {
    const { approved: done, all } = progressOf(rule, approving(...modules));

    expect(done).toBe(expected * all);
  });

  it('is all exactly where the rule holds, and never falls as more is approved', () => {
    fc.assert(
      fc.property(anyRule, fc.subarray(KEYS), fc.constantFrom(...KEYS), (rule, modules, next) => {
        const facts = approving(...modules);
        const now = progressOf(rule, facts);
        const then = progressOf(rule, approving(...modules, next));

        expect(now.approved === now.all).toBe(holds(rule, facts));
        expect(then.approved).toBeGreaterThanOrEqual(now.approved);
        expect(then.all).toBe(now.all);
      }),
    );
  });

  it('gives full points exactly where the rule holds, and a share of them before', () => {
    fc.assert(
      fc.property(anyRule, fc.subarray(KEYS), fc.integer({ min: 1, max: 100 }), (rule, modules, points) => {
        const facts = approving(...modules);
        const progress = progressOf(rule, facts);

        expect(score(progress, 'approved@1', points)).toBe(holds(rule, facts) ? points : 0);
        expect(score(progress, 'share@1', points) === points).toBe(holds(rule, facts));
      }),
    );
  });
});
