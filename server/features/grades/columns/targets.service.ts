import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { inTransaction } from '../../../db.ts';
import type { Deps } from '../../../deps.ts';
import { isDuplicateKey } from '../../../errors.ts';
import type { LiveSession } from '../../../http/liveSession.ts';
import type { ColumnDoc } from './column.model.ts';
import { DeliveryModel, type DeliveryDoc } from '../deliveries/delivery.model.ts';
import { ensureColumn, type GradedLink } from './columns.service.ts';
import { readKnownGrading, type KnownGrading } from './gradeOpening.service.ts';
import { recordFor, type DecisionFacts } from '../deliveries/intents.ts';
import { ensureLane, laneIdOf, wakeLanes } from '../deliveries/lanes.ts';
import { compareAfterReturn, retryAtOpening } from '../deliveries/returns.service.ts';
import { ScoreIntentModel } from '../deliveries/scoreIntent.model.ts';
import { score, type Progress } from './scoreRule.ts';
import { ScoreTargetModel, type ScoreTargetDoc } from './scoreTarget.model.ts';

export type { GradedLink } from './columns.service.ts';

/** How far work has got, and the newest approval in it; null if nothing is approved. */
export interface CountedWork {
  progress: Progress;
  decided: DecisionFacts | null;
  /** A number of the enrolment that no decision has: after all that are committed. */
  order?: number;
}

/** A participant's work as a placement shows it. */
export interface OpenedWork {
  link: GradedLink;
  /** The person's id in the LMS. */
  sub: string;
  /** The attempt if the link shows one module, otherwise the enrolment. */
  subject: { kind: 'attempt' | 'enrolment'; id: string };
  /** The enrolment and all its attempts. */
  subjectIds: readonly string[];
  /** As far as is known; work from another course counts here too. */
  known: CountedWork;
  /** The same, at a point where nobody can change it before the end of the transaction. */
  count(tx: ClientSession): Promise<CountedWork>;
}

type Caller = Pick<LiveSession, 'institutionId' | 'personId' | 'platformId' | 'family' | 'practice'>;

function newTarget(
  { clock }: Pick<Deps, 'clock'>,
  session: Caller,
  work: Pick<OpenedWork, 'sub' | 'subject'>,
  columnId: string,
): ScoreTargetDoc {
  const { institutionId, personId, platformId } = session;
  return {
    _id: randomUUID(),
    institutionId,
    subjectId: work.subject.id,
    subject: work.subject.kind,
    columnId,
    platformId,
    personId,
    sub: work.sub,
    createdAt: clock.now(),
  };
}

interface Unrecorded {
  decided: DecisionFacts;
  isAgain: boolean;
}

/**
 * What to report about work that is connected to a column: its newest approval, unless that has been recorded. A score for what
 * the link showed before is replaced, even by none: the decision that it came from need not be among those that count now.
 */
async function findUnrecorded(
  column: ColumnDoc,
  personId: string,
  { decided, order }: CountedWork,
  tx: ClientSession,
): Promise<Unrecorded | null> {
  const delivery = await findDelivery(column, personId, tx);
  const isAgain = decided !== null && (await isRecorded(column, decided, tx));
  if (!delivery || isForShown(column, delivery)) return decided && !isAgain ? { decided, isAgain } : null;
  const { enrolmentId, decisionId, decidedAt, submittedAt, order: last } = delivery.wanted;
  if (decided) return { decided: { ...decided, order: order ?? decided.order }, isAgain };
  return { decided: { enrolmentId, decisionId, decidedAt, submittedAt, order: last }, isAgain: true };
}

function findDelivery(
  { institutionId, _id: columnId }: ColumnDoc,
  personId: string,
  tx: ClientSession | null = null,
): Promise<Pick<DeliveryDoc, 'wanted'> | null> {
  return DeliveryModel.findOne({ institutionId, columnId, personId }, { wanted: 1 }).session(tx).lean();
}

const isForShown = ({ resourceId }: ColumnDoc, { wanted }: Pick<DeliveryDoc, 'wanted'>): boolean =>
  (wanted.resourceId ?? resourceId) === resourceId;

/**
 * Connects work to a column and records what is already approved, together: a simultaneous approval either finds the target, or
 * is counted here. A link shows one thing, so a target for what it showed before is removed.
 */
async function joinTo(
  deps: Pick<Deps, 'clock'>,
  session: Caller,
  work: OpenedWork,
  column: ColumnDoc,
): Promise<void> {
  const { institutionId } = session;
  await ensureLane(session);
  await inTransaction(async (tx) => {
    const counted = await work.count(tx);
    const inColumn = { institutionId, subjectId: { $in: work.subjectIds }, columnId: column._id };
    const joined = await ScoreTargetModel.find(inColumn, null, { session: tx }).lean();
    const found = joined.find((target) => target.subjectId === work.subject.id);
    const target = found ?? newTarget(deps, session, work, column._id);
    if (!found) await ScoreTargetModel.create([target], { session: tx });
    await ScoreTargetModel.deleteMany({ ...inColumn, _id: { $ne: target._id } }, { session: tx });
    const unrecorded = await findUnrecorded(column, session.personId, counted, tx);
    if (!unrecorded) return;
    const progressIn = () => counted.progress;
    await recordFor(deps, { institutionId, targets: [target], progressIn, ...unrecorded }, tx);
  });
  await wakeLanes([laneIdOf(session)]);
}

async function isRecorded(
  { institutionId, _id: columnId }: ColumnDoc,
  { decisionId }: DecisionFacts,
  tx?: ClientSession,
): Promise<boolean> {
  const which = { institutionId, decisionId, columnId };
  return (await ScoreIntentModel.exists(which).session(tx ?? null)) !== null;
}

/** True if there is nothing to report about connected work, as far as is known before the transaction. */
async function isUpToDate(
  column: ColumnDoc,
  personId: string,
  { progress, decided }: CountedWork,
  { column: seen, recordedIn }: Pick<KnownGrading, 'column' | 'recordedIn'>,
): Promise<boolean> {
  const delivery = column._id === seen?._id ? seen.deliveries[0] : await findDelivery(column, personId);
  if (delivery && !isForShown(column, delivery)) return false;
  return !decided || score(progress, column.rule, column.points) === 0 || recordedIn.includes(column._id);
}

/** The column of a link as its launch describes it, compared once more if that is due; null for a link without grade. */
async function bringUpToDate(
  deps: Pick<Deps, 'clock'>,
  session: Caller,
  { link, sub }: Pick<OpenedWork, 'link' | 'sub'>,
  { wasAway, column: seen }: Pick<KnownGrading, 'wasAway' | 'column'>,
): Promise<ColumnDoc | null> {
  const { institutionId } = session;
  if (wasAway) await compareAfterReturn(deps, session, { contextId: link.contextId, sub });
  const column = await ensureColumn(deps, { institutionId, link, found: seen });
  if (!column) return null;
  const due = seen && { compare: seen.comparable.length > 0, access: seen.tries.length > 0 };
  await retryAtOpening(deps, session, column, column._id === seen?._id && due ? due : undefined);
  return column;
}

/**
 * Connects the caller's work to the column of the launched link, and updates the column from the launch. If the work is already
 * approved (in another course), its score is recorded for this column too. Called whenever a participant opens a link; a repeat
 * only reads what is known.
 *
 * Nothing happens for practice (the LMS's test student) or a link without grade.
 *
 * @param known  as read with the work itself; without it, it is read here
 */
export async function ensureScoreTargets(
  deps: Pick<Deps, 'clock'>,
  session: Caller,
  work: OpenedWork,
  known?: KnownGrading,
): Promise<void> {
  if (session.practice) return;
  const { subject, subjectIds, link, sub } = work;
  const { decided } = work.known;
  const about = { ...link, sub, subjectIds, decisionId: decided?.decisionId ?? null };
  const grading = known ?? (await readKnownGrading(session, about));
  const column = await bringUpToDate(deps, session, work, grading);
  if (!column) return;
  const joined = grading.targets.filter((target) => target.columnId === column._id);
  const isJoined = joined.length === 1 && joined[0]?.subjectId === subject.id;
  if (isJoined && (await isUpToDate(column, session.personId, work.known, grading))) return;
  await joinTo(deps, session, work, column);
}

/**
 * The same for work that has nothing yet that could be approved: only its target, without a transaction. The caller creates the
 * work afterwards, and calls `ensureScoreTargets` if somebody else was first.
 *
 * @returns false if that must be called in any case: the person has a score in this column already, or another link has it
 */
export async function joinBeforeWork(
  deps: Pick<Deps, 'clock'>,
  session: Caller,
  work: Pick<OpenedWork, 'link' | 'sub' | 'subject'>,
  known: KnownGrading,
): Promise<boolean> {
  if (session.practice) return true;
  if (known.column && known.column.deliveries.length > 0) return false;
  const column = await bringUpToDate(deps, session, work, known);
  if (!column) return true;
  if (column.placementId !== work.link.placementId) return false;
  if (!known.hasLane) await ensureLane(session);
  try {
    await ScoreTargetModel.create(newTarget(deps, session, work, column._id));
  } catch (error) {
    if (!isDuplicateKey(error, 'score_target_of_subject_and_column')) throw error;
  }
  return true;
}
