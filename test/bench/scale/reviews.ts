import { createHash } from 'node:crypto';
import { promptsOf } from '../../../contract/cycles.ts';
import { documentOf } from '../../../contract/richText.ts';
import type { AttemptDoc } from '../../../server/features/enrolments/attempt.model.ts';
import { AwardModel } from '../../../server/features/awards/award.model.ts';
import { DecisionModel } from '../../../server/features/reviews/decision.model.ts';
import { ReviewModel, type ReviewDoc } from '../../../server/features/reviews/review.model.ts';
import { SubmissionModel, type FrozenPiece } from '../../../server/features/submissions/submission.model.ts';
import { contextIdOf, courseOf, idOf, inDays, KIND, riseAt, SMALL, type Ground } from './ground.ts';
import type { Pile } from './pile.ts';

/** Beyond the first hundred, one enrolment in ten has a review that somebody else has started. */
export const STARTED_EVERY = 10;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function moduleOf(ground: Ground, attempt: AttemptDoc) {
  const module = ground.modules.find((one) => one._id === attempt.moduleId);
  if (!module) throw new Error('a seeded attempt has no module');
  return module;
}

/** The file of `addWork`, in the submission of the third module. */
function filePiece(ground: Ground, n: number, criteria: string[]): FrozenPiece {
  return {
    kind: 'artifact',
    id: idOf(ground, KIND.artifact, n),
    title: 'Lesson plan.pdf',
    criteria,
    question: null,
    document: null,
    text: null,
    url: null,
    evidenceKind: 'document',
    mediaType: 'application/pdf',
    size: 1000,
    sha256: '0'.repeat(64),
  };
}

function addSubmission(pile: Pile, ground: Ground, n: number, attempt: AttemptDoc): void {
  const { content } = moduleOf(ground, attempt);
  const prompt = promptsOf(content).at(0);
  if (!prompt || attempt.submissionId === null) throw new Error('the sample asks for a reflection');
  const text = `What I tried in class ${n}, and what came of it.`;
  pile.add(SubmissionModel, {
    _id: attempt.submissionId,
    institutionId: ground.institutionId,
    attemptId: attempt._id,
    enrolmentId: attempt.enrolmentId,
    personId: attempt.personId,
    pathwayKey: attempt.pathwayKey,
    versionId: ground.version._id,
    moduleId: attempt.moduleId,
    n: 1,
    round: 1,
    code: codeOf(attempt),
    contextIds: [contextIdOf(ground, courseOf(n))],
    submittedAt: riseAt(ground, n),
    late: false,
    practice: false,
    nonce: sha256(attempt._id).slice(0, 32),
    digest: sha256(text + attempt._id),
    pieces: [
      {
        kind: 'reflection',
        id: prompt.key,
        title: '',
        criteria: prompt.criteria,
        question: null,
        document: documentOf(text),
        text,
        url: null,
        evidenceKind: null,
        mediaType: null,
        size: null,
        sha256: sha256(text),
      },
      ...(attempt.state === 'in_review' ? [filePiece(ground, n, prompt.criteria)] : []),
    ],
    selfLevels: attempt.selfLevels,
    openCriteria: null,
  });
}

const codeOf = (attempt: AttemptDoc): string => sha256(attempt._id).slice(0, 4).toUpperCase();

type Course = Pick<ReviewDoc, 'state' | 'reviewerId' | 'dueAt'>;

function addReview(pile: Pile, ground: Ground, n: number, [attempt, course]: [AttemptDoc, Course]): void {
  addSubmission(pile, ground, n, attempt);
  const { content } = moduleOf(ground, attempt);
  const decided = course.state === 'approved';
  pile.add(ReviewModel, {
    _id: idOf(ground, KIND.review, n * 3 + attempt.position),
    institutionId: ground.institutionId,
    submissionId: attempt.submissionId ?? '',
    attemptId: attempt._id,
    authorId: attempt.personId,
    contextIds: [contextIdOf(ground, courseOf(n))],
    pathwayKey: attempt.pathwayKey,
    ...course,
    startedAt: course.reviewerId === null ? null : riseAt(ground, n),
    declinedBy: [],
    practice: false,
    submittedAt: riseAt(ground, n),
    decidedAt: decided ? riseAt(ground, n) : null,
    round: 1,
    late: false,
    code: codeOf(attempt),
    moduleTitle: content.title,
    pathwayTitle: ground.version.title,
    criteria: content.criteria.length,
    pieces: attempt.state === 'in_review' ? 2 : 1,
    minutes: 15,
    draft: { revision: 0, judgements: [], summary: '', savedAt: null },
  });
}

/** Who reviews it: the measured reviewer for some of the first hundred and for one in twenty of all others. */
function reviewerOf(ground: Ground, n: number): string {
  const measured = n < SMALL ? n < 60 : n % 20 === 0;
  return measured ? ground.reviewerId : idOf(ground, KIND.person, SMALL + (n % 97));
}

/** The first module's way to its end: submission, review, decision, award. */
export function addDecided(pile: Pile, ground: Ground, n: number, attempt: AttemptDoc): void {
  const reviewerId = reviewerOf(ground, n);
  addReview(pile, ground, n, [attempt, { state: 'approved', reviewerId, dueAt: riseAt(ground, n) }]);
  const { content, key } = moduleOf(ground, attempt);
  const { institutionId, version } = ground;
  const decisionId = idOf(ground, KIND.decision, n);
  const submissionId = attempt.submissionId ?? '';
  const at = riseAt(ground, n);
  pile.add(DecisionModel, {
    _id: decisionId,
    institutionId,
    submissionId,
    attemptId: attempt._id,
    reviewerId,
    submissionCode: codeOf(attempt),
    outcome: 'approved',
    summary: '',
    order: 1,
    decidedAt: at,
    criteria: attempt.settled.map((settled) => ({ ...settled, comment: '', settledBefore: false })),
  });
  pile.add(AwardModel, {
    _id: idOf(ground, KIND.award, n),
    institutionId,
    attemptId: attempt._id,
    achievementKey: key,
    achievement: content.title,
    personId: attempt.personId,
    enrolmentId: attempt.enrolmentId,
    pathwayKey: version.pathwayKey,
    versionId: version._id,
    version: version.n,
    moduleId: attempt.moduleId,
    contentHash: version.contentHash,
    strand: version.strand,
    badgeLevel: 1,
    levels: attempt.settled.map((settled) => ({ ...settled, levelKey: settled.criterionKey })),
    rule: { name: 'all-criteria-meet', version: 1 },
    submissionId,
    decisionId,
    awardedAt: at,
    submissionDigest: sha256(submissionId),
  });
}

/** The second module: nobody has started. Only a few of the first hundred are due soon. */
export function addOpen(pile: Pile, ground: Ground, n: number, attempt: AttemptDoc): void {
  const dueAt = inDays(ground, n < SMALL && n % 20 === 0 ? 1 : 30);
  addReview(pile, ground, n, [attempt, { state: 'open', reviewerId: null, dueAt }]);
}

/** The third module, where it is with a reviewer: the measured one for the first, other people later. */
export function addStarted(pile: Pile, ground: Ground, n: number, attempt: AttemptDoc): void {
  const reviewerId = n < 60 ? ground.reviewerId : idOf(ground, KIND.person, SMALL + (n % 97));
  addReview(pile, ground, n, [attempt, { state: 'started', reviewerId, dueAt: inDays(ground, 30) }]);
}
