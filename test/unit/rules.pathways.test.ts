import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  findCycles,
  findUnreachable,
  reachFrom,
  whatIsEarned,
  whatOpens,
  type PathwayRules,
} from '../../contract/pathwayRules.ts';
import { ALWAYS, type Rule } from '../../contract/rules.ts';
import { anyFacts, anyPathway, closedPathway, growingFacts, keyOf } from '../support/ruleArbitraries.ts';

const A = keyOf(0);
const B = keyOf(1);
const C = keyOf(2);
const BADGE = keyOf(300);
const ELSEWHERE = keyOf(400);
const TRACK = keyOf(100);

const approved = (module: string): Rule => ({ type: 'approved', module });
const awarded = (achievement: string): Rule => ({ type: 'awarded', achievement, title: 'An achievement' });
const all = (...of: Rule[]): Rule => ({ type: 'all', of });
const atLeast = (n: number, ...of: Rule[]): Rule => ({ type: 'atLeast', n, of });

/** Modules A, B and C with these rules; completed by all of them. */
function pathway(
  a: Rule,
  b: Rule,
  c: Rule = ALWAYS,
  completes = all(...[A, B, C].map(approved)),
): PathwayRules {
  return {
    modules: [
      { key: A, opens: a },
      { key: B, opens: b },
      { key: C, opens: c },
    ],
    tracks: [{ key: TRACK }],
    completes,
    badge: { key: BADGE },
  };
}
const factsOf = (...keys: string[]) => ({
  approved: new Set(keys),
  awarded: new Set<string>(),
  tracks: new Set<string>(),
});

describe('what opens and what is earned', () => {
  test('never becomes less as more is done', () => {
    fc.assert(
      fc.property(anyPathway, growingFacts, (rules, { before, after }) => {
        expect(whatOpens(rules, after)).toEqual(expect.arrayContaining(whatOpens(rules, before)));
        expect(whatIsEarned(rules, after).achievements).toEqual(
          expect.arrayContaining([...whatIsEarned(rules, before).achievements]),
        );
      }),
    );
  });

  test('opens what only needs an achievement of the same pathway once its module is approved', () => {
    const rules = pathway(ALWAYS, awarded(A), awarded(BADGE), all(approved(A), approved(B)));

    expect(whatOpens(rules, factsOf())).toEqual([A]);
    expect(whatOpens(rules, factsOf(A))).toEqual([A, B]);
    expect(whatOpens(rules, factsOf(A, B))).toEqual([A, B, C]);
  });

  test('earns the achievements of the approved modules, and the badge on completion', () => {
    const rules = pathway(ALWAYS, ALWAYS, ALWAYS, atLeast(2, ...[A, B, C].map(approved)));

    expect(whatIsEarned(rules, factsOf(C))).toEqual({ achievements: [C], completed: false });
    expect(whatIsEarned(rules, factsOf(C, A))).toEqual({ achievements: [A, C, BADGE], completed: true });
  });
});

describe('what can be reached', () => {
  test('is the same in whatever order the modules are', () => {
    fc.assert(
      fc.property(
        anyPathway.chain((rules) =>
          fc.tuple(
            fc.constant(rules),
            fc.shuffledSubarray([...rules.modules], { minLength: rules.modules.length }),
          ),
        ),
        anyFacts,
        ([rules, shuffled], facts) => {
          const one = reachFrom(rules, facts);
          const other = reachFrom({ ...rules, modules: shuffled }, facts);

          expect([...other.modules].sort()).toEqual([...one.modules].sort());
          expect(other.completed).toBe(one.completed);
        },
      ),
    );
  });

  test('is what approving one open module after the other comes to, whichever is taken', () => {
    fc.assert(
      fc.property(anyPathway, anyFacts, fc.infiniteStream(fc.nat()), (rules, facts, choices) => {
        const done = new Set(facts.approved);
        for (;;) {
          const next = whatOpens(rules, { ...facts, approved: done }).filter((key) => !done.has(key));
          if (next.length === 0) break;
          done.add(next[(choices.next().value as number) % next.length] ?? '');
        }

        const own = rules.modules.map(({ key }) => key).filter((key) => done.has(key));
        expect([...reachFrom(rules, facts).modules].sort()).toEqual(own.sort());
      }),
    );
  });

  test('is everything exactly where there is no cycle, if the pathway asks for nothing else', () => {
    fc.assert(
      fc.property(closedPathway, (rules) => {
        expect(findCycles(rules).length === 0).toBe(findUnreachable(rules).modules.length === 0);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['a module that is not there', pathway(approved(ELSEWHERE), ALWAYS), [A]],
    ['a track that is not there', pathway(ALWAYS, { type: 'track', track: ELSEWHERE }), [B]],
    ['more than it names', pathway(ALWAYS, ALWAYS, atLeast(3, approved(A), approved(B))), [C]],
    ['what cannot be reached itself', pathway(approved(ELSEWHERE), approved(A), approved(B)), [A, B, C]],
    ['its own badge', pathway(ALWAYS, ALWAYS, awarded(BADGE)), [C]],
  ])('excludes what waits for %s, and the completion that needs it', (_what, rules, modules) => {
    expect(findUnreachable(rules)).toEqual({ modules, completion: true });
  });

  test('includes what can be earned elsewhere, and the tracks', () => {
    const rules = pathway(awarded(ELSEWHERE), { type: 'track', track: TRACK });

    expect(findUnreachable(rules)).toEqual({ modules: [], completion: false });
  });
});

describe('a cycle', () => {
  test.each([
    ['a module that waits for itself', pathway(ALWAYS, approved(B)), [[B]]],
    ['two that wait for each other', pathway(approved(B), approved(A)), [[A, B]]],
    ['three in a ring', pathway(approved(C), approved(A), approved(B)), [[A, C, B]]],
    ['a ring by achievements', pathway(awarded(B), awarded(A)), [[A, B]]],
    ['a ring by the badge', pathway(ALWAYS, ALWAYS, awarded(BADGE)), [[C, BADGE]]],
    ['a ring within a choice', pathway(atLeast(2, approved(B), approved(C)), approved(A)), [[A, B]]],
    ['two rings', pathway(approved(A), approved(B)), [[A], [B]]],
  ])('is found in %s', (_what, rules, cycles) => {
    expect(findCycles({ ...rules, badge: cycles.flat().includes(BADGE) ? rules.badge : null })).toEqual(
      cycles,
    );
  });

  test.each([
    ['a choice that leaves another way', pathway(atLeast(1, approved(B), approved(C)), approved(A))],
    ['what waits for something that is not there', pathway(approved(ELSEWHERE), approved(A))],
    ['what asks for more than it names', pathway(atLeast(2, approved(B)), ALWAYS)],
  ])('is not seen in %s', (_what, rules) => {
    expect(findCycles(rules)).toEqual([]);
  });

  test('does not include what only waits for it', () => {
    const rules = { ...pathway(approved(A), approved(A), approved(B)), badge: null };

    expect(findCycles(rules)).toEqual([[A]]);
    expect(findUnreachable(rules).modules).toEqual([A, B, C]);
  });

  test('consists of modules and the badge, each of which names the next', () => {
    fc.assert(
      fc.property(anyPathway, (rules) => {
        const ruleBy = new Map(rules.modules.map(({ key, opens }) => [key, opens]));
        if (rules.badge) ruleBy.set(rules.badge.key, rules.completes);

        for (const cycle of findCycles(rules)) {
          for (const [at, key] of cycle.entries()) {
            expect(JSON.stringify(ruleBy.get(key))).toContain(cycle[(at + 1) % cycle.length]);
          }
        }
      }),
    );
  });
});
