import { randomUUID } from 'node:crypto';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { ColumnDoc } from './column.model.ts';
import { ensureColumn, type GradedLink } from './columns.ts';
import { DeliveryModel } from './delivery.model.ts';
import { recordFor, type Decided } from './intents.ts';
import { ensureLane, laneIdOf, wakeLanes } from './lanes.ts';
import type { Progress } from './scoreRule.ts';
import { ScoreTargetModel, type ScoreTargetDoc } from './scoreTarget.model.ts';

export type { GradedLink } from './columns.ts';

/** A participant's work as a placement shows it. */
export interface OpenedWork {
  link: GradedLink;
  /** The person's id at the LMS. */
  sub: string;
  /** The attempt where the link shows one module, else the enrolment. */
  subject: { kind: 'attempt' | 'enrolment'; id: string };
  /** How far it has come already: work from another course counts here too. */
  progress: Progress;
  /** The newest approval in it; null when nothing is approved. */
  decided: Decided | null;
}

type Caller = Pick<LiveSession, 'institutionId' | 'personId' | 'platformId' | 'family' | 'practice'>;

async function ensureTarget(
  { clock }: Pick<Deps, 'clock'>,
  session: Caller,
  work: OpenedWork,
  column: ColumnDoc,
): Promise<ScoreTargetDoc> {
  const { institutionId, personId, platformId } = session;
  const key = { institutionId, subjectId: work.subject.id, columnId: column._id };
  const found = await ScoreTargetModel.findOne(key).lean();
  if (found) return found;
  await ensureLane(session);
  const target: ScoreTargetDoc = {
    _id: randomUUID(),
    ...key,
    subject: work.subject.kind,
    platformId,
    personId,
    sub: work.sub,
    createdAt: clock.now(),
    countedAt: null,
  };
  try {
    await ScoreTargetModel.create(target);
    return target;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return (await ScoreTargetModel.findOne(key).lean()) ?? target;
  }
}

/**
 * Joins the caller's work to the column of the link that was launched, and brings the column up to date with what the
 * launch said. Where the work is approved already (in another course), its score is recorded for this column too.
 * Called whenever a participant opens a link; a repeat costs three reads.
 *
 * Nothing happens for practice (the LMS's test student) or a link without grade.
 */
export async function ensureScoreTargets(
  deps: Pick<Deps, 'clock'>,
  session: Caller,
  work: OpenedWork,
): Promise<void> {
  if (session.practice) return;
  const { institutionId, personId } = session;
  const column = await ensureColumn(deps, institutionId, work.link);
  if (!column) return;
  const target = await ensureTarget(deps, session, work, column);
  const { decided, progress } = work;
  if (!decided) return;
  const head = await DeliveryModel.findOne({ institutionId, columnId: column._id, personId }).lean();
  if (head) return;
  const news = { institutionId, targets: [{ target, progress }], decided };
  try {
    await inTransaction((tx) => recordFor(deps, news, tx));
  } catch (error) {
    // another request of the same person was first
    if (!isDuplicateKey(error)) throw error;
  }
  await wakeLanes([laneIdOf(session)]);
}
