import type { PathwayContent } from '../../../../contract/content.ts';
import { findUnreachable, whatIsEarned, whatOpens } from '../../../../contract/pathwayRules.ts';
import { conditionsOf, toOpensAfter } from '../../../../contract/rules.ts';
import type { OpensAfter, Rule, RuleFacts } from '../../../../contract/rules.ts';

/** What the rules of a pathway make of some facts. */
export interface Outcome {
  readonly modules: readonly {
    readonly key: string;
    readonly title: string;
    readonly opens: boolean;
    /** What is missing; null if it is open, or if nobody could do anything about it. */
    readonly after: OpensAfter | null;
    /** Nobody can ever open it. */
    readonly isDeadEnd: boolean;
  }[];
  /** Titles of what is earned. */
  readonly earned: readonly string[];
  readonly completed: boolean;
  /** Nobody can ever complete it. */
  readonly neverCompleted: boolean;
}

/** What somebody with these facts could open and has earned: by the engine that decides for participants. */
export function tryRules(content: PathwayContent, facts: RuleFacts): Outcome {
  const { modules, tracks, badge } = content;
  const open = new Set(whatOpens(content, facts));
  const { achievements, completed } = whatIsEarned(content, facts);
  const known = { ...facts, awarded: new Set([...facts.awarded, ...achievements]) };
  const unreachable = findUnreachable(content);
  const names = {
    modules: modules.map(({ key, title }, at) => ({ key, title, position: at + 1 })),
    tracks,
  };
  const titles = new Map(modules.map(({ key, achievement }) => [key, achievement]));
  if (badge) titles.set(badge.key, badge.achievement);
  return {
    modules: modules.map(({ key, title, opens }) => ({
      key,
      title,
      opens: open.has(key),
      after: toOpensAfter(opens, known, names),
      isDeadEnd: unreachable.modules.includes(key),
    })),
    earned: achievements.map((key) => titles.get(key) ?? ''),
    completed,
    neverCompleted: unreachable.completion,
  };
}

/** A badge that rules ask about and that is not earned in the pathway. */
export interface AskedBadge {
  readonly key: string;
  readonly title: string;
  /** It is evidence of what somebody could do before: it counts in the place of a module. */
  readonly isEvidence: boolean;
}

/** The badges that count in the place of a module: those that stand beside one in an `atLeast`. */
function evidenceIn(rule: Rule): string[] {
  if (rule.type !== 'all' && rule.type !== 'atLeast') return [];
  const isChoice = rule.type === 'atLeast' && conditionsOf(rule).some(({ type }) => type === 'approved');
  const here = rule.of.flatMap((one) => (isChoice && one.type === 'awarded' ? [one.achievement] : []));
  return [...here, ...rule.of.flatMap(evidenceIn)];
}

/** The badges that rules of a pathway ask about and that are not earned in it, each once. */
export function badgesAsked({ modules, badge, completes }: PathwayContent): AskedBadge[] {
  const own = new Set([...modules.map(({ key }) => key), ...(badge ? [badge.key] : [])]);
  const rules = [completes, ...modules.map(({ opens }) => opens)];
  const asked = rules
    .flatMap(conditionsOf)
    .flatMap((one) => (one.type === 'awarded' && !own.has(one.achievement) ? [one] : []));
  const evidence = new Set(rules.flatMap(evidenceIn));
  return [...new Map(asked.map(({ achievement, title }) => [achievement, title]))].map(([key, title]) => ({
    key,
    title,
    isEvidence: evidence.has(key),
  }));
}
