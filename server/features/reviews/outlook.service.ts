import type { ColumnOutlook } from '../../../contract/reviews.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { appendAuditOnce } from '../audit/audit.service.ts';
import { getAttempt } from '../attempts/attempts.service.ts';
import { listAttempts, progressOf } from '../attempts/enrolments.service.ts';
import { outlookOf } from '../grades/outlook.service.ts';
import { getReviewInScope } from './reviews.service.ts';

/**
 * What an approval of this submission would send to which grade column, counted as the approval will count it.
 *
 * @throws {AppError} NOT_FOUND, OWN_WORK
 */
export async function getOutlook(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  reviewId: string,
): Promise<{ columns: ColumnOutlook[] }> {
  const review = await getReviewInScope(session, reviewId);
  const { institutionId, attemptId } = review;
  await appendAuditOnce(deps, session, {
    action: 'review.outlook_read',
    subject: { kind: 'review', id: reviewId },
  });
  const { enrolmentId, pathwayKey, moduleKey } = await getAttempt(institutionId, attemptId);
  const attempts = await listAttempts(institutionId, enrolmentId);
  const after = attempts.map(({ _id, state }) => ({
    state: _id === attemptId ? ('approved' as const) : state,
  }));
  const progress = progressOf(after);
  const attemptIds = attempts.map(({ _id }) => _id);
  return {
    columns: await outlookOf({ institutionId, enrolmentId, pathwayKey, moduleKey, attemptIds, progress }),
  };
}
