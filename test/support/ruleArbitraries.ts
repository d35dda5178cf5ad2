import fc from 'fast-check';
import type { PathwayRules } from '../../contract/pathwayRules.ts';
import type { Rule, RuleFacts } from '../../contract/rules.ts';

/** A key by its number: a UUID, as keys of modules, tracks and achievements are. */
export const keyOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const COUNT = 6;
const someKey = (from: number): fc.Arbitrary<string> =>
  fc.integer({ min: from, max: from + COUNT - 1 }).map(keyOf);

/** Modules have the keys from 0, tracks from 100, achievements of elsewhere from 200. */
const condition: fc.Arbitrary<Rule> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('approved' as const), module: someKey(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('awarded' as const),
      achievement: fc.oneof(someKey(0), someKey(200)),
      title: fc.constant('An achievement'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('track' as const), track: someKey(100) }) },
);

function ruleOf(leaf: fc.Arbitrary<Rule>, depth: number): fc.Arbitrary<Rule> {
  if (depth === 0) return leaf;
  const of = fc.array(ruleOf(leaf, depth - 1), { maxLength: 4 });
  return fc.oneof(
    leaf,
    of.map((rules): Rule => ({ type: 'all', of: rules })),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), of)
      .map(([n, rules]): Rule => ({ type: 'atLeast', n, of: rules })),
  );
}

/** Any rule that content can hold, in few enough keys that facts meet it. */
export const anyRule = ruleOf(condition, 3);

/** A rule about the modules of one pathway only, each `atLeast` with as many conditions as it needs. */
const innerRule = ruleOf(
  someKey(0).map((module): Rule => ({ type: 'approved', module })),
  2,
).map(withinReach);

function withinReach(rule: Rule): Rule {
  if (rule.type !== 'all' && rule.type !== 'atLeast') return rule;
  const of = rule.of.map(withinReach);
  if (rule.type === 'all' || of.length === 0) return { type: 'all', of };
  return { ...rule, n: Math.min(rule.n, of.length), of };
}

const keysFrom = (...starts: number[]): fc.Arbitrary<Set<string>> =>
  fc.array(fc.oneof(...starts.map(someKey)), { maxLength: 2 * COUNT }).map((keys) => new Set(keys));

/** What somebody may have done. */
export const anyFacts: fc.Arbitrary<RuleFacts> = fc.record({
  approved: keysFrom(0),
  awarded: keysFrom(0, 200),
  tracks: keysFrom(100),
});

/** The facts of one person, and those together with some more. */
export const growingFacts = fc.tuple(anyFacts, anyFacts).map(([before, more]) => ({
  before,
  after: {
    approved: new Set([...before.approved, ...more.approved]),
    awarded: new Set([...before.awarded, ...more.awarded]),
    tracks: new Set([...before.tracks, ...more.tracks]),
  },
}));

const pathwayOf = (rule: fc.Arbitrary<Rule>): fc.Arbitrary<PathwayRules> =>
  fc
    .tuple(fc.array(rule, { minLength: 1, maxLength: COUNT }), rule, fc.boolean())
    .map(([rules, completes, hasBadge]) => ({
      modules: rules.map((opens, at) => ({ key: keyOf(at), opens })),
      tracks: [0, 1, 2].map((at) => ({ key: keyOf(100 + at) })),
      completes,
      badge: hasBadge ? { key: keyOf(200) } : null,
    }));

/** Any pathway: rules may name what it does not have, and its own badge. */
export const anyPathway = pathwayOf(anyRule);

/** A pathway with six modules whose rules name nothing else. */
export const closedPathway: fc.Arbitrary<PathwayRules> = fc
  .tuple(fc.array(innerRule, { minLength: COUNT, maxLength: COUNT }), innerRule)
  .map(([rules, completes]) => ({
    modules: rules.map((opens, at) => ({ key: keyOf(at), opens })),
    tracks: [],
    completes,
    badge: null,
  }));

/** A rule with the conditions of every part in another order. */
export function reordered(rule: Rule, turn: number): Rule {
  if (rule.type !== 'all' && rule.type !== 'atLeast') return rule;
  const of = rule.of.map((one) => reordered(one, turn));
  const at = of.length === 0 ? 0 : turn % of.length;
  return { ...rule, of: [...of.slice(at), ...of.slice(0, at)].reverse() };
}
