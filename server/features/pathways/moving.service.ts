import type { ClientSession } from 'mongoose';
import type { MoveToVersion } from '../../../contract/versions.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { getVersion } from '../catalog/catalog.service.ts';
import { getRun } from '../catalog/runs.service.ts';
import { findOffered, getPathway, getVersionNumbered } from '../catalog/versions.service.ts';
import {
  getEnrolment,
  getOwnEnrolment,
  takeDecisionOrder,
  type EnrolmentDoc,
} from '../enrolments/enrolments.service.ts';
import { moveEnrolment } from '../enrolments/versionMoves.service.ts';
import { wakeLanesOf } from '../grades/grades.service.ts';
import { progressOfWork, recordFollowing, settlePathways } from '../reviews/completion.service.ts';
import { findClosed } from './newer.service.ts';

const notOffered = (): AppError =>
  new AppError(
    'VERSION_NOT_OFFERED',
    'This version is not offered any more. Look again: your work stays as it is.',
  );

/** @throws {AppError} RUN_ARCHIVED, VERSION_NOT_OFFERED if the enrolment is completed or was left */
async function requireMovable(enrolment: EnrolmentDoc): Promise<void> {
  const closed = findClosed(enrolment, await getRun(enrolment.institutionId, enrolment.runId));
  if (closed === null) return;
  if (closed === 'archived')
    throw new AppError(
      'RUN_ARCHIVED',
      'This is from an earlier run of the pathway. You can read everything; it stays in the version that it was done in.',
    );
  throw new AppError(
    'VERSION_NOT_OFFERED',
    closed === 'completed'
      ? 'You have completed this pathway. It stays in the version that you completed.'
      : 'You have left this pathway. Go back to it first.',
  );
}

/** The id of the version to move to. @throws {AppError} VERSION_CHANGED, VERSION_NOT_OFFERED */
async function requireOffered(
  enrolment: EnrolmentDoc,
  { from, to }: MoveToVersion,
  tx: ClientSession,
): Promise<string> {
  const { institutionId, pathwayKey, versionId } = enrolment;
  const { n } = await getVersion(institutionId, versionId);
  if (n !== from)
    throw new AppError(
      'VERSION_CHANGED',
      `You work on version ${n} by now, perhaps since another window moved you. Look again.`,
    );
  const offered = findOffered(await getPathway(institutionId, pathwayKey, tx), n);
  if (offered === null) throw notOffered();
  if (offered !== to)
    throw new AppError(
      'VERSION_CHANGED',
      `Version ${offered} is offered by now. Look at what it changes, then decide.`,
    );
  return (await getVersionNumbered(institutionId, pathwayKey, to))._id;
}

/** What the move completes, and the score of the whole pathway where it changes. */
async function settle(deps: Pick<Deps, 'clock'>, before: EnrolmentDoc, tx: ClientSession): Promise<void> {
  const { institutionId, _id, versionId } = before;
  const enrolment = await getEnrolment(institutionId, _id, tx);
  const work = await settlePathways(deps, { enrolment, awarded: [], cause: null }, tx);
  const was = await progressOfWork({ ...work, version: await getVersion(institutionId, versionId) }, tx);
  const is = await progressOfWork(work, tx);
  if (was.approved * is.all !== is.approved * was.all) await recordFollowing(deps, work, null, tx);
}

/**
 * Moves the caller's own enrolment to the version that is offered, in one transaction. It takes the enrolment's order first, so that a
 * decision at the same moment comes before or after it; every attempt is written, so that a submission does, too. Nothing that was
 * written is deleted, and what was judged stays as it was judged.
 *
 * @throws {AppError} VERSION_CHANGED unless they work on `from` and `to` is what is offered; VERSION_NOT_OFFERED; RUN_ARCHIVED;
 *   NOT_FOUND, for another person's enrolment too
 */
export async function moveToVersion(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  enrolmentId: string,
  move: MoveToVersion,
): Promise<void> {
  const { institutionId } = session;
  await getOwnEnrolment(session, enrolmentId);
  await inTransaction(async (tx) => {
    await takeDecisionOrder(institutionId, enrolmentId, tx);
    const enrolment = await getEnrolment(institutionId, enrolmentId, tx);
    await requireMovable(enrolment);
    const versionId = await requireOffered(enrolment, move, tx);
    await moveEnrolment(deps, enrolment, versionId, tx);
    await settle(deps, enrolment, tx);
  });
  await wakeLanesOf(session);
}
