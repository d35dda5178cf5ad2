import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { DeliveryModel, type DeliveryDoc } from './delivery.model.ts';
import { ScoreIntentModel, type ScoreIntentDoc } from './scoreIntent.model.ts';
import { score, type Progress } from './scoreRule.ts';
import { ScoreTargetModel, type ScoreTargetDoc } from './scoreTarget.model.ts';
import { begin, wantNewer } from './transitions/deliveryTransitions.ts';
import { moveEach, type Move } from './transitions/transition.ts';

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

interface Writes {
  intents: ScoreIntentDoc[];
  moves: Move[];
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
  const { institutionId, platformId, personId, sub } = target;
  const deliveryId = head?._id ?? randomUUID();
  const which = { institutionId, _id: deliveryId };
  if (!head) {
    const key = { platformId, contextId: column.contextId, columnId: column._id, personId, sub };
    const transition = begin(key, { given, maximum, revision, ...decided });
    writes.moves.push({ which, transition, isNew: true });
  } else if (isNewest) {
    writes.moves.push({ which, transition: wantNewer({ given, maximum, ...decided }) });
  }
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
  const writes: Writes = { intents: [], moves: [] };
  for (const { target, progress } of targets) {
    const column = columns.find((one) => one._id === target.columnId && one.state !== 'no_grade');
    if (!column) continue;
    const head = heads.find((one) => one.columnId === column._id && one.personId === target.personId) ?? null;
    want({ target, column, progress, head }, decided, now, writes);
  }
  await moveEach(writes.moves, session);
  if (writes.intents.length > 0) await ScoreIntentModel.insertMany(writes.intents, { session });
  return writes.intents.length;
}
