import type { PipelineStage } from 'mongoose';
import type { ColumnOutlook } from '../../../contract/reviews.ts';
import { join } from '../../combinedRead.ts';
import { ColumnModel, type ColumnDoc } from './columns/column.model.ts';
import { DeliveryModel } from './deliveries/delivery.model.ts';
import { targetsJoin } from './columns/gradeOpening.service.ts';
import type { Progress } from './columns/scoreRule.ts';
import type { ScoreTargetDoc } from './columns/scoreTarget.model.ts';
import {
  effectOf,
  isWithoutGrade,
  onePerColumn,
  progressIn,
  computeWantedScore,
} from './deliveries/wanted.ts';

/** Work that is about to be approved. */
export interface AboutToBeApproved {
  institutionId: string;
  pathwayKey: string;
  moduleKey: string;
  /** Of the enrolment, the approval included. */
  progress: Progress;
}

/** How the work is connected to columns, and those columns. */
export interface FoundColumns {
  targets: ScoreTargetDoc[];
  columns: ColumnDoc[];
}

/**
 * Joins the columns to which some subjects' scores go, as `outlookOf` needs them.
 *
 * @param subjectIds  an expression: the ids of an enrolment and of all its attempts
 */
export function columnsOfWorkJoins(
  institutionId: string,
  subjectIds: { $concatArrays: unknown[] },
): PipelineStage.UnionWithPipelineStage[] {
  return [
    { $set: { subjectIds } },
    targetsJoin(institutionId, 'subjectIds'),
    join(ColumnModel, { institutionId, local: 'targets.columnId', foreign: '_id', as: 'columns' }),
  ];
}

/** What an approval would send to which column, by the same rule as the approval itself. One query, if there are columns. */
export async function outlookOf(work: AboutToBeApproved, found: FoundColumns): Promise<ColumnOutlook[]> {
  const { institutionId, progress } = work;
  const { columns } = found;
  const targets = onePerColumn(found.targets);
  if (targets.length === 0) return [];
  const columnIds = targets.map(({ columnId }) => columnId);
  const personIds = [...new Set(targets.map(({ personId }) => personId))];
  const deliveries = await DeliveryModel.find({
    institutionId,
    columnId: { $in: columnIds },
    personId: { $in: personIds },
  }).lean();
  return targets.flatMap((target): ColumnOutlook[] => {
    const column = columns.find(({ _id }) => _id === target.columnId);
    const delivery = deliveries.find(
      (one) => one.columnId === target.columnId && one.personId === target.personId,
    );
    const counted = column ? progressIn(column, work, progress) : null;
    if (!column || !counted || isWithoutGrade(column, delivery ?? null)) return [];
    const wanted = computeWantedScore(column, counted, delivery ?? null);
    const { title, courseTitle: course, points: maximum } = column;
    const effect = effectOf(column, delivery ?? null, wanted);
    return [{ title, course, given: wanted?.given ?? 0, maximum, effect }];
  });
}
