import type { Scale } from '../../../contract/content.ts';
import { CYCLE_STEPS, requirementsOf, type UnrolledModule } from '../../../contract/cycles.ts';
import type { ReviewPage } from '../../../contract/reviews.ts';
import type { RichDocument } from '../../../contract/richText.ts';
import { readTogether, type Found } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { namedArtifactsPart, toFileLink } from '../artifacts/artifacts.service.ts';
import { appendAuditOnce } from '../audit/audit.service.ts';
import { getModule, getVersion } from '../catalog/catalog.service.ts';
import { artifactsOf, textOf, toReviewPiece } from '../submissions/evidenceKinds.service.ts';
import {
  earlierSubmissionPart,
  submissionJoin,
  type SubmissionDoc,
} from '../submissions/submissions.service.ts';
import { isTakenByPeer } from './claims.service.ts';
import { listReciprocal } from './reciprocal.service.ts';
import { decisionsPart } from './decisions.service.ts';
import { toReviewerFeedback } from './feedback.service.ts';
import type { DecisionDoc } from './decision.model.ts';
import { isAnyKnown, reviewerParts } from './reviewers.service.ts';
import { requireInScope, reviewPart, type ReviewDoc } from './reviews.service.ts';

/** The text in the previous round; null if it was not a text, or did not exist. */
function earlierText(before: SubmissionDoc | undefined, pieceId: string): string | null {
  const piece = before?.pieces.find((other) => other.id === pieceId);
  return piece ? textOf(piece) : null;
}

/** Seconds left to undo a return, for its reviewer; in the end the database decides. */
function undoSecondsOf(
  { clock }: Pick<Deps, 'clock'>,
  { personId, reviewOfPersonId }: LiveSession,
  { reviewerId, returning }: ReviewDoc,
): number | null {
  if (!returning || reviewerId !== personId || reviewOfPersonId !== null) return null;
  return Math.max(0, Math.ceil((returning.until.getTime() - clock.now().getTime()) / 1000));
}

/** What was written about a submission before this round. */
async function historyOf(
  session: LiveSession,
  review: ReviewDoc,
  decisions: readonly DecisionDoc[],
  scale: Scale,
) {
  const own = decisions.find((decision) => decision.submissionId === review.submissionId);
  const before = decisions.filter((decision) => !own || decision.order <= own.order);
  const reciprocal = isTakenByPeer(session, review)
    ? new Set<string>()
    : await listReciprocal(review, before);
  return before.map((decision) => toReviewerFeedback(decision, scale, reciprocal));
}

/** What the author was asked to do in class: the texts of those steps, which are the same in each cycle. */
function taskOf({ steps }: Pick<UnrolledModule, 'steps'>): RichDocument {
  const tasks = steps.filter(({ kind, cycle }) => CYCLE_STEPS.includes(kind) && (cycle ?? 1) === 1);
  const blocks = tasks.flatMap((step) => step.blocks);
  return {
    type: 'doc',
    content: blocks.flatMap((block) => (block.type === 'text' ? block.content.content : [])),
  };
}

/** A review and what was submitted to it. */
export function reviewPageParts({ institutionId }: { institutionId: string }, reviewId: string) {
  return {
    own: reviewPart<{ submission: SubmissionDoc[] }>(institutionId, reviewId, [
      submissionJoin(institutionId, 'submissionId'),
    ]),
  };
}
type PageFound = Found<ReturnType<typeof reviewPageParts>>;

/** @throws {AppError} NOT_FOUND, OWN_WORK: nothing of the submission is passed on before the right to it is known */
function toReview(session: LiveSession, { own }: PageFound) {
  const { submission: submissions, ...review } = requireInScope(session, own[0]);
  const [submission] = submissions;
  if (!submission) throw notFound('This submission');
  return { review, submission };
}

type Read = ReturnType<typeof toReview>;

async function readAround(
  deps: Pick<Deps, 'config' | 'clock'>,
  session: LiveSession,
  { review, submission }: Read,
) {
  const { institutionId } = session;
  const { moduleId, versionId, pieces } = submission;
  const [found, module, version] = await Promise.all([
    readTogether({
      before: earlierSubmissionPart(submission),
      artifacts: namedArtifactsPart(institutionId, artifactsOf(pieces)),
      decisions: decisionsPart(institutionId, review.attemptId),
      ...reviewerParts(review, [session.personId]),
    }),
    getModule(institutionId, versionId, moduleId),
    getVersion(institutionId, versionId),
  ]);
  return {
    module: module.content,
    version,
    before: found.before[0],
    files: new Map(found.artifacts.map((artifact) => [artifact._id, toFileLink(deps, artifact, session)])),
    history: await historyOf(session, review, found.decisions, module.content.scale),
    othersMayReview: isAnyKnown(found),
  };
}

function toSelfLevel({
  criterionKey,
  level,
  at,
}: SubmissionDoc['selfLevels'][number]): ReviewPage['selfLevels'][number] {
  return { criterionKey, level, at: at.toISOString() };
}

function toDraft({ revision, judgements, summary, savedAt }: ReviewDoc['draft']): ReviewPage['draft'] {
  return { revision, judgements, summary, savedAt: savedAt?.toISOString() ?? null };
}

/**
 * Evidence and rubric of one submission, as shown to its reviewer (or whoever the gradebook sent): no name of its author, only
 * the frozen pieces.
 *
 * @param found  from `reviewPageParts`, if it was read together with the session
 * @throws {AppError} NOT_FOUND, OWN_WORK
 */
export async function getReviewPage(
  deps: Pick<Deps, 'config' | 'clock'>,
  session: LiveSession,
  reviewId: string,
  found?: PageFound,
): Promise<ReviewPage> {
  const read = toReview(session, found ?? (await readTogether(reviewPageParts(session, reviewId))));
  const { review, submission } = read;
  const subject = { kind: 'review', id: reviewId };
  await appendAuditOnce(deps, session, { action: 'review.read', subject });
  const { module, version, before, files, ...around } = await readAround(deps, session, read);
  const readOnly = session.reviewOfPersonId !== null;
  const { draft, code, state, round, late, minutes, pathwayTitle } = review;
  return {
    code,
    state,
    round,
    late,
    minutes,
    pathwayTitle,
    ...around,
    id: review._id,
    submissionId: submission._id,
    judgesAs: isTakenByPeer(session, review) ? 'peer' : 'reviewer',
    mayDecide: !readOnly && state === 'started' && review.reviewerId === session.personId,
    mayStart: !readOnly && state === 'open',
    submittedAt: submission.submittedAt.toISOString(),
    dueAt: review.dueAt.toISOString(),
    moduleTitle: module.title,
    task: {
      summary: module.summary,
      content: taskOf(module),
      handIn: requirementsOf(module).map(({ title }) => title),
    },
    achievement: module.achievement,
    strand: version.strand,
    scale: module.scale,
    criteria: module.criteria,
    openCriteria: submission.openCriteria ?? module.criteria.map((criterion) => criterion.key),
    pieces: submission.pieces.map((piece) =>
      toReviewPiece(piece, { file: files.get(piece.id), earlierText: earlierText(before, piece.id) }),
    ),
    digest: submission.digest,
    changedSince: before?.submittedAt.toISOString() ?? null,
    selfLevels: submission.selfLevels.map(toSelfLevel),
    draft: toDraft(draft),
    undoSeconds: undoSecondsOf(deps, session, review),
  };
}
