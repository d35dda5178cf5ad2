import type { Criterion, LevelName, RubricLevel } from '../../../../contract/pathways.ts';

/** Whose level is marked, and when (ISO instant). */
export interface RubricMark {
  readonly level: LevelName;
  readonly who: 'you' | 'reviewer';
  readonly at: string;
}

/** Marks by criterion key. A criterion may carry both: what the teacher saw and what the reviewer saw. */
export type RubricMarks = Readonly<Record<string, readonly RubricMark[]>>;

/** Levels as they are read: from Extends down. */
export function levelsHighToLow(criterion: Criterion): RubricLevel[] {
  return [...criterion.levels].reverse();
}

/** The mark that the head of a criterion shows: the reviewer's, else one's own. */
export function headMark(marks: RubricMarks, criterionKey: string): RubricMark | null {
  const own = marks[criterionKey] ?? [];
  return own.find((mark) => mark.who === 'reviewer') ?? own[0] ?? null;
}
