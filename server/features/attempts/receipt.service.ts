import type { SubmissionReceipt } from '../../../contract/attempts.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { getModule } from '../catalog/catalog.service.ts';
import { isReviewerKnown } from '../reviews/reviewers.service.ts';
import { findReviewOf, type ReviewDoc } from '../reviews/reviews.service.ts';
import { toManifestPiece } from '../submissions/evidenceKinds.service.ts';
import { getOwnSubmission, type SubmissionDoc } from '../submissions/submissions.service.ts';

const STATE_WORDS: Readonly<Record<ReviewDoc['state'], SubmissionReceipt['state']>> = {
  open: 'waiting',
  started: 'in_review',
  // its author sees nothing of it until it can no longer be undone
  returning: 'in_review',
  approved: 'approved',
  returned: 'returned',
  taken_back: 'taken_back',
};

/** Who will read it, as far as that is known. The queue shows practice to nobody. */
async function readerOf(
  { practice }: SubmissionDoc,
  review: ReviewDoc | null,
): Promise<SubmissionReceipt['reader']> {
  if (practice) return 'nobody';
  if (review?.claim || (review?.state === 'open' && review.peerModuleKey !== undefined)) return 'peer';
  return review?.state === 'open' && !(await isReviewerKnown(review)) ? 'none_yet' : 'reviewer';
}

/** The submission as its author sees it. @throws {AppError} NOT_FOUND, for another person's too */
export async function getReceipt(session: LiveSession, submissionId: string): Promise<SubmissionReceipt> {
  const submission = await getOwnSubmission(session, submissionId);
  const [review, module] = await Promise.all([
    findReviewOf(session.institutionId, submissionId),
    getModule(session.institutionId, submission.versionId, submission.moduleId),
  ]);
  return {
    id: submission._id,
    attemptId: submission.attemptId,
    enrolmentId: submission.enrolmentId,
    moduleTitle: module.content.title,
    code: submission.code,
    round: submission.round,
    submittedAt: submission.submittedAt.toISOString(),
    late: submission.late,
    digest: submission.digest,
    pieces: submission.pieces.map(toManifestPiece),
    reviewBy: review?.dueAt.toISOString() ?? null,
    reader: await readerOf(submission, review),
    state: review ? STATE_WORDS[review.state] : 'waiting',
    mayTakeBack: review?.state === 'open',
  };
}
