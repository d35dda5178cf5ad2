import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { isAtLeastMeets, showLevel, type LevelKey, type Scale } from '../../../contract/content.ts';
import type { UnrolledModule } from '../../../contract/cycles.ts';
import { part, type ReadPart } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { appendAudit } from '../audit/audit.service.ts';
import { getAttempt, moveAttempt, requireLevels, type AttemptDoc } from '../enrolments/attempts.service.ts';
import { carryIntoCurrent } from '../enrolments/carrying.service.ts';
import { getEnrolment, takeDecisionOrder } from '../enrolments/enrolments.service.ts';
import { recordAward, type ModuleAwardDoc } from '../awards/awards.service.ts';
import { addMessage } from '../messages/messages.service.ts';
import { recordScoreIntents } from '../grades/grades.service.ts';
import { getModule, getVersion, type PathwayVersionRead } from '../catalog/catalog.service.ts';
import { getSubmission, type SubmissionDoc } from '../submissions/submissions.service.ts';
import { judgesAs, requireStillPeer } from './claims.service.ts';
import { DecisionModel, type DecisionDoc } from './decision.model.ts';
import { progressOfWork, settlePathways } from './completion.service.ts';
import {
  alreadyDecided,
  closeReview,
  getReviewInScope,
  isDecided,
  type ReviewDoc,
} from './reviews.service.ts';

type Outcome = DecisionDoc['outcome'];

export interface Judgement {
  criterionKey: string;
  level: LevelKey;
  comment: string;
}
export interface Judged {
  judgements: Judgement[];
  summary: string;
}
export interface DecisionResult {
  outcome: Outcome;
  awardId: string | null;
  scores: number;
  /** How long a return may be undone; null for an approval. */
  undoSeconds: number | null;
}

export interface Case {
  review: ReviewDoc;
  submission: SubmissionDoc;
  attempt: AttemptDoc;
  module: UnrolledModule;
}

/**
 * A review that the caller has started, with everything that a decision needs. @throws {AppError} ALREADY_DECIDED, REVIEW_TAKEN,
 * NOT_FOUND, OWN_WORK
 */
export async function loadCase(session: LiveSession, reviewId: string): Promise<Case> {
  const review = await getReviewInScope(session, reviewId);
  const { institutionId } = session;
  if (isDecided(review)) throw alreadyDecided();
  if (review.state !== 'started' || review.reviewerId !== session.personId) {
    throw new AppError(
      'REVIEW_TAKEN',
      'This review is not yours to decide. Start it first, unless someone else has.',
    );
  }
  const submission = await getSubmission(institutionId, review.submissionId);
  const [attempt, module] = await Promise.all([
    getAttempt(institutionId, review.attemptId),
    getModule(institutionId, submission.versionId, submission.moduleId),
  ]);
  return { review, submission, attempt, module: module.content };
}

/** Name of the level that an approval needs in every criterion. */
export function neededName(scale: Scale): string {
  return showLevel(scale, scale.meets)?.name ?? scale.meets;
}

function fault(
  code: 'VALIDATION_FAILED' | 'BELOW_MEETS' | 'COMMENT_NEEDED',
  message: string,
  criterionKeys: string[],
): AppError {
  return new AppError(code, message, { details: { criterionKeys } });
}

/**
 * One level for each criterion that is open in this round, together with what earlier rounds settled.
 *
 * @throws {AppError} VALIDATION_FAILED if a criterion is missing, repeated or not open, or a level is not one of the module's;
 *   COMMENT_NEEDED below the level that an approval needs
 */
export function judgedCriteria(
  { submission, attempt, module }: Omit<Case, 'review'>,
  judged: Judged,
): DecisionDoc['criteria'] {
  const open = submission.openCriteria ?? module.criteria.map((criterion) => criterion.key);
  const given = judged.judgements.map((judgement) => judgement.criterionKey);
  const wrong = [
    ...open.filter((key) => given.filter((other) => other === key).length !== 1),
    ...given.filter((key) => !open.includes(key)),
  ];
  if (wrong.length > 0)
    throw fault('VALIDATION_FAILED', 'Give one level to each criterion of this round.', wrong);
  const { scale } = module;
  const levels = judged.judgements.map(({ level }) => level);
  requireLevels(scale, levels, 'body.judgements');
  const silent = judged.judgements.filter(
    ({ level, comment }) => !isAtLeastMeets(scale, level) && comment === '',
  );
  if (silent.length > 0) {
    throw fault(
      'COMMENT_NEEDED',
      `Say what is missing: a criterion below ${neededName(scale)} needs a comment.`,
      silent.map((one) => one.criterionKey),
    );
  }
  const settled = attempt.settled
    .filter((one) => !open.includes(one.criterionKey))
    .map(({ criterionKey, level }) => ({ criterionKey, level, comment: '', settledBefore: true }));
  return [...judged.judgements.map((judgement) => ({ ...judgement, settledBefore: false })), ...settled];
}

/** What a reviewer decided, before it has its number among the decisions of the enrolment. */
type Verdict = Omit<DecisionDoc, 'order' | 'decidedAt'>;

/** A verdict on a submission. */
export function toVerdict(
  submission: SubmissionDoc,
  said: Pick<Verdict, 'reviewerId' | 'judgedAs' | 'outcome' | 'criteria' | 'summary'>,
): Verdict {
  return {
    _id: randomUUID(),
    institutionId: submission.institutionId,
    submissionId: submission._id,
    attemptId: submission.attemptId,
    submissionCode: submission.code,
    ...said,
  };
}

async function tellAuthor(review: ReviewDoc, decision: DecisionDoc, tx: ClientSession): Promise<void> {
  if (review.practice) return;
  const { institutionId, pathwayTitle, moduleTitle, attemptId, authorId } = review;
  const { outcome: kind, decidedAt: at, _id } = decision;
  const news = { institutionId, kind, key: `decided:${_id}`, at, facts: { pathwayTitle, moduleTitle } };
  await addMessage({ ...news, target: { page: 'module', attemptId } }, authorId, tx);
}

/**
 * Gives a verdict its number and writes it; attempt and review change state with it. What is returned goes on in the version that its
 * author works on by then.
 *
 * @returns the decision, and that version
 * @throws {AppError} ALREADY_DECIDED
 */
export async function writeVerdict(
  tx: ClientSession,
  found: Case,
  verdict: Verdict,
): Promise<{ decision: DecisionDoc; versionId: string }> {
  const { review, attempt, submission, module } = found;
  const { institutionId, enrolmentId } = submission;
  const { order, at, versionId } = await takeDecisionOrder(institutionId, enrolmentId, tx);
  const { outcome, criteria } = verdict;
  const isSettled = ({ level }: { level: LevelKey }) => isAtLeastMeets(module.scale, level);
  const below = criteria.filter((one) => !isSettled(one)).map((one) => one.criterionKey);
  const settled = criteria.filter(isSettled).map(({ criterionKey, level }) => ({ criterionKey, level }));
  const again = outcome === 'returned' ? { round: attempt.round + 1, openCriteria: below } : {};
  // it was read before the order was taken: until now it belonged to the version that it was submitted in
  const own = submission.versionId === versionId ? null : submission.versionId;
  const judged = { ...attempt, ...again, state: outcome, settled, versionId: own };
  const carried = await carryIntoCurrent({ institutionId, versionId }, judged, tx);
  const set = { settled, lastDecisionId: verdict._id, changedAt: at, ...again, ...carried };
  const when = { submissionId: review.submissionId, round: attempt.round };
  const moved = await moveAttempt(attempt, { to: outcome, set, when }, tx);
  if (!moved || !(await closeReview(review, { outcome, at }, tx))) {
    throw alreadyDecided();
  }
  const decision = { ...verdict, order, decidedAt: at };
  await DecisionModel.create([decision], { session: tx });
  await tellAuthor(review, decision, tx);
  return { decision, versionId };
}

/** An award without its time. */
function buildAward(
  { submission, attempt, module }: Case,
  version: PathwayVersionRead,
  decision: Verdict,
): Omit<ModuleAwardDoc, 'awardedAt'> {
  const levels = decision.criteria.map(({ criterionKey, level }) => {
    const criterion = module.criteria.find((candidate) => candidate.key === criterionKey);
    const levelKey = criterion?.levels.find((candidate) => candidate.level === level)?.key ?? '';
    return { criterionKey, level, levelKey };
  });
  return {
    _id: randomUUID(),
    institutionId: submission.institutionId,
    attemptId: attempt._id,
    achievementKey: attempt.moduleKey,
    achievement: module.achievement,
    personId: submission.personId,
    enrolmentId: submission.enrolmentId,
    pathwayKey: submission.pathwayKey,
    versionId: submission.versionId,
    version: version.n,
    contentHash: version.contentHash,
    moduleId: submission.moduleId,
    strand: version.strand,
    badgeLevel: module.badgeLevel,
    levels,
    rule: { name: 'all-criteria-meet', version: 1 },
    submissionId: submission._id,
    submissionDigest: submission.digest,
    decisionId: decision._id,
  };
}

/** One transaction: two simultaneous decisions become one, and nothing of a failed one stays. */
async function decideOnce<T>(work: (tx: ClientSession) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(work);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw alreadyDecided(error);
  }
}

/** @throws {AppError} BELOW_MEETS unless every criterion is at the level that an approval needs or above */
function requireMet({ scale }: Pick<UnrolledModule, 'scale'>, criteria: DecisionDoc['criteria']): void {
  const below = criteria.filter(({ level }) => !isAtLeastMeets(scale, level));
  if (below.length === 0) return;
  throw fault(
    'BELOW_MEETS',
    `Approval needs every criterion at ${neededName(scale)} or above. Return it instead.`,
    below.map((one) => one.criterionKey),
  );
}

/**
 * Approves: decision, award, what the award completes, and one score intent for each column that wants it, all or nothing.
 *
 * @throws {AppError} BELOW_MEETS unless every criterion is at the level that an approval needs or above; ALREADY_DECIDED,
 *   REVIEW_TAKEN, OWN_WORK, FORBIDDEN for a peer who has left the course or the pathway
 */
export async function approve(
  deps: Deps,
  session: LiveSession,
  reviewId: string,
  judged: Judged,
): Promise<DecisionResult> {
  const found = await loadCase(session, reviewId);
  const criteria = judgedCriteria(found, judged);
  const { summary } = judged;
  const said = { reviewerId: session.personId, judgedAs: judgesAs(found.review), summary } as const;
  const verdict = toVerdict(found.submission, { ...said, outcome: 'approved', criteria });
  requireMet(found.module, criteria);
  const { institutionId, enrolmentId, versionId, submittedAt } = found.submission;
  const version = await getVersion(institutionId, versionId);
  const award = buildAward(found, version, verdict);
  return decideOnce(async (tx): Promise<DecisionResult> => {
    await requireStillPeer(session, found.review, tx);
    const written = await writeVerdict(tx, found, verdict);
    const { _id: decisionId, order, decidedAt } = written.decision;
    await recordAward({ ...award, awardedAt: decidedAt }, tx);
    const work = await settlePathways(
      deps,
      {
        enrolment: await getEnrolment(institutionId, enrolmentId, tx),
        taken: { order, at: decidedAt },
        awarded: [award.achievementKey],
        cause: { decisionId, decidedAt, submittedAt },
      },
      tx,
    );
    const progress = await progressOfWork(work, tx);
    const decided = { enrolmentId, order, decisionId, decidedAt, submittedAt };
    const { pathwayKey, moduleKey } = found.attempt;
    const attemptIds = work.attempts.map((attempt) => attempt._id);
    const about = { institutionId, pathwayKey, moduleKey, attemptIds, progress };
    const intents = await recordScoreIntents(deps, { ...about, ...decided }, tx);
    const facts = { outcome: 'approved', judgedAs: said.judgedAs, scores: intents };
    await appendAudit(
      deps,
      session,
      { action: 'review.approved', subject: { kind: 'submission', id: verdict.submissionId }, facts },
      tx,
    );
    return { outcome: 'approved', awardId: award._id, scores: intents, undoSeconds: null };
  });
}

/** All decisions on an attempt, oldest first; read together with what else belongs to a page. */
export function decisionsPart(institutionId: string, attemptId: string): ReadPart<DecisionDoc> {
  return part(DecisionModel, { institutionId, attemptId }, [{ $sort: { order: 1 } }]);
}
