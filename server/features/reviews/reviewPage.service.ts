import type { ReviewPage, ReviewPiece } from '../../../contract/reviews.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { findArtifacts, toArtifactView } from '../artifacts/artifacts.service.ts';
import { columnsOf } from '../grades/outlook.service.ts';
import { appendAuditOnce } from '../audit/audit.service.ts';
import { getModule, getVersion } from '../pathways/pathways.service.ts';
import {
  findEarlierSubmission,
  getSubmission,
  type FrozenPiece,
  type SubmissionDoc,
} from '../submissions/submissions.service.ts';
import { listDecisions, toFeedback } from './decisions.service.ts';
import { getReviewInScope, type ReviewDoc } from './reviews.service.ts';

/** What a file's view tells of its link. */
interface FileLink {
  url: string | null;
  previewable: boolean;
}

function toReviewPiece(
  piece: FrozenPiece,
  links: ReadonlyMap<string, FileLink>,
  before: SubmissionDoc | null,
): ReviewPiece {
  const { kind, id, title, criteria, question, document, evidenceKind, mediaType, size, sha256 } = piece;
  const link = links.get(id);
  return {
    ...{ kind, id, title, criteria, question, document, evidenceKind, mediaType, size, sha256 },
    previewable: link?.previewable ?? false,
    url: kind === 'link' ? piece.url : (link?.url ?? null),
    earlierText: before?.pieces.find((other) => other.id === id)?.text ?? null,
  };
}

/** What was written about a submission before this round. */
async function historyOf(review: ReviewDoc) {
  const decisions = await listDecisions(review.institutionId, review.attemptId);
  const own = decisions.find((decision) => decision.submissionId === review.submissionId);
  return decisions.filter((decision) => !own || decision.order <= own.order).map(toFeedback);
}

async function readAround(deps: Pick<Deps, 'config' | 'clock'>, session: LiveSession, review: ReviewDoc) {
  const { institutionId } = session;
  const submission = await getSubmission(institutionId, review.submissionId);
  const files = submission.pieces.filter((piece) => piece.kind === 'artifact').map((piece) => piece.id);
  const [module, version, before, artifacts, history, columns] = await Promise.all([
    getModule(institutionId, submission.moduleId),
    getVersion(institutionId, submission.versionId),
    findEarlierSubmission(submission),
    findArtifacts(institutionId, files),
    historyOf(review),
    columnsOf(institutionId, [submission.enrolmentId, submission.attemptId]),
  ]);
  const links = new Map(artifacts.map((artifact) => [artifact._id, toArtifactView(deps, artifact, session)]));
  return { submission, module: module.content, version, before, links, history, columns };
}

/**
 * Evidence and rubric of one submission, as its reviewer (or whoever the gradebook sent) sees them: no name of its
 * author, the frozen pieces only.
 *
 * @throws {AppError} NOT_FOUND, OWN_WORK
 */
export async function getReviewPage(
  deps: Pick<Deps, 'config' | 'clock'>,
  session: LiveSession,
  reviewId: string,
): Promise<ReviewPage> {
  const review = await getReviewInScope(session, reviewId);
  const subject = { kind: 'review', id: reviewId };
  await appendAuditOnce(deps, session, { action: 'review.read', subject });
  const { submission, module, version, before, links, history, columns } = await readAround(
    deps,
    session,
    review,
  );
  const readOnly = session.reviewOfPersonId !== null;
  const { draft, code, state, round, late, minutes, pathwayTitle } = review;
  return {
    ...{ code, state, round, late, minutes, pathwayTitle, history, columns },
    id: review._id,
    submissionId: submission._id,
    mayDecide: !readOnly && state === 'started' && review.reviewerId === session.personId,
    mayStart: !readOnly && state === 'open',
    submittedAt: submission.submittedAt.toISOString(),
    dueAt: review.dueAt.toISOString(),
    moduleTitle: module.title,
    achievement: module.achievement,
    strand: version.strand,
    criteria: module.criteria,
    openCriteria: submission.openCriteria ?? module.criteria.map((criterion) => criterion.key),
    pieces: submission.pieces.map((piece) => toReviewPiece(piece, links, before)),
    digest: submission.digest,
    changedSince: before?.submittedAt.toISOString() ?? null,
    selfLevels: submission.selfLevels.map(({ criterionKey, level, at }) => ({
      criterionKey,
      level,
      at: at.toISOString(),
    })),
    draft: {
      revision: draft.revision,
      judgements: draft.judgements,
      summary: draft.summary,
      savedAt: draft.savedAt?.toISOString() ?? null,
    },
  };
}
