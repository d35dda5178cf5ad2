import type { AuthorFeedback } from '../../../contract/attempts.ts';
import type { ReviewerFeedback } from '../../../contract/reviews.ts';
import type { DecisionDoc } from './decision.model.ts';
import { isAtLeastMeets } from './decisions.service.ts';

// One function for each reader, with every field named: a field added to a decision or to one reader's shape reaches nobody else.

type Judged = DecisionDoc['criteria'][number];

const isReopened = ({ outcome }: DecisionDoc, { level }: Judged): boolean =>
  outcome === 'returned' && !isAtLeastMeets(level);

/** A decision as shown to the author of the work. */
export function toAuthorFeedback(decision: DecisionDoc): AuthorFeedback {
  return {
    decidedAt: decision.decidedAt.toISOString(),
    outcome: decision.outcome,
    submissionCode: decision.submissionCode,
    summary: decision.summary,
    criteria: decision.criteria.map((one) => ({
      criterionKey: one.criterionKey,
      level: one.level,
      comment: one.comment,
      reopened: isReopened(decision, one),
    })),
  };
}

/** A decision as shown to those who review the work afterwards. */
export function toReviewerFeedback(decision: DecisionDoc): ReviewerFeedback {
  return {
    decidedAt: decision.decidedAt.toISOString(),
    outcome: decision.outcome,
    submissionCode: decision.submissionCode,
    summary: decision.summary,
    criteria: decision.criteria.map((one) => ({
      criterionKey: one.criterionKey,
      level: one.level,
      comment: one.comment,
      reopened: isReopened(decision, one),
    })),
  };
}
