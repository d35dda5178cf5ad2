import type { ColumnOutlook } from '../../../contract/reviews.ts';
import { ColumnModel } from './column.model.ts';
import { DeliveryModel } from './delivery.model.ts';
import type { Progress } from './scoreRule.ts';
import { ScoreTargetModel } from './scoreTarget.model.ts';
import { effectOf, isLeftOut, oneInEach, progressIn, wantedFor } from './wanted.ts';

/** Work that is about to be approved. */
export interface AboutToBeApproved {
  institutionId: string;
  enrolmentId: string;
  /** All of the enrolment. */
  attemptIds: readonly string[];
  pathwayKey: string;
  moduleKey: string;
  /** Of the enrolment, the approval included. */
  progress: Progress;
}

/** What an approval would send to which column, by the same rule as the approval itself. Three queries, however many there are. */
export async function outlookOf(work: AboutToBeApproved): Promise<ColumnOutlook[]> {
  const { institutionId, attemptIds, enrolmentId, progress } = work;
  const found = await ScoreTargetModel.find({
    institutionId,
    subjectId: { $in: [enrolmentId, ...attemptIds] },
  }).lean();
  const targets = oneInEach(found);
  if (targets.length === 0) return [];
  const columnIds = targets.map(({ columnId }) => columnId);
  const personIds = [...new Set(targets.map(({ personId }) => personId))];
  const [columns, heads] = await Promise.all([
    ColumnModel.find({ institutionId, _id: { $in: columnIds } }).lean(),
    DeliveryModel.find({ institutionId, columnId: { $in: columnIds }, personId: { $in: personIds } }).lean(),
  ]);
  return targets.flatMap((target): ColumnOutlook[] => {
    const column = columns.find(({ _id }) => _id === target.columnId);
    const head = heads.find((one) => one.columnId === target.columnId && one.personId === target.personId);
    const counted = column ? progressIn(column, work, progress) : null;
    if (!column || !counted || isLeftOut(column, head ?? null)) return [];
    const wanted = wantedFor(column, counted, head ?? null);
    const { title, courseTitle: course, points: maximum } = column;
    const effect = effectOf(column, head ?? null, wanted);
    return [{ title, course, given: wanted?.given ?? 0, maximum, effect }];
  });
}
