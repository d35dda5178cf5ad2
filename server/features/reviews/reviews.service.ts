import { randomUUID } from 'node:crypto';
import type { ClientSession, PipelineStage } from 'mongoose';
import { moduleMinutes, type UnrolledModule } from '../../../contract/cycles.ts';
import type { CriterionJudgement } from '../../../contract/reviews.ts';
import { REVIEW, statesBefore } from '../../../contract/states.ts';
import { part, readTogether, type ReadPart } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { covers } from '../../http/rights.ts';
import { appendAudit, appendAuditOnce } from '../audit/audit.service.ts';
import { getModule } from '../catalog/catalog.service.ts';
import { CLAIM_UNTIL, GIVEN_BACK, hasLostClaim, isTakenByPeer } from './claims.service.ts';
import { getAttempt, moveAttempt, requireLevels } from '../enrolments/attempts.service.ts';
import { addMessageEvent } from '../messages/messages.service.ts';
import { submissionJoin, type SubmissionDoc } from '../submissions/submissions.service.ts';
import { ReviewModel, type ReviewDoc } from './review.model.ts';
import { requireOthersWork, reviewScopeOf } from './reviewScope.service.ts';

export type { ReviewDoc } from './review.model.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Reading and judging take about this share of the module's own time. */
const REVIEW_SHARE = 0.15;

export interface ReviewOpening {
  submission: SubmissionDoc;
  module: UnrolledModule;
  pathwayTitle: string;
  /** The run's date. */
  reviewBy: Date | null;
  /** Where the run names no date, or one that has passed: so many days after the submission. */
  reviewDays: number;
}

/** A peer takes what comes next when they have time for it, so they are not told. */
async function tellReviewers(review: ReviewDoc, tx: ClientSession): Promise<void> {
  if (review.practice || review.peerModuleKey !== undefined) return;
  const { institutionId, submissionId, submittedAt: at, contextIds, authorId } = review;
  const news = { institutionId, kind: 'handed_in', key: `handed_in:${submissionId}`, at } as const;
  await addMessageEvent(
    { ...news, facts: {}, target: { page: 'reviews' } },
    { contextIds, except: [authorId] },
    tx,
  );
}

/** Puts a submission into the queue, inside the transaction that froze it. */
export async function openReview(
  { submission, module, pathwayTitle, reviewBy, reviewDays }: ReviewOpening,
  tx: ClientSession,
): Promise<ReviewDoc> {
  const review: ReviewDoc = {
    _id: randomUUID(),
    institutionId: submission.institutionId,
    submissionId: submission._id,
    attemptId: submission.attemptId,
    authorId: submission.personId,
    contextIds: submission.contextIds,
    pathwayKey: submission.pathwayKey,
    state: 'open',
    reviewerId: null,
    startedAt: null,
    declinedBy: [],
    practice: submission.practice,
    submittedAt: submission.submittedAt,
    dueAt:
      reviewBy && reviewBy > submission.submittedAt
        ? reviewBy
        : new Date(submission.submittedAt.getTime() + reviewDays * DAY_MS),
    decidedAt: null,
    round: submission.round,
    late: submission.late,
    code: submission.code,
    moduleTitle: module.title,
    pathwayTitle,
    criteria: submission.openCriteria?.length ?? module.criteria.length,
    pieces: submission.pieces.length,
    minutes: Math.max(5, Math.round(moduleMinutes(module) * REVIEW_SHARE)),
    draft: { revision: 0, judgements: [], summary: '', savedAt: null },
    ...(module.reviewedBy === 'peer' ? { peerModuleKey: module.key } : {}),
  };
  await ReviewModel.create([review], { session: tx });
  await tellReviewers(review, tx);
  return review;
}

/** Removes a review from the queue as long as nobody has started; false if somebody has. */
export async function withdrawReview(
  institutionId: string,
  submissionId: string,
  tx: ClientSession,
): Promise<boolean> {
  const done = await ReviewModel.updateOne(
    { institutionId, submissionId, state: { $in: statesBefore(REVIEW, 'taken_back') } },
    { $set: { state: 'taken_back' } },
    { session: tx },
  );
  return done.modifiedCount === 1;
}

/** The review of a submission, for its author's receipt. */
export async function findReviewOf(institutionId: string, submissionId: string): Promise<ReviewDoc | null> {
  return ReviewModel.findOne({ institutionId, submissionId }).lean();
}

/** A review with what is joined to it, whoever asks: `requireInScope` decides whether they may see it. */
export function reviewPart<Joined>(
  institutionId: string,
  reviewId: string,
  joined: readonly PipelineStage.Lookup[],
): ReadPart<ReviewDoc & Joined> {
  return part(ReviewModel, { institutionId, _id: reviewId }, joined);
}

/** A peer reads what they have taken, as long as it is not decided. @throws {AppError} ALREADY_DECIDED, REVIEW_TAKEN, NOT_FOUND */
function requireTaken(session: LiveSession, review: ReviewDoc): void {
  if (isTakenByPeer(session, review)) {
    if (isClosed(review)) throw alreadyDecided();
    return;
  }
  if (!hasLostClaim(session, review)) throw notFound('This submission');
  throw new AppError(
    'REVIEW_TAKEN',
    'You put this review back, or left it for too long, so it went back to the others. What you wrote is kept for the case that you get it again.',
  );
}

/**
 * The review, if the caller may see it: in the scope of their courses, or taken by them as a peer, and not of their own work.
 *
 * @throws {AppError} NOT_FOUND outside the scope (its existence must not be revealed), OWN_WORK; to a peer also ALREADY_DECIDED, or
 *   REVIEW_TAKEN if they have it no more
 */
export function requireInScope<R extends ReviewDoc>(session: LiveSession, review: R | null | undefined): R {
  if (!review) throw notFound('This submission');
  requireOthersWork(session, review);
  if (review.state === 'taken_back') throw notFound('This submission');
  if (!covers(reviewScopeOf(session), review.contextIds)) requireTaken(session, review);
  return review;
}

/** A review that the caller may see. @throws {AppError} NOT_FOUND, OWN_WORK */
export async function getReviewInScope(session: LiveSession, reviewId: string): Promise<ReviewDoc> {
  const { institutionId } = session;
  return requireInScope(session, await ReviewModel.findOne({ institutionId, _id: reviewId }).lean());
}

/** Whether the caller may read the content of these submissions, as their reviewer or as the peer who has one of them. */
export async function mayReviewAny(session: LiveSession, submissionIds: readonly string[]): Promise<boolean> {
  const { institutionId } = session;
  const reviews = await ReviewModel.find({ institutionId, submissionId: { $in: submissionIds } }).lean();
  const scope = reviewScopeOf(session);
  return reviews.some(
    (review) =>
      review.authorId !== session.personId &&
      review.state !== 'taken_back' &&
      (covers(scope, review.contextIds) || (isTakenByPeer(session, review) && !isClosed(review))),
  );
}

/**
 * Starts a review: from now on the teacher cannot take the submission back. Starting it twice is not an error.
 *
 * @throws {AppError} REVIEW_TAKEN if someone else has it, ALREADY_DECIDED
 */
export async function startReview(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  reviewId: string,
): Promise<void> {
  const review = await getReviewInScope(session, reviewId);
  if (review.state === 'started' && review.reviewerId === session.personId) return;
  const { institutionId } = session;
  await inTransaction(async (tx) => {
    const started = await ReviewModel.updateOne(
      { institutionId, _id: reviewId, state: 'open' },
      { $set: { state: 'started', reviewerId: session.personId, startedAt: deps.clock.now() } },
      { session: tx },
    );
    if (started.modifiedCount === 0) throw reviewNotOpen(review);
    const attempt = await getAttempt(institutionId, review.attemptId, tx);
    const when = { state: 'submitted', submissionId: review.submissionId } as const;
    if (!(await moveAttempt(attempt, { to: 'in_review', when }, tx))) throw reviewNotOpen(review);
    await appendAudit(
      deps,
      session,
      { action: 'review.started', subject: { kind: 'review', id: reviewId } },
      tx,
    );
  });
}

const isClosed = ({ state }: Pick<ReviewDoc, 'state'>): boolean =>
  state === 'approved' || state === 'returned';

/** Decided, or about to be: a return that may still be undone counts as one. */
export function isDecided({ state }: Pick<ReviewDoc, 'state'>): boolean {
  return isClosed({ state }) || state === 'returning';
}

/** @param cause  the write that lost against the decision */
export function alreadyDecided(cause?: unknown): AppError {
  const options = cause === undefined ? {} : { cause };
  return new AppError('ALREADY_DECIDED', 'This submission has already been decided.', options);
}

function reviewNotOpen(review: ReviewDoc): AppError {
  return isDecided(review)
    ? alreadyDecided()
    : new AppError(
        'REVIEW_TAKEN',
        'Someone else has started this review, or its author has just withdrawn it.',
      );
}

/** Puts a started review back into the queue; `knowsPerson`: it is not offered to the caller again. */
export async function putReviewBack(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  reviewId: string,
  knowsPerson: boolean,
): Promise<void> {
  const review = await getReviewInScope(session, reviewId);
  const { institutionId, personId } = session;
  const mine = review.state === 'open' || (review.state === 'started' && review.reviewerId === personId);
  if (!mine) throw reviewNotOpen(review);
  await inTransaction(async (tx) => {
    const isStarted = review.state === 'started';
    const back = await ReviewModel.updateOne(
      {
        institutionId,
        _id: reviewId,
        state: isStarted ? { $in: statesBefore(REVIEW, 'open') } : 'open',
        reviewerId: review.reviewerId,
      },
      [
        ...(review.claim ? GIVEN_BACK : [{ $set: { state: 'open', reviewerId: null, startedAt: null } }]),
        ...(knowsPerson ? [{ $set: { declinedBy: { $setUnion: ['$declinedBy', [personId]] } } }] : []),
      ],
      { updatePipeline: true, session: tx },
    );
    if (back.matchedCount === 0) throw reviewNotOpen(review);
    if (isStarted) {
      const attempt = await getAttempt(institutionId, review.attemptId, tx);
      await moveAttempt(attempt, { to: 'submitted', when: { state: 'in_review' } }, tx);
    }
    await appendAudit(
      deps,
      session,
      { action: 'review.put_back', subject: { kind: 'review', id: reviewId } },
      tx,
    );
  });
}

/** A review that the caller may see, with the module that it is about. @throws {AppError} NOT_FOUND, OWN_WORK */
async function getReviewAndModule(session: LiveSession, reviewId: string) {
  const { institutionId } = session;
  const { own } = await readTogether({
    own: reviewPart<{ submission: Pick<SubmissionDoc, 'versionId' | 'moduleId'>[] }>(
      institutionId,
      reviewId,
      [submissionJoin(institutionId, 'submissionId', [{ $project: { versionId: 1, moduleId: 1 } }])],
    ),
  });
  const { submission: submissions, ...review } = requireInScope(session, own[0]);
  const [submission] = submissions;
  if (!submission) throw notFound('This submission');
  const { content } = await getModule(institutionId, submission.versionId, submission.moduleId);
  return { review, module: content };
}

/**
 * Saves a reviewer's judgements so far.
 *
 * @throws {AppError} DRAFT_CONFLICT if another window was first; VALIDATION_FAILED for a level that the module lacks
 */
export async function saveReviewDraft(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
  reviewId: string,
  input: { baseRevision: number; judgements: CriterionJudgement[]; summary: string },
): Promise<{ revision: number; savedAt: Date }> {
  const { review, module } = await getReviewAndModule(session, reviewId);
  const { institutionId, personId } = session;
  if (review.state !== 'started' || review.reviewerId !== personId) throw reviewNotOpen(review);
  const levels = input.judgements.flatMap(({ level }) => level ?? []);
  requireLevels(module.scale, levels, 'body.judgements');
  const subject = { kind: 'review', id: reviewId };
  await appendAuditOnce({ clock }, session, { action: 'review.draft_saved', subject });
  const savedAt = clock.now();
  const { baseRevision, judgements, summary } = input;
  const saved = await ReviewModel.updateOne(
    { institutionId, _id: reviewId, state: 'started', reviewerId: personId, 'draft.revision': baseRevision },
    [
      {
        $set: {
          draft: { $literal: { revision: baseRevision + 1, judgements, summary, savedAt } },
          ...(review.claim ? { 'claim.until': CLAIM_UNTIL } : {}),
        },
      },
    ],
    { updatePipeline: true },
  );
  if (saved.modifiedCount === 0) {
    const { draft } = await getReviewInScope(session, reviewId);
    throw new AppError('DRAFT_CONFLICT', 'You judged in two places. Look at both and keep one.', {
      details: { theirs: draft },
    });
  }
  return { revision: baseRevision + 1, savedAt };
}

/** Ends a review inside the transaction of its decision; false if it no longer belongs to the caller. */
export async function closeReview(
  review: ReviewDoc,
  close: { outcome: 'approved' | 'returned'; at: Date },
  tx: ClientSession,
): Promise<boolean> {
  const { institutionId, _id, reviewerId } = review;
  const done = await ReviewModel.updateOne(
    { institutionId, _id, state: { $in: statesBefore(REVIEW, close.outcome) }, reviewerId },
    { $set: { state: close.outcome, decidedAt: close.at }, $unset: { returning: 1 } },
    { session: tx },
  );
  return done.modifiedCount === 1;
}
