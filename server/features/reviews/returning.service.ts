import type { ClientSession } from 'mongoose';
import { isAtLeastMeets } from '../../../contract/content.ts';
import { REVIEW, statesBefore } from '../../../contract/states.ts';
import { part, readOfEach } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { RepeatedJob } from '../../jobs/jobs.ts';
import { appendAudit } from '../audit/audit.service.ts';
import { getModule } from '../catalog/catalog.service.ts';
import { getAttempt } from '../enrolments/attempts.service.ts';
import { getSubmission } from '../submissions/submissions.service.ts';
import {
  judgedCriteria,
  loadCase,
  neededName,
  writeVerdict,
  toVerdict,
  type DecisionResult,
  type Judged,
} from './decisions.service.ts';
import { judgesAs, requireStillPeer } from './claims.service.ts';
import { ReviewModel } from './review.model.ts';
import { alreadyDecided, getReviewInScope, isDecided } from './reviews.service.ts';

type ReturnDeps = Pick<Deps, 'clock' | 'log'>;

/** How long a reviewer may undo a return, by the database's clock. */
export const UNDO_SECONDS = 10;
/** The database's clock must have passed the end, too. */
const MARGIN_MS = 200;

/**
 * Returns a submission: from now on it is a return, whatever happens to the reviewer's page. For `UNDO_SECONDS` they may undo it,
 * and its author sees nothing of it. Then it reopens the evidence for the criteria below the level that an approval
 * needs, and the others keep theirs. The grade in the course stays as it is.
 *
 * @throws {AppError} NOTHING_RETURNED if no criterion is below that; COMMENT_NEEDED, ALREADY_DECIDED, REVIEW_TAKEN, OWN_WORK,
 *   FORBIDDEN for a peer who has left the course or the pathway
 */
export async function returnForRevision(
  deps: ReturnDeps,
  session: LiveSession,
  reviewId: string,
  judged: Judged,
): Promise<DecisionResult> {
  const found = await loadCase(session, reviewId);
  const criteria = judgedCriteria(found, judged);
  const { scale } = found.module;
  if (criteria.every(({ level }) => isAtLeastMeets(scale, level))) {
    throw new AppError(
      'NOTHING_RETURNED',
      `Every criterion is at ${neededName(scale)} or above. Approve it, or say which one to revise.`,
    );
  }
  const { institutionId, personId: reviewerId } = session;
  const until = { $add: ['$$NOW', UNDO_SECONDS * 1000] };
  const returning = { criteria: { $literal: criteria }, summary: { $literal: judged.summary }, until };
  const result = await inTransaction(async (tx): Promise<DecisionResult> => {
    await requireStillPeer(session, found.review, tx);
    const moved = await ReviewModel.updateOne(
      { institutionId, _id: reviewId, reviewerId, state: { $in: statesBefore(REVIEW, 'returning') } },
      [{ $set: { state: 'returning', returning } }],
      { updatePipeline: true, session: tx },
    );
    if (moved.modifiedCount === 0) {
      throw alreadyDecided();
    }
    const subject = { kind: 'submission', id: found.submission._id };
    await appendAudit(
      deps,
      session,
      {
        action: 'review.returned',
        subject,
        facts: { outcome: 'returned', judgedAs: judgesAs(found.review) },
      },
      tx,
    );
    return { outcome: 'returned', awardId: null, scores: 0, undoSeconds: UNDO_SECONDS };
  });
  settleSoon(deps, institutionId, reviewId);
  return result;
}

/** One transaction. @throws {AppError} REVIEW_TAKEN to a peer who has taken another one since: they have one at a time */
async function undoing(work: (tx: ClientSession) => Promise<void>): Promise<void> {
  try {
    await inTransaction(work);
  } catch (error) {
    if (!isDuplicateKey(error, 'claim_of_peer')) throw error;
    throw new AppError('REVIEW_TAKEN', 'You have begun another review since, so this one can’t be undone.', {
      cause: error,
    });
  }
}

/**
 * Undoes a return that has not gone to its author yet: the review continues. Undoing it twice is not an error.
 *
 * @throws {AppError} ALREADY_DECIDED once it has gone out, REVIEW_TAKEN if it is somebody else's
 */
export async function undoReturn(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  reviewId: string,
): Promise<void> {
  const review = await getReviewInScope(session, reviewId);
  const { institutionId, personId: reviewerId } = session;
  const isMine = review.reviewerId === reviewerId;
  if (isMine && review.state === 'started') return;
  if (!isMine || !isDecided(review)) {
    throw new AppError('REVIEW_TAKEN', 'This return is not yours to undo.');
  }
  await undoing(async (tx) => {
    const undone = await ReviewModel.updateOne(
      {
        institutionId,
        _id: reviewId,
        reviewerId,
        state: 'returning',
        $expr: { $gt: ['$returning.until', '$$NOW'] },
      },
      { $set: { state: 'started' }, $unset: { returning: 1 } },
      { session: tx },
    );
    if (undone.modifiedCount === 0) {
      throw new AppError('ALREADY_DECIDED', 'It has already gone to its author, so it can’t be undone.');
    }
    const subject = { kind: 'submission', id: review.submissionId };
    await appendAudit(deps, session, { action: 'review.return_undone', subject }, tx);
  });
}

/**
 * Sends a return to its author once it can no longer be undone: the decision is made then, once.
 *
 * @returns false if there is no such return (any more), or it may still be undone
 */
export async function settleReturn(institutionId: string, reviewId: string): Promise<boolean> {
  return inTransaction(async (tx) => {
    const review = await ReviewModel.findOne(
      {
        institutionId,
        _id: reviewId,
        state: 'returning',
        $expr: { $lte: ['$returning.until', '$$NOW'] },
      },
      null,
      { session: tx },
    ).lean();
    if (!review?.returning || review.reviewerId === null) return false;
    const { criteria, summary } = review.returning;
    const submission = await getSubmission(institutionId, review.submissionId);
    const attempt = await getAttempt(institutionId, review.attemptId, tx);
    const { content: module } = await getModule(institutionId, submission.versionId, submission.moduleId);
    const said = {
      reviewerId: review.reviewerId,
      judgedAs: judgesAs(review),
      outcome: 'returned',
      criteria,
      summary,
    } as const;
    await writeVerdict(tx, { review, submission, attempt, module }, toVerdict(submission, said));
    return true;
  });
}

/** In this process; if it ends before, the job finds it within a minute. */
function settleSoon({ log }: Pick<Deps, 'log'>, institutionId: string, reviewId: string): void {
  setTimeout(
    () => void tryToSettle({ log }, institutionId, reviewId),
    UNDO_SECONDS * 1000 + MARGIN_MS,
  ).unref();
}

/** @returns false also if it failed */
async function tryToSettle(
  { log }: Pick<Deps, 'log'>,
  institutionId: string,
  reviewId: string,
): Promise<boolean> {
  try {
    return await settleReturn(institutionId, reviewId);
  } catch (error) {
    log.warn({ err: error, reviewId }, 'a return could not be completed yet; the next sweep tries again');
    return false;
  }
}

/** Sends all returns whose time has passed; one that fails does not hold up the others. @returns how many were sent */
export async function settleReturns(
  { log }: Pick<Deps, 'log'>,
  institutionIds: readonly string[],
): Promise<number> {
  const isOver = { 'returning.until': { $exists: true }, $expr: { $lte: ['$returning.until', '$$NOW'] } };
  const over = await readOfEach(institutionIds, (institutionId) =>
    part<{ _id: string }>(ReviewModel, { institutionId, ...isOver }, [{ $project: { _id: 1 } }]),
  );
  let settled = 0;
  for (const [institutionId, due] of over) {
    for (const { _id } of due) if (await tryToSettle({ log }, institutionId, _id)) settled += 1;
  }
  return settled;
}

/** The periodic job that sends returns whose process ended first. */
export function returnsJob(
  deps: Pick<Deps, 'log'>,
  listInstitutionIds: () => Promise<readonly string[]>,
): RepeatedJob {
  return {
    name: 'reviews.returns',
    every: '1 minute',
    run: async () => settleReturns(deps, await listInstitutionIds()),
  };
}
