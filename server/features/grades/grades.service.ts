import type { ClientSession, PipelineStage } from 'mongoose';
import type { GradeLine } from '../../../contract/pathways.ts';
import { join, part, readTogether, type ReadPart } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { visibleState } from './deliveries/deliveryFilters.ts';
import { ColumnModel, type ColumnDoc } from './columns/column.model.ts';
import { DeliveryModel, type DeliveryDoc } from './deliveries/delivery.model.ts';
import { recordFor, type DecisionFacts } from './deliveries/intents.ts';
import { laneIdOf, wakeLanes } from './deliveries/lanes.ts';
import type { Progress } from './columns/scoreRule.ts';
import { ScoreIntentModel } from './deliveries/scoreIntent.model.ts';
import { ScoreTargetModel, type ScoreTargetDoc } from './columns/scoreTarget.model.ts';
import { progressIn } from './deliveries/wanted.ts';

export type { DecisionFacts as Decided } from './deliveries/intents.ts';

/** A decision on an attempt, with the progress of its pathway after it. */
export interface ScoreNews extends DecisionFacts {
  institutionId: string;
  /** What the decision was about. */
  pathwayKey: string;
  moduleKey: string;
  /** All attempts of the enrolment: a link may have shown another module when it was last opened. */
  attemptIds: readonly string[];
  /** How much of the pathway is done, this decision included. */
  progress: Progress;
}

/**
 * Records one score intent for each column that wants the score of an approval: those of the module, and those of the whole
 * pathway. What counts in a column is what its link showed in its latest launch, by anybody, not what it showed when this person
 * opened it. Part of the approval's transaction: all or nothing. Workers send the result.
 *
 * @returns how many intents were written; 0 if no link has a column, or the person was only practising
 */
export async function recordScoreIntents(
  deps: Pick<Deps, 'clock'>,
  news: ScoreNews,
  tx: ClientSession,
): Promise<number> {
  const { institutionId, pathwayKey, moduleKey, attemptIds, progress, ...decided } = news;
  const { enrolmentId } = decided;
  const targets = await ScoreTargetModel.find(
    { institutionId, subjectId: { $in: [enrolmentId, ...attemptIds] } },
    null,
    { session: tx },
  ).lean();
  return recordFor(
    deps,
    {
      institutionId,
      targets,
      progressIn: (column) => progressIn(column, { pathwayKey, moduleKey }, progress),
      decided,
    },
    tx,
  );
}

/**
 * Records that more of a pathway is done although nothing was decided in it: a badge from elsewhere counts in it now, or a track does.
 * Only for columns of the whole pathway. One that has a score for this decision already gets the new one under a higher revision.
 */
export async function recordProgress(
  deps: Pick<Deps, 'clock'>,
  news: Omit<ScoreNews, 'moduleKey'>,
  tx: ClientSession,
): Promise<void> {
  const { institutionId, pathwayKey, attemptIds, progress, ...decided } = news;
  const { enrolmentId, decisionId } = decided;
  const subjectId = { $in: [enrolmentId, ...attemptIds] };
  const targets = await ScoreTargetModel.find({ institutionId, subjectId }).session(tx).lean();
  if (targets.length === 0) return;
  const columnId = { $in: targets.map((target) => target.columnId) };
  const recorded: string[] = await ScoreIntentModel.distinct('columnId', {
    institutionId,
    decisionId,
    columnId,
  }).session(tx);
  for (const isAgain of [false, true]) {
    const these = targets.filter((target) => recorded.includes(target.columnId) === isAgain);
    const inColumn = (column: ColumnDoc) => progressIn(column, { pathwayKey, moduleKey: null }, progress);
    await recordFor(deps, { institutionId, targets: these, progressIn: inColumn, decided, isAgain }, tx);
  }
}

/** Lets the workers look at once for what was recorded under an earlier decision: nothing announces that. */
export async function wakeLanesOf(session: Pick<LiveSession, 'institutionId' | 'platformId'>): Promise<void> {
  await wakeLanes([laneIdOf(session)]);
}

/** The state of a score, for the pages of the person it belongs to. */
function toGradeLine(column: ColumnDoc, delivery: DeliveryDoc | null): GradeLine {
  return {
    deliveryId: delivery?._id ?? null,
    course: column.courseTitle,
    link: column.title,
    ...(delivery ? visibleState(delivery) : { state: 'none', reason: 'none' }),
    scoreGiven: delivery?.wanted.given ?? null,
    scoreMaximum: delivery?.wanted.maximum ?? null,
    acceptedAt: delivery?.acceptedAt?.toISOString() ?? null,
    lmsValue: delivery?.lmsValue ?? null,
    lmsMaximum: delivery?.lmsMaximum ?? null,
    ...(delivery?.stateBefore && delivery.tries === 0 ? { comparing: true } : {}),
  };
}

/** What connects work to a column, with that column and its delivery. */
export interface GradedTarget extends ScoreTargetDoc {
  column: ColumnDoc[];
  delivery: DeliveryDoc[];
}

type PersonKey = Readonly<{ institutionId: string; personId: string }>;

function columnJoins({ institutionId, personId }: PersonKey): PipelineStage.Lookup[] {
  const local = 'columnId';
  return [
    join(ColumnModel, { institutionId, local, foreign: '_id', as: 'column' }),
    join(DeliveryModel, { institutionId, local, foreign: 'columnId', as: 'delivery' }, [
      { $match: { personId } },
    ]),
  ];
}

/** Joins, as `as`, the columns of the attempts or enrolments whose ids are in `local`: `toGradeLines` reads them. */
export function gradesJoin(whose: PersonKey, local: string, as: string): PipelineStage.Lookup {
  const { institutionId } = whose;
  return join(ScoreTargetModel, { institutionId, local, foreign: 'subjectId', as }, columnJoins(whose));
}

/**
 * The columns of attempts and enrolments, read together with what else belongs to a page: `toGradeLines` reads them.
 *
 * @param subjectIds  ids of attempts and enrolments of one person
 */
export function gradesPart(whose: PersonKey, subjectIds: readonly string[]): ReadPart<GradedTarget> {
  const { institutionId } = whose;
  return part(ScoreTargetModel, { institutionId, subjectId: { $in: subjectIds } }, columnJoins(whose));
}

/** @returns subject id → one line for each column; a subject without a column has no entry */
export function toGradeLines(targets: readonly GradedTarget[]): Map<string, GradeLine[]> {
  const lines = new Map<string, GradeLine[]>();
  for (const { subjectId, column: columns, delivery: deliveries } of targets) {
    const [[column], [delivery]] = [columns, deliveries];
    if (!column || (column.state === 'no_grade' && !delivery)) continue;
    lines.set(subjectId, [...(lines.get(subjectId) ?? []), toGradeLine(column, delivery ?? null)]);
  }
  return lines;
}

/** The grade lines of attempts and enrolments of one person, in one query however many there are. */
export async function gradeLinesFor(
  person: PersonKey,
  subjectIds: readonly string[],
): Promise<Map<string, GradeLine[]>> {
  const { targets } = await readTogether({ targets: gradesPart(person, subjectIds) });
  return toGradeLines(targets);
}
