import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { getVersion } from '../catalog/catalog.service.ts';
import { getRun } from '../catalog/runs.service.ts';
import { getEnrolment, getOwnEnrolment, setTrack } from '../enrolments/enrolments.service.ts';
import { wakeLanesOf } from '../grades/grades.service.ts';
import { settleAndRecord } from '../reviews/completion.service.ts';

/**
 * Chooses a track of the caller's own enrolment, or leaves it. A repeat changes nothing. Choosing may complete the pathway; leaving
 * takes back nothing that was earned (`toCompletionFacts`), and keeps the work.
 *
 * @throws {AppError} NOT_FOUND for another person's enrolment, or to choose a track that the version does not have; RUN_ARCHIVED
 */
export async function chooseTrack(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  enrolmentId: string,
  choice: { track: string; chosen: boolean },
): Promise<void> {
  const { institutionId } = session;
  const own = await getOwnEnrolment(session, enrolmentId);
  const [version, run] = await Promise.all([
    getVersion(institutionId, own.versionId),
    getRun(institutionId, own.runId),
  ]);
  const isOffered = version.tracks.some(({ key }) => key === choice.track);
  if (choice.chosen && !isOffered) throw notFound('This track');
  if (run.state === 'archived') {
    throw new AppError(
      'RUN_ARCHIVED',
      'This is from an earlier run of the pathway, so its tracks stay as they are. You can read everything.',
    );
  }
  const isNew = await inTransaction(async (tx) => {
    const isChanged = await setTrack(own, choice, tx);
    if (!isChanged || !choice.chosen) return false;
    await settleAndRecord(deps, await getEnrolment(institutionId, enrolmentId, tx), tx);
    return true;
  });
  if (isNew) await wakeLanesOf(session);
}
