import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { Deps } from '../../../deps.ts';
import { ColumnModel, type ColumnDoc } from '../columns/column.model.ts';
import { DeliveryModel, type DeliveryDoc } from './delivery.model.ts';
import { ScoreIntentModel, type ScoreIntentDoc } from './scoreIntent.model.ts';
import type { Progress } from '../columns/scoreRule.ts';
import type { ScoreTargetDoc } from '../columns/scoreTarget.model.ts';
import { create, updateWanted } from './deliveryTransitions.ts';
import { moveEach, type Move } from './transition.ts';
import { isWithoutGrade, onePerColumn, computeWantedScore } from './wanted.ts';

/** The parts of a decision that matter for a score. */
export interface DecisionFacts {
  enrolmentId: string;
  /** Within the enrolment, as committed. */
  order: number;
  decisionId: string;
  decidedAt: Date;
  submittedAt: Date | null;
}

interface IntentInput {
  target: ScoreTargetDoc;
  column: ColumnDoc;
  progress: Progress;
  delivery: DeliveryDoc | null;
}

interface PlannedWrites {
  intents: ScoreIntentDoc[];
  moves: Move[];
}

/**
 * Decisions of one enrolment have an order. Those of another one (an earlier or later run of the pathway) take the order in which
 * they write the delivery.
 */
function isOlder(decided: DecisionFacts, than: DecisionFacts): boolean {
  return decided.enrolmentId === than.enrolmentId && decided.order < than.order;
}

/** Adds what one column gets to what is to be written; nothing if there is nothing to tell the LMS. */
function planIntent(counted: IntentInput, decided: DecisionFacts, now: Date, writes: PlannedWrites): void {
  const { target, column, progress, delivery } = counted;
  const score = computeWantedScore(column, progress, delivery);
  if (!score) return;
  const { given, maximum } = score;
  // an older decision that arrives late is recorded, and changes nothing
  const isNewest = !delivery || !isOlder(decided, delivery.wanted);
  const revision = (delivery?.wanted.revision ?? 0) + (isNewest ? 1 : 0);
  const { resourceId } = column;
  const { institutionId, platformId, personId, sub } = target;
  const deliveryId = delivery?._id ?? randomUUID();
  const which = { institutionId, _id: deliveryId };
  if (!delivery) {
    const key = { platformId, contextId: column.contextId, columnId: column._id, personId, sub };
    const transition = create(key, { given, maximum, resourceId, revision, ...decided });
    writes.moves.push({ which, transition, isNew: true });
  } else if (isNewest) {
    const transition = updateWanted({ given, maximum, resourceId, ...decided }, column.state !== 'no_grade');
    writes.moves.push({ which, transition });
  }
  if (column.state === 'no_grade') return;
  writes.intents.push({
    _id: randomUUID(),
    institutionId,
    platformId,
    columnId: column._id,
    subjectId: target.subjectId,
    personId,
    deliveryId,
    revision,
    wanted: isNewest,
    order: decided.order,
    decisionId: decided.decisionId,
    decidedAt: decided.decidedAt,
    rule: column.rule,
    approved: progress.approved,
    all: progress.all,
    scoreGiven: given,
    scoreMaximum: maximum,
    createdAt: now,
  });
}

/**
 * Records what a decision means for the columns of these targets, inside the caller's transaction. That transaction has taken the
 * enrolment's order before it counted progress, so that no other decision can come in between. A column in which somebody has
 * several targets (its link showed something else before) gets one score.
 *
 * @param news.progressIn  what counts in a column; null if this decision is not about what its link shows
 * @returns how many intents were written
 */
export async function recordFor(
  { clock }: Pick<Deps, 'clock'>,
  news: {
    institutionId: string;
    targets: readonly ScoreTargetDoc[];
    progressIn(column: ColumnDoc): Progress | null;
    decided: DecisionFacts;
    /** The decision was recorded before, for what the column's link showed then. */
    isAgain?: boolean;
  },
  tx: ClientSession,
): Promise<number> {
  const { institutionId, decided } = news;
  if (news.targets.length === 0) return 0;
  const now = clock.now();
  const targets = onePerColumn(news.targets);
  const columnIds = targets.map((target) => target.columnId);
  const personIds = [...new Set(targets.map((target) => target.personId))];
  const columns = await ColumnModel.find({ institutionId, _id: { $in: columnIds } }, null, {
    session: tx,
  }).lean();
  const deliveries = await DeliveryModel.find(
    { institutionId, columnId: { $in: columnIds }, personId: { $in: personIds } },
    null,
    { session: tx },
  ).lean();
  const writes: PlannedWrites = { intents: [], moves: [] };
  for (const target of targets) {
    const column = columns.find((one) => one._id === target.columnId);
    const progress = column ? news.progressIn(column) : null;
    const found = deliveries.find(
      (one) => one.columnId === target.columnId && one.personId === target.personId,
    );
    const delivery = found ?? null;
    // a link without grade gets none; what it has started is kept up to date, in case it gets its grades again
    if (!column || !progress || isWithoutGrade(column, delivery)) continue;
    planIntent({ target, column, progress, delivery }, decided, now, writes);
  }
  await moveEach(writes.moves, tx);
  if (news.isAgain) return 0;
  if (writes.intents.length > 0) await ScoreIntentModel.insertMany(writes.intents, { session: tx });
  return writes.intents.length;
}
