import type { ClientSession } from 'mongoose';
import type { GradeLine } from '../../../contract/pathways.ts';
import type { Deps } from '../../deps.ts';
import { resourceIdOf } from '../../lti/policy.ts';
import { standOf } from './bucket.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { DeliveryModel, type DeliveryDoc } from './delivery.model.ts';
import { recordFor, type Decided } from './intents.ts';
import type { Progress } from './scoreRule.ts';
import { ScoreTargetModel } from './scoreTarget.model.ts';

export type { Decided } from './intents.ts';

/** A decision on an attempt, with how far its pathway has come by it. */
export interface ScoreNews extends Decided {
  institutionId: string;
  /** What the decision was about. */
  pathwayKey: string;
  moduleKey: string;
  /** All attempts of the enrolment: a link may have shown another module when it was last opened. */
  attemptIds: readonly string[];
  /** Modules approved in the enrolment, this decision included. */
  progress: Progress;
}

const DONE: Progress = { approved: 1, all: 1 };

/**
 * Records one score intent for each column that wants the score of an approval: those of the module, and those of the
 * whole pathway. Which a column is says its link as it was last launched, by whomever, not what it showed when this person
 * opened it. Part of the approval's transaction: all or nothing. Workers send what it leaves.
 *
 * @returns how many intents were written; 0 where no link has a column, or the person was only practising
 */
export async function recordScoreIntents(
  deps: Pick<Deps, 'clock'>,
  news: ScoreNews,
  session: ClientSession,
): Promise<number> {
  const { institutionId, pathwayKey, moduleKey, attemptIds, progress, ...decided } = news;
  const { enrolmentId } = decided;
  const targets = await ScoreTargetModel.find(
    { institutionId, subjectId: { $in: [enrolmentId, ...attemptIds] } },
    null,
    { session },
  ).lean();
  return recordFor(
    deps,
    {
      institutionId,
      targets,
      progressIn({ resourceId }) {
        if (resourceId === resourceIdOf(pathwayKey, null)) return progress;
        return resourceId === resourceIdOf(pathwayKey, moduleKey) ? DONE : null;
      },
      decided,
    },
    session,
  );
}

/** Where a score stands, for the pages of the person whose it is. */
export function toGradeLine(column: ColumnDoc, head: DeliveryDoc | null): GradeLine {
  return {
    deliveryId: head?._id ?? null,
    course: column.courseTitle,
    link: column.title,
    ...(head ? standOf(head) : { state: 'none', reason: 'none' }),
    scoreGiven: head?.wanted.given ?? null,
    scoreMaximum: head?.wanted.maximum ?? null,
    acceptedAt: head?.acceptedAt?.toISOString() ?? null,
    lmsValue: head?.lmsValue ?? null,
    lmsMaximum: head?.lmsMaximum ?? null,
  };
}

/**
 * The grade lines of attempts and enrolments, in three queries however many there are.
 *
 * @param subjectIds  ids of attempts and enrolments, of the person who asks or whose work is shown
 * @returns subject id → one line for each column; a subject without a column has no entry
 */
export async function gradeLinesFor(
  institutionId: string,
  subjectIds: readonly string[],
): Promise<Map<string, GradeLine[]>> {
  const lines = new Map<string, GradeLine[]>();
  const targets = await ScoreTargetModel.find({ institutionId, subjectId: { $in: subjectIds } }).lean();
  if (targets.length === 0) return lines;
  const columnIds = [...new Set(targets.map((target) => target.columnId))];
  const personIds = [...new Set(targets.map((target) => target.personId))];
  const [columns, heads] = await Promise.all([
    ColumnModel.find({ institutionId, _id: { $in: columnIds } }).lean(),
    DeliveryModel.find({ institutionId, columnId: { $in: columnIds }, personId: { $in: personIds } }).lean(),
  ]);
  for (const target of targets) {
    const column = columns.find((one) => one._id === target.columnId);
    const head = heads.find((one) => one.columnId === target.columnId && one.personId === target.personId);
    if (!column || (column.state === 'no_grade' && !head)) continue;
    const own = lines.get(target.subjectId) ?? [];
    own.push(toGradeLine(column, head ?? null));
    lines.set(target.subjectId, own);
  }
  return lines;
}
