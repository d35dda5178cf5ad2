import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { bucketOf } from './bucket.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { DeliveryModel, type DeliveryDoc, type ScoreValue, type WantedScore } from './delivery.model.ts';
import { ScoreIntentModel, type ScoreIntentDoc } from './scoreIntent.model.ts';
import { score, type Progress } from './scoreRule.ts';
import { ScoreTargetModel, type ScoreTargetDoc } from './scoreTarget.model.ts';

/** A decision, as far as a score cares. */
export interface Decided {
  decisionId: string;
  decidedAt: Date;
  submittedAt: Date | null;
}

interface Counted {
  target: ScoreTargetDoc;
  column: ColumnDoc;
  progress: Progress;
  head: DeliveryDoc | null;
}

/** Not before the second after the last timestamp: Moodle compares whole seconds. */
function dueAfter(now: Date, lastTimestamp: Date | null): Date {
  const earliest = lastTimestamp ? lastTimestamp.getTime() + 1000 : 0;
  return new Date(Math.max(now.getTime(), earliest));
}

const isSameValue = (a: ScoreValue, b: ScoreValue): boolean => a.given === b.given && a.maximum === b.maximum;

/** What a newer wanted score does to a head that is there already. */
function moved(head: DeliveryDoc, wanted: WantedScore, now: Date): Partial<DeliveryDoc> {
  const isChoice = bucketOf(head.state, head.reason) === 'changed' && head.reason !== 'newer_is_there';
  if (head.state === 'sending' || head.state === 'queued' || isChoice || head.closedForGood) return {};
  // the LMS shows these points already
  if (head.state === 'accepted' && isSameValue(head.wanted, wanted)) return {};
  return {
    state: 'queued',
    reason: 'none',
    bucket: 'on_the_way',
    dueAt: dueAfter(now, head.lastTimestamp),
    tries: 0,
    triedSince: null,
  };
}

function newHead(counted: Counted, wanted: WantedScore, now: Date): DeliveryDoc {
  const { target, column } = counted;
  return {
    _id: randomUUID(),
    institutionId: target.institutionId,
    platformId: target.platformId,
    contextId: column.contextId,
    columnId: column._id,
    personId: target.personId,
    sub: target.sub,
    state: 'queued',
    reason: 'none',
    bucket: 'on_the_way',
    wanted,
    sent: null,
    doubts: [],
    mustRead: false,
    forcedRevision: null,
    dueAt: now,
    lastTimestamp: null,
    triedDecisionId: null,
    tries: 0,
    triedSince: null,
    lmsMessage: null,
    lmsValue: null,
    lmsMaximum: null,
    acceptedAt: null,
    closedForGood: false,
    changedAt: now,
  };
}

interface Writes {
  intents: ScoreIntentDoc[];
  made: DeliveryDoc[];
  moved: { head: DeliveryDoc; set: Partial<DeliveryDoc> }[];
}

/** Adds what one column gets to what is to be written; nothing where there is nothing to tell the LMS. */
function want(counted: Counted, decided: Decided, now: Date, writes: Writes): void {
  const { target, column, progress, head } = counted;
  const given = score(progress, column.rule, column.points);
  if (given === 0 && !head) return;
  // an older decision that comes late is recorded, and changes nothing
  const isNewest = !head || head.wanted.decidedAt <= decided.decidedAt;
  const revision = (head?.wanted.revision ?? 0) + (isNewest ? 1 : 0);
  const maximum = column.points;
  const wanted: WantedScore = { given, maximum, revision, ...decided };
  let deliveryId = head?._id;
  if (!head) {
    const made = newHead(counted, wanted, now);
    deliveryId = made._id;
    writes.made.push(made);
  } else if (isNewest) {
    writes.moved.push({ head, set: { wanted, changedAt: now, ...moved(head, wanted, now) } });
  }
  writes.intents.push({
    _id: randomUUID(),
    institutionId: target.institutionId,
    platformId: target.platformId,
    columnId: column._id,
    subjectId: target.subjectId,
    personId: target.personId,
    deliveryId: deliveryId ?? '',
    revision,
    wanted: isNewest,
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

async function write(institutionId: string, writes: Writes, session: ClientSession): Promise<void> {
  const { intents, made, moved: changed } = writes;
  for (const { head, set } of changed) {
    await DeliveryModel.updateOne({ institutionId, _id: head._id }, { $set: set }, { session });
  }
  if (made.length > 0) await DeliveryModel.insertMany(made, { session });
  if (intents.length > 0) await ScoreIntentModel.insertMany(intents, { session });
}

/**
 * Records what a decision means for the columns of these targets, inside the caller's transaction. The targets are
 * written too, so that of two decisions at once in one pathway the second starts again and counts both.
 *
 * @returns how many intents were written
 */
export async function recordFor(
  { clock }: Pick<Deps, 'clock'>,
  news: {
    institutionId: string;
    targets: { target: ScoreTargetDoc; progress: Progress }[];
    decided: Decided;
  },
  session: ClientSession,
): Promise<number> {
  const { institutionId, targets, decided } = news;
  if (targets.length === 0) return 0;
  const now = clock.now();
  const columnIds = targets.map(({ target }) => target.columnId);
  const personIds = [...new Set(targets.map(({ target }) => target.personId))];
  const targetIds = targets.map(({ target }) => target._id);
  await ScoreTargetModel.updateMany(
    { institutionId, _id: { $in: targetIds } },
    { $set: { countedAt: now } },
    { session },
  );
  const columns = await ColumnModel.find({ institutionId, _id: { $in: columnIds } }, null, {
    session,
  }).lean();
  const heads = await DeliveryModel.find(
    { institutionId, columnId: { $in: columnIds }, personId: { $in: personIds } },
    null,
    { session },
  ).lean();
  const writes: Writes = { intents: [], made: [], moved: [] };
  for (const { target, progress } of targets) {
    const column = columns.find((one) => one._id === target.columnId && one.state !== 'no_grade');
    if (!column) continue;
    const head = heads.find((one) => one.columnId === column._id && one.personId === target.personId) ?? null;
    want({ target, column, progress, head }, decided, now, writes);
  }
  await write(institutionId, writes, session);
  return writes.intents.length;
}
