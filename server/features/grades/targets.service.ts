import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { ColumnDoc } from './column.model.ts';
import { ensureColumn, type GradedLink } from './columns.ts';
import { recordFor, type Decided } from './intents.ts';
import { ensureLane, laneIdOf, wakeLanes } from './lanes.ts';
import { lookAgainAfterReturn, lookOnceMoreAtOpening } from './returns.ts';
import { ScoreIntentModel } from './scoreIntent.model.ts';
import { score, type Progress } from './scoreRule.ts';
import { ScoreTargetModel, type ScoreTargetDoc } from './scoreTarget.model.ts';

export type { GradedLink } from './columns.ts';

/** How far work has come, and the newest approval in it; null when nothing is approved. */
export interface Counted {
  progress: Progress;
  decided: Decided | null;
}

/** A participant's work as a placement shows it. */
export interface OpenedWork {
  link: GradedLink;
  /** The person's id at the LMS. */
  sub: string;
  /** The attempt where the link shows one module, else the enrolment. */
  subject: { kind: 'attempt' | 'enrolment'; id: string };
  /** The enrolment and all its attempts. */
  subjectIds: readonly string[];
  /** As far as is known; work from another course counts here too. */
  known: Counted;
  /** The same as nobody can change it any more before the transaction's end. */
  count(session: ClientSession): Promise<Counted>;
}

type Caller = Pick<LiveSession, 'institutionId' | 'personId' | 'platformId' | 'family' | 'practice'>;

function newTarget(
  { clock }: Pick<Deps, 'clock'>,
  session: Caller,
  work: OpenedWork,
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

/**
 * Joins work to a column and records what is approved already, together: an approval at the same moment either finds the
 * target, or is counted here. A link shows one thing, so a target for what it showed before goes.
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
    const { progress, decided } = await work.count(tx);
    const inColumn = { institutionId, subjectId: { $in: work.subjectIds }, columnId: column._id };
    const joined = await ScoreTargetModel.find(inColumn, null, { session: tx }).lean();
    const found = joined.find((target) => target.subjectId === work.subject.id);
    const target = found ?? newTarget(deps, session, work, column._id);
    if (!found) await ScoreTargetModel.create([target], { session: tx });
    await ScoreTargetModel.deleteMany({ ...inColumn, _id: { $ne: target._id } }, { session: tx });
    if (!decided || (await isRecorded(institutionId, column._id, decided, tx))) return;
    await recordFor(deps, { institutionId, targets: [{ target, progress }], decided }, tx);
  });
  await wakeLanes([laneIdOf(session)]);
}

async function isRecorded(
  institutionId: string,
  columnId: string,
  { decisionId }: Decided,
  session?: ClientSession,
): Promise<boolean> {
  const which = { institutionId, decisionId, columnId };
  return (await ScoreIntentModel.exists(which).session(session ?? null)) !== null;
}

/**
 * Joins the caller's work to the column of the link that was launched, and brings the column up to date with what the
 * launch said. Where the work is approved already (in another course), its score is recorded for this column too.
 * Called whenever a participant opens a link; a repeat costs five reads.
 *
 * Nothing happens for practice (the LMS's test student) or a link without grade.
 */
export async function ensureScoreTargets(
  deps: Pick<Deps, 'clock'>,
  session: Caller,
  work: OpenedWork,
): Promise<void> {
  if (session.practice) return;
  const { institutionId } = session;
  await lookAgainAfterReturn(deps, session, { contextId: work.link.contextId, sub: work.sub });
  const column = await ensureColumn(deps, institutionId, work.link);
  if (!column) return;
  await lookOnceMoreAtOpening(session, column);
  const { subject, subjectIds, known } = work;
  const joined = await ScoreTargetModel.find({
    institutionId,
    subjectId: { $in: subjectIds },
    columnId: column._id,
  }).lean();
  const isJoined = joined.length === 1 && joined[0]?.subjectId === subject.id;
  const { decided, progress } = known;
  const isTold =
    !decided ||
    score(progress, column.rule, column.points) === 0 ||
    (await isRecorded(institutionId, column._id, decided));
  if (isJoined && isTold) return;
  await joinTo(deps, session, work, column);
}
