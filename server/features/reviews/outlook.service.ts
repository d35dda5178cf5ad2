import type { ColumnOutlook } from '../../../contract/reviews.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { readTogether, type Found } from '../../combinedRead.ts';
import { notFound } from '../../errors.ts';
import { appendAuditOnce } from '../audit/audit.service.ts';
import { getVersion } from '../catalog/catalog.service.ts';
import { amongOthersJoin, type AttemptAmongOthers } from '../enrolments/enrolments.service.ts';
import {
  getRuleFacts,
  progressOf,
  toCompletionFacts,
  withApproval,
} from '../enrolments/ruleFacts.service.ts';
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
  const enrolment = attempt?.enrolment[0];
  if (!attempt || !enrolment) throw notFound('This module');
  const { pathwayKey, moduleKey, neighbours } = attempt;
  const version = await getVersion(institutionId, enrolment.versionId);
  const facts = withApproval(await getRuleFacts(enrolment, version, neighbours), moduleKey);
  const progress = progressOf(version.completes, toCompletionFacts(facts, enrolment));
  return { columns: await outlookOf({ institutionId, pathwayKey, moduleKey, progress }, attempt) };
}
