import { ALWAYS } from '../../../../contract/rules.ts';
import type { Rule } from '../../../../contract/rules.ts';

/** A rule that is made of others. */
export type Group = Extract<Rule, { of: Rule[] }>;
/** A rule that is not. */
export type Condition = Exclude<Rule, Group>;

export const isGroup = (rule: Rule): rule is Group => 'of' in rule;

/** A rule as a group; one condition is a group of one, which means the same. */
export const toGroup = (rule: Rule): Group => (isGroup(rule) ? rule : { type: 'all', of: [rule] });

/** A group with other parts; as many of them are needed as before, if there are so many. */
export function withParts(group: Group, of: Rule[]): Group {
  return group.type === 'all'
    ? { ...group, of }
    : { ...group, n: Math.max(1, Math.min(group.n, of.length)), of };
}

/** A group that asks for all of its parts (null), or for some of them. */
export function withCount({ of }: Group, n: number | null): Group {
  return n === null ? { type: 'all', of } : { type: 'atLeast', n, of };
}

/** How many groups stand within each other in a rule. */
export function depthOf(rule: Rule): number {
  return isGroup(rule) ? 1 + Math.max(0, ...rule.of.map(depthOf)) : 0;
}

/** The rule "this, or already holds the badge": the badge counts instead. */
export function orHeld(rule: Rule, badge: { achievement: string; title: string }): Group {
  return { type: 'atLeast', n: 1, of: [rule, { type: 'awarded', ...badge }] };
}

function leaveOut(rule: Rule, track: string): Rule | null {
  if (rule.type === 'track') return rule.track === track ? null : rule;
  if (!isGroup(rule)) return rule;
  const of = rule.of.flatMap((one) => leaveOut(one, track) ?? []);
  // a group that was empty before is somebody's work in progress
  return of.length === 0 && rule.of.length > 0 ? null : withParts(rule, of);
}

/** A rule without the conditions on a track; what consisted of nothing else is left out as well. */
export function withoutTrack(rule: Rule, track: string): Rule {
  return leaveOut(rule, track) ?? ALWAYS;
}
