import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { openEnrolment } from '../attempts/enrolments.service.ts';
import { ensureScoreTargets } from '../grades/grades.service.ts';
import { getShown } from '../launches/courses.service.ts';

/**
 * Opens what the launched link shows: finds or makes the caller's enrolment, and ties its attempts to the grade
 * columns of this link. The browser names nothing; the launch did.
 *
 * @returns the attempt where the link shows one module, else null
 * @throws {AppError} LINK_GONE when the link shows nothing that this institution offers
 */
export async function openLaunchedWork(
  deps: Deps,
  session: LiveSession,
): Promise<{ enrolmentId: string; attemptId: string | null }> {
  const shown = await getShown(session);
  if (!shown) throw new AppError('LINK_GONE', 'This link shows nothing that is offered here any more.');
  const { enrolment, attempts } = await openEnrolment(deps, session, shown.pathwayKey);
  const attempt =
    shown.moduleKey === null ? null : attempts.find((candidate) => candidate.moduleKey === shown.moduleKey);
  if (attempt === undefined) throw new AppError('LINK_GONE', 'This module is no longer here.');
  await ensureScoreTargets(deps, session, {
    enrolmentId: enrolment._id,
    attempts: attempt ? [attempt] : attempts,
  });
  return { enrolmentId: enrolment._id, attemptId: attempt?._id ?? null };
}
