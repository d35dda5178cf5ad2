import { randomUUID } from 'node:crypto';
import type { ModuleContent, PathwayContent } from '../../contract/content.ts';
import { allApproved, ALWAYS } from '../../contract/rules.ts';
import type { Deps } from '../../server/deps.ts';
import { publishPathway } from '../../server/features/catalog/publishing.service.ts';
import { addLink } from '../../server/features/enrolments/attempts.service.ts';
import { openEnrolment } from '../../server/features/enrolments/enrolments.service.ts';
import { submitAttempt } from '../../server/features/attempts/submitting.service.ts';
import { saveAttemptDraft } from '../../server/features/attempts/writing.service.ts';
import { approve, type DecisionResult } from '../../server/features/reviews/decisions.service.ts';
import { ReviewModel } from '../../server/features/reviews/review.model.ts';
import { startReview } from '../../server/features/reviews/reviews.service.ts';
import type { LiveSession } from '../../server/http/liveSession.ts';
import { firstDraft, SAMPLE } from './build.ts';
import { buildSession } from './liveSession.ts';
import { FIRST_MODULE } from './work.ts';

/** A pathway of its own with modules like the sample's first one: open from the beginning, and all needed. */
export function pathwayOf(...modules: Partial<ModuleContent>[]): PathwayContent {
  const own = modules.map((changes, at) => ({
    ...FIRST_MODULE.module,
    title: `Module ${at + 1}`,
    opens: ALWAYS,
    key: randomUUID(),
    ...changes,
  }));
  return { ...SAMPLE, key: randomUUID(), modules: own, completes: allApproved(own.map(({ key }) => key)) };
}

/** Somebody with an enrolment in a pathway, and an instructor of their course. */
export interface Enrolled {
  teacher: LiveSession;
  reviewer: LiveSession;
  enrolmentId: string;
  attemptIds: string[];
}

/** Publishes a pathway and enrols somebody in it. @param as  somebody who works on another one already */
export async function enrolIn(
  deps: Deps,
  institutionId: string,
  content: PathwayContent,
  as?: Pick<Enrolled, 'teacher' | 'reviewer'>,
): Promise<Enrolled> {
  await publishPathway(deps, institutionId, content);
  const teacher = as?.teacher ?? buildSession(institutionId);
  const { contextId } = teacher;
  const reviewer = as?.reviewer ?? buildSession(institutionId, { contextId, isCourseInstructor: true });
  const { enrolment, attempts } = await openEnrolment(deps, teacher, content.key);
  return { teacher, reviewer, enrolmentId: enrolment._id, attemptIds: attempts.map(({ _id }) => _id) };
}

/** Hands in one of its modules, and starts its review. @returns the review's id */
export async function handInModule(deps: Deps, enrolled: Enrolled, at: number): Promise<string> {
  const { teacher, reviewer, attemptIds } = enrolled;
  const { institutionId } = teacher;
  const id = attemptIds[at] ?? '';
  const { prompt, A, B } = FIRST_MODULE;
  await saveAttemptDraft(deps, teacher, { id, pieceKey: prompt.key }, firstDraft('Eleven students.'));
  const link = { url: 'https://example.org/', name: 'The check', criteria: [A, B], requirementKey: null };
  await addLink(deps, teacher, id, link);
  const { _id: submissionId } = await submitAttempt(deps, teacher, id);
  const review = await ReviewModel.findOne({ institutionId, submissionId }).lean();
  if (!review) throw new Error('the submission has no review');
  await startReview(deps, reviewer, review._id);
  return review._id;
}

/** The same, and approves it. @param level  given to every criterion */
export async function approveModule(
  deps: Deps,
  enrolled: Enrolled,
  at: number,
  level = FIRST_MODULE.module.scale.meets,
): Promise<DecisionResult> {
  const reviewId = await handInModule(deps, enrolled, at);
  const judgements = [FIRST_MODULE.A, FIRST_MODULE.B].map((criterionKey) => ({
    criterionKey,
    level,
    comment: '',
  }));
  return approve(deps, enrolled.reviewer, reviewId, { judgements, summary: '' });
}
