import { allApproved, ALWAYS } from '../../../../contract/rules.ts';
import type { Rule } from '../../../../contract/rules.ts';

/** The rules that have a simple form. `own`: any other, which is written part by part. */
export type OpeningKind = 'always' | 'before' | 'chosen' | 'some' | 'own';

export interface Opening {
  readonly kind: OpeningKind;
  /** The chosen modules. */
  readonly modules: readonly string[];
  /** How many of them; with `some` only. */
  readonly n: number;
}

/** The modules of a rule that names nothing else; null for one that does. */
function modulesOf(of: readonly Rule[]): string[] | null {
  const modules = of.flatMap((one) => (one.type === 'approved' ? [one.module] : []));
  return modules.length === of.length ? modules : null;
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));

/** A rule as its form shows it. @param before  the modules that "all" means: those before it, or those of the pathway */
export function toOpening(rule: Rule, before: readonly string[]): Opening {
  if (rule.type === 'approved') return toOpening({ type: 'all', of: [rule] }, before);
  const modules = 'of' in rule ? modulesOf(rule.of) : null;
  if (modules === null) return { kind: 'own', modules: [], n: 1 };
  if (rule.type === 'atLeast') return { kind: 'some', modules, n: rule.n };
  if (modules.length === 0) return { kind: 'always', modules, n: 1 };
  return { kind: isSameSet(modules, before) ? 'before' : 'chosen', modules, n: 1 };
}

/** The rule of a form. @param own  what stays where the form has none */
export function toRule({ kind, modules, n }: Opening, before: readonly string[], own: Rule): Rule {
  switch (kind) {
    case 'always':
      return ALWAYS;
    case 'before':
      return allApproved(before);
    case 'chosen':
      return allApproved(modules);
    case 'some': {
      const of = modules.map((module): Rule => ({ type: 'approved', module }));
      return { type: 'atLeast', n: Math.max(1, Math.min(n, modules.length)), of };
    }
    case 'own':
      return own;
  }
}
