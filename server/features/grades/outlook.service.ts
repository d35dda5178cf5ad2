import { join, part, type ReadPart } from '../../combinedRead.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { ScoreTargetModel } from './scoreTarget.model.ts';

/** The columns that an approval of this work would write to, read together with what else belongs to a page. */
export function outlookPart(
  institutionId: string,
  subjectIds: readonly string[],
): ReadPart<Pick<ColumnDoc, 'courseTitle' | 'points'>> {
  return part(ScoreTargetModel, { institutionId, subjectId: { $in: subjectIds } }, [
    join(ColumnModel, { institutionId, local: 'columnId', foreign: '_id', as: 'column' }, [
      { $match: { state: { $ne: 'no_grade' } } },
    ]),
    { $unwind: '$column' },
    { $group: { _id: '$column._id', column: { $first: '$column' } } },
    { $replaceWith: '$column' },
  ]);
}

/** What the reviewer's confirm line says of them. */
export function toOutlook(
  columns: readonly Pick<ColumnDoc, 'courseTitle' | 'points'>[],
): { course: string; points: number }[] {
  return columns.map((column) => ({ course: column.courseTitle, points: column.points }));
}
