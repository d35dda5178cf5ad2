import type { ModuleContent } from './content.ts';

/** The minutes of a module, and who judges its work. */
export interface JudgedMinutes {
  readonly minutes: number;
  readonly reviewedBy: ModuleContent['reviewedBy'];
}

const sumOf = (rows: readonly JudgedMinutes[]): number => rows.reduce((sum, { minutes }) => sum + minutes, 0);

/**
 * How much of the minutes of a pathway is in modules that reviewers judge, in whole percent; 0 without any minutes. Rounded up, so
 * that what is over a cap never looks as if it were not.
 */
export function evaluativeShare(modules: readonly JudgedMinutes[]): number {
  const all = sumOf(modules);
  const evaluative = sumOf(modules.filter(({ reviewedBy }) => reviewedBy === 'reviewer'));
  return all === 0 ? 0 : Math.ceil((evaluative * 100) / all);
}
