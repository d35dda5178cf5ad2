import type { ClientSession, PipelineStage } from 'mongoose';
import { join } from '../../combinedRead.ts';
import type { AttemptDoc } from '../enrolments/attempts.service.ts';
import { recordedJoin } from '../grades/columns/gradeOpening.service.ts';
import type { Decided } from '../grades/grades.service.ts';
import { getSubmission, submissionJoin, type SubmissionDoc } from '../submissions/submissions.service.ts';
import { DecisionModel, type DecisionDoc } from './decision.model.ts';

/** An approval with the time of its submission, and the columns in which it is recorded. */
export interface FoundApproval extends Pick<DecisionDoc, '_id' | 'attemptId' | 'order' | 'decidedAt'> {
  submission: Pick<SubmissionDoc, 'submittedAt' | 'enrolmentId'>[];
  recorded: { columnId: string }[];
}

/** Joins, as `approvals`, those of the attempts whose ids are in `local`: `newestOf` reads them. */
export function approvalsJoin(institutionId: string, local: string): PipelineStage.Lookup {
  return join(DecisionModel, { institutionId, local, foreign: 'attemptId', as: 'approvals' }, [
    { $match: { outcome: 'approved' } },
    submissionJoin(institutionId, 'submissionId'),
    recordedJoin(institutionId),
    {
      $project: {
        attemptId: 1,
        order: 1,
        decidedAt: 1,
        recorded: 1,
        'submission.submittedAt': 1,
        'submission.enrolmentId': 1,
      },
    },
  ]);
}

/** The newest approval of these attempts, and the columns in which it is recorded. */
export function newestOf(
  approvals: readonly FoundApproval[],
  attempts: readonly Pick<AttemptDoc, '_id'>[],
): { decided: Decided | null; recordedIn: string[] } {
  const own = approvals.filter(({ attemptId }) => attempts.some(({ _id }) => _id === attemptId));
  const [newest] = own.sort((a, b) => b.order - a.order);
  const [submission] = newest?.submission ?? [];
  if (!newest || !submission) return { decided: null, recordedIn: [] };
  const { _id: decisionId, order, decidedAt, recorded } = newest;
  return {
    decided: { ...submission, order, decisionId, decidedAt },
    recordedIn: recorded.map(({ columnId }) => columnId),
  };
}

/** What a score needs of a decision. */
async function toDecided({
  institutionId,
  submissionId,
  _id: decisionId,
  order,
  decidedAt,
}: DecisionDoc): Promise<Decided> {
  const { submittedAt, enrolmentId } = await getSubmission(institutionId, submissionId);
  return { enrolmentId, order, decisionId, decidedAt, submittedAt };
}

/** The newest approval among attempts of one enrolment, as needed for a score; null if none is approved. */
export async function findNewestApproval(
  institutionId: string,
  attempts: readonly Pick<AttemptDoc, '_id'>[],
  tx?: ClientSession,
): Promise<Decided | null> {
  const attemptIds = attempts.map((attempt) => attempt._id);
  const decision = await DecisionModel.findOne({
    institutionId,
    attemptId: { $in: attemptIds },
    outcome: 'approved',
  })
    .sort({ order: -1 })
    .session(tx ?? null)
    .lean();
  return decision && toDecided(decision);
}

/** The decision with this id, as needed for a score; null if there is none. */
export async function findDecided(
  institutionId: string,
  decisionId: string,
  tx?: ClientSession,
): Promise<Decided | null> {
  const decision = await DecisionModel.findOne({ institutionId, _id: decisionId })
    .session(tx ?? null)
    .lean();
  return decision && toDecided(decision);
}
