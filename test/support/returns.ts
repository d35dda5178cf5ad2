import type { Deps } from '../../server/deps.ts';
import { ReviewModel } from '../../server/features/reviews/review.model.ts';
import type { Judged } from '../../server/features/reviews/decisions.service.ts';
import { returnForRevision, settleReturn } from '../../server/features/reviews/returning.service.ts';
import type { LiveSession } from '../../server/http/liveSession.ts';

/** Lets the time in which a return may be undone expire. */
export async function expireUndo(institutionId: string, reviewId: string): Promise<void> {
  const which = { institutionId, _id: reviewId, state: 'returning' as const };
  await ReviewModel.updateOne(which, { $set: { 'returning.until': new Date(0) } });
}

/** Sends a return to its author now. */
export async function settleReturnNow(institutionId: string, reviewId: string): Promise<boolean> {
  await expireUndo(institutionId, reviewId);
  return settleReturn(institutionId, reviewId);
}

/** Returns a submission without anybody undoing it. */
export async function returnWithoutUndo(
  deps: Pick<Deps, 'clock' | 'log'>,
  session: LiveSession,
  reviewId: string,
  judged: Judged,
): Promise<void> {
  await returnForRevision(deps, session, reviewId, judged);
  await settleReturnNow(session.institutionId, reviewId);
}
