import type { GradeRule } from '../../../../contract/deepLinking.ts';

/** How much of a pathway, or of one module, is done: modules, or parts of what completes it if not all of them are needed. */
export interface Progress {
  approved: number;
  all: number;
}

/**
 * The rules by which progress becomes points. Each is named with its version and never changes: a stored score can be
 * recalculated years later. A new way of counting is a new version.
 */
const RULES = {
  /** Full points when everything is approved, nothing before. */
  'approved@1': ({ approved, all }: Progress, points: number) => (approved >= all ? points : 0),
  /** A share of the points for each approved module, rounded down to whole points; full points at the end. */
  'share@1': ({ approved, all }: Progress, points: number) =>
    approved >= all ? points : Math.floor((points * approved) / all),
} as const;

export type RuleVersion = keyof typeof RULES;
export const RULE_VERSIONS = Object.keys(RULES) as RuleVersion[];

/** The current version of a rule that a designer picked. */
export function currentRule(rule: Exclude<GradeRule, 'none'>): RuleVersion {
  return rule === 'share' ? 'share@1' : 'approved@1';
}

/** The rule if the link names none: a module counts when approved, a pathway by its share. */
export function defaultRule(showsModule: boolean): Exclude<GradeRule, 'none'> {
  return showsModule ? 'approved' : 'share';
}

/**
 * The score for some progress by a rule: whole points from 0 to `points`. 0 means that there is nothing to tell the LMS, unless
 * it was told a score before.
 *
 * @param points  whole, at least 1
 */
export function score(progress: Progress, rule: RuleVersion, points: number): number {
  if (progress.all < 1 || progress.approved < 1) return 0;
  return RULES[rule](progress, points);
}
