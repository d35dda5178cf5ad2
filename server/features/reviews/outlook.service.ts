import type { ColumnOutlook } from '../../../contract/reviews.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { readTogether, type Found } from '../../combinedRead.ts';
import { notFound } from '../../errors.ts';
import { appendAuditOnce } from '../audit/audit.service.ts';
import { amongOthersJoin, progressOf, type AttemptAmongOthers } from '../enrolments/enrolments.service.ts';
import { columnsOfWorkJoins, outlookOf, type FoundColumns } from '../grades/outlook.service.ts';
import { requireInScope, reviewPart } from './reviews.service.ts';

/** A review, and the columns that its author's work goes to. */
export function outlookParts({ institutionId }: { institutionId: string }, reviewId: string) {
  const subjectIds = { $concatArrays: [['$enrolmentId'], '$neighbours._id'] };
  const joins = columnsOfWorkJoins(institutionId, subjectIds);
  return {
    own: reviewPart<{ attempt: (AttemptAmongOthers & FoundColumns)[] }>(institutionId, reviewId, [
      amongOthersJoin(institutionId, 'attemptId', joins),
    ]),
  };
}

/**
 * What an approval of this submission would send to which grade column, calculated as the approval will calculate it.
 *
 * @param found  from `outlookParts`, if it was read together with the session
 * @throws {AppError} NOT_FOUND, OWN_WORK
 */
export async function getOutlook(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  reviewId: string,
  found?: Found<ReturnType<typeof outlookParts>>,
): Promise<{ columns: ColumnOutlook[] }> {
  const { institutionId } = session;
  const { own } = found ?? (await readTogether(outlookParts(session, reviewId)));
  const review = requireInScope(session, own[0]);
  await appendAuditOnce(deps, session, {
    action: 'review.outlook_read',
    subject: { kind: 'review', id: reviewId },
  });
  const [attempt] = review.attempt;
  if (!attempt) throw notFound('This module');
  const { pathwayKey, moduleKey, neighbours } = attempt;
  const after = neighbours.map(({ _id, state }) => ({
    state: _id === attempt._id ? ('approved' as const) : state,
  }));
  const progress = progressOf(after);
  return { columns: await outlookOf({ institutionId, pathwayKey, moduleKey, progress }, attempt) };
}
