import type { Criterion, LevelKey, ReviewedBy, RubricLevel } from '../../../../contract/content.ts';

/** Who marked a level, and when (ISO instant). A peer is a colleague of the author. */
export interface RubricMark {
  readonly level: LevelKey;
  readonly who: 'you' | ReviewedBy;
  readonly at: string;
}

/** Marks by criterion key. A criterion may have both: the teacher's and the reviewer's. */
export type RubricMarks = Readonly<Record<string, readonly RubricMark[]>>;

/** Levels in reading order: from the highest down. */
export function levelsHighToLow(criterion: Criterion): RubricLevel[] {
  return [...criterion.levels].reverse();
}

/** The mark that a criterion's heading shows: the reviewer's, otherwise one's own. */
export function headingMark(marks: RubricMarks, criterionKey: string): RubricMark | null {
  const own = marks[criterionKey] ?? [];
  return own.find((mark) => mark.who !== 'you') ?? own[0] ?? null;
}
