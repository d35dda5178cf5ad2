import { ColumnModel } from './column.model.ts';
import { ScoreTargetModel } from './scoreTarget.model.ts';

/** The columns that an approval of this work would write to: what the reviewer's confirm line says. */
export async function columnsOf(
  institutionId: string,
  subjectIds: readonly string[],
): Promise<{ course: string; points: number }[]> {
  const targets = await ScoreTargetModel.find({ institutionId, subjectId: { $in: subjectIds } }).lean();
  const ids = targets.map((target) => target.columnId);
  const columns = await ColumnModel.find({
    institutionId,
    _id: { $in: ids },
    state: { $ne: 'no_grade' },
  }).lean();
  return columns.map((column) => ({ course: column.courseTitle, points: column.points }));
}
