import type { PathwayContent } from '../content.ts';
import { findCycles, findUnreachable } from '../pathwayRules.ts';
import { conditionsOf, holds, type Rule } from '../rules.ts';
import { findBlank, toFinding, type Finding, type PartialPlace } from './findings.ts';

/** What the rules of a pathway are made of; its texts do not matter, except the titles that findings name. */
export type RuledContent = Pick<PathwayContent, 'tracks' | 'completes' | 'badge'> & {
  readonly modules: readonly Pick<PathwayContent['modules'][number], 'key' | 'title' | 'opens'>[];
};

const NOTHING = { approved: new Set<string>(), awarded: new Set<string>(), tracks: new Set<string>() };

interface Placed {
  readonly rule: Rule;
  readonly place: PartialPlace;
}

const placedRules = ({ modules, completes }: RuledContent): Placed[] => [
  ...modules.map(({ key, opens }) => ({ rule: opens, place: { module: key, field: 'opens' } })),
  { rule: completes, place: { field: 'completes' } },
];

function findCounts(rule: Rule, place: PartialPlace): Finding[] {
  if (rule.type !== 'all' && rule.type !== 'atLeast') return [];
  const inner = rule.of.flatMap((one) => findCounts(one, place));
  if (rule.type === 'all' || rule.n <= rule.of.length) return inner;
  return [toFinding('impossible_count', place, { needed: rule.n, named: rule.of.length }), ...inner];
}

function findDead({ modules, tracks }: RuledContent, { rule, place }: Placed): Finding[] {
  return conditionsOf(rule).flatMap((one): Finding[] => {
    switch (one.type) {
      case 'approved':
        if (modules.some(({ key }) => key === one.module)) return [];
        return [toFinding('dead_prerequisite', place, { what: 'module', key: one.module })];
      case 'track':
        if (tracks.some(({ key }) => key === one.track)) return [];
        return [toFinding('dead_prerequisite', place, { what: 'track', key: one.track })];
      case 'awarded':
        // people read what it is called
        return findBlank('missing_title', place, { [place.field ?? '']: one.title });
    }
  });
}

function lintTracks({ tracks }: RuledContent, rules: readonly Placed[]): Finding[] {
  const named = new Set(
    rules.flatMap(({ rule }) =>
      conditionsOf(rule).flatMap((one) => (one.type === 'track' ? [one.track] : [])),
    ),
  );
  return tracks.flatMap(({ key, title, summary }) => [
    ...findBlank('missing_title', { track: key }, { title }),
    ...findBlank('missing_summary', { track: key }, { summary }),
    ...(named.has(key) ? [] : [toFinding('unused_track', { track: key }, { title })]),
  ]);
}

function lintCycles(content: RuledContent, cycles: readonly string[][]): Finding[] {
  const titles = new Map(content.modules.map(({ key, title }) => [key, title]));
  if (content.badge) titles.set(content.badge.key, content.badge.achievement);
  return cycles.map((cycle) => {
    const [first = ''] = cycle;
    const names = [...cycle, first].map((key) => titles.get(key) ?? key).join(' → ');
    const isModule = content.modules.some(({ key }) => key === first);
    const place = isModule ? { module: first, field: 'opens' } : { field: 'completes' };
    return toFinding('cycle', place, { names, count: cycle.length });
  });
}

/** Modules that nothing can open, except where a finding has already said why; and the completion. */
function lintReach(content: RuledContent, cycles: readonly string[][], told: readonly Finding[]): Finding[] {
  const { modules, completion } = findUnreachable(content);
  const explained = new Set(
    told.filter(({ code }) => code !== 'missing_title').map(({ place }) => place.module ?? ''),
  );
  const inCycle = new Set(cycles.flat());
  return [
    ...modules
      .filter((key) => !explained.has(key) && !inCycle.has(key))
      .map((module) => toFinding('unreachable_module', { module, field: 'opens' })),
    ...(completion ? [toFinding('unreachable_completion', { field: 'completes' })] : []),
  ];
}

/** What is wrong with the rules of a pathway: what they name, what waits for itself, and what nothing can reach. */
export function lintRules(content: RuledContent): Finding[] {
  const rules = placedRules(content);
  const named = rules.flatMap((placed) => [
    ...findDead(content, placed),
    ...findCounts(placed.rule, placed.place),
  ]);
  const cycles = findCycles(content);
  const atOnce = holds(content.completes, NOTHING);
  return [
    ...named,
    ...lintCycles(content, cycles),
    ...lintReach(content, cycles, named),
    ...(atOnce
      ? [toFinding('completed_from_start', { field: 'completes' }, { modules: content.modules.length })]
      : []),
    ...lintTracks(content, rules),
  ];
}
