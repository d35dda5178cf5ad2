import { z } from 'zod';
import { Id } from './common.ts';

/**
 * What must be true before something opens or is earned. Rules have no "not": what holds once goes on holding as more is earned.
 * An empty `all` always holds.
 */
export type Rule =
  | { type: 'approved'; module: string }
  | { type: 'awarded'; achievement: string; title: string }
  | { type: 'track'; track: string }
  | { type: 'all'; of: Rule[] }
  | { type: 'atLeast'; n: number; of: Rule[] };

/** Most conditions that one `all` or `atLeast` may hold. */
export const CONDITIONS_MAX = 200;
/** How deep `all` and `atLeast` may be nested. */
export const DEPTH_MAX = 4;

const CONDITIONS = [
  /** A module of this pathway is approved. */
  z.strictObject({ type: z.literal('approved'), module: Id }),
  /** An achievement was awarded, here or earlier; `title` is what people call it. */
  z.strictObject({ type: z.literal('awarded'), achievement: Id, title: z.string().trim().max(255) }),
  /** A track was chosen. */
  z.strictObject({ type: z.literal('track'), track: Id }),
] as const;

// not recursive: however deep the input is nested, reading it ends
function ruleOfDepth(depth: number): z.ZodType<Rule> {
  if (depth === 0) return z.discriminatedUnion('type', CONDITIONS);
  const of = z.array(ruleOfDepth(depth - 1)).max(CONDITIONS_MAX);
  return z.discriminatedUnion('type', [
    ...CONDITIONS,
    z.strictObject({ type: z.literal('all'), of }),
    z.strictObject({ type: z.literal('atLeast'), n: z.number().int().min(1).max(CONDITIONS_MAX), of }),
  ]);
}
export const Rule = ruleOfDepth(DEPTH_MAX);

/** Holds from the beginning. */
export const ALWAYS: Rule = { type: 'all', of: [] };

/** Holds once each of these modules is approved. */
export function allApproved(modules: readonly string[]): Rule {
  return { type: 'all', of: modules.map((module) => ({ type: 'approved', module })) };
}

/** Everything that rules ask about, for one person on one pathway. */
export interface RuleFacts {
  /** Keys of the approved modules. */
  readonly approved: ReadonlySet<string>;
  /** Keys of the achievements that were awarded. */
  readonly awarded: ReadonlySet<string>;
  /** Keys of the tracks that were chosen. */
  readonly tracks: ReadonlySet<string>;
}

/** Before anything was done. */
export const NO_FACTS: RuleFacts = { approved: new Set(), awarded: new Set(), tracks: new Set() };

/** Whether a rule holds. Monotone: more facts never make it false. */
export function holds(rule: Rule, facts: RuleFacts): boolean {
  switch (rule.type) {
    case 'approved':
      return facts.approved.has(rule.module);
    case 'awarded':
      return facts.awarded.has(rule.achievement);
    case 'track':
      return facts.tracks.has(rule.track);
    case 'all':
      return rule.of.every((one) => holds(one, facts));
    case 'atLeast':
      return rule.of.filter((one) => holds(one, facts)).length >= rule.n;
  }
}

/**
 * How much of a rule is done: 0 to 1, and 1 exactly where it holds. `all` counts its conditions alike, `atLeast` the best `n` of
 * them. Monotone.
 */
export function shareDone(rule: Rule, facts: RuleFacts): number {
  if (holds(rule, facts)) return 1;
  if (rule.type !== 'all' && rule.type !== 'atLeast') return 0;
  const shares = rule.of.map((one) => shareDone(one, facts)).sort((a, b) => b - a);
  const counted = rule.type === 'all' ? shares.length : rule.n;
  return shares.slice(0, counted).reduce((sum, share) => sum + share, 0) / counted;
}

/** Every condition in a rule that is not made of others. */
export function conditionsOf(rule: Rule): Exclude<Rule, { of: Rule[] }>[] {
  return rule.type === 'all' || rule.type === 'atLeast' ? rule.of.flatMap(conditionsOf) : [rule];
}

/** What a person reads about a rule that does not hold yet: only what is still missing, by its name. */
export type OpensAfter =
  | { type: 'module'; position: number; title: string }
  | { type: 'award'; title: string }
  | { type: 'track'; title: string }
  | { type: 'all'; of: OpensAfter[] }
  | { type: 'atLeast'; n: number; of: OpensAfter[] };

const NEEDS = [
  z.strictObject({ type: z.literal('module'), position: z.number().int().min(1), title: z.string() }),
  z.strictObject({ type: z.literal('award'), title: z.string() }),
  z.strictObject({ type: z.literal('track'), title: z.string() }),
] as const;
function opensAfterOfDepth(depth: number): z.ZodType<OpensAfter> {
  if (depth === 0) return z.discriminatedUnion('type', NEEDS);
  const of = z.array(opensAfterOfDepth(depth - 1));
  return z.discriminatedUnion('type', [
    ...NEEDS,
    z.strictObject({ type: z.literal('all'), of }),
    z.strictObject({ type: z.literal('atLeast'), n: z.number().int().min(1), of }),
  ]);
}
export const OpensAfter = opensAfterOfDepth(DEPTH_MAX);

/** Names of what rules refer to: modules with their places, and tracks. */
export interface RuleNames {
  readonly modules: readonly { key: string; position: number; title: string }[];
  readonly tracks: readonly { key: string; title: string }[];
}

/**
 * What is still missing for a rule; null if it holds. A condition on something that is not in `names` is omitted, since nobody
 * could do anything about it.
 */
export function toOpensAfter(rule: Rule, facts: RuleFacts, names: RuleNames): OpensAfter | null {
  if (holds(rule, facts)) return null;
  switch (rule.type) {
    case 'approved': {
      const module = names.modules.find(({ key }) => key === rule.module);
      return module ? { type: 'module', position: module.position, title: module.title } : null;
    }
    case 'awarded':
      return { type: 'award', title: rule.title };
    case 'track': {
      const track = names.tracks.find(({ key }) => key === rule.track);
      return track ? { type: 'track', title: track.title } : null;
    }
    case 'all':
    case 'atLeast': {
      const of = rule.of.flatMap((one) => toOpensAfter(one, facts, names) ?? []);
      const [first] = of;
      if (first === undefined || of.length === 1) return first ?? null;
      if (rule.type === 'all') return { type: 'all', of };
      return { type: 'atLeast', n: rule.n - rule.of.filter((one) => holds(one, facts)).length, of };
    }
  }
}
