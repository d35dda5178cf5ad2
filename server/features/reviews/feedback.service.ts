import type { AuthorFeedback } from '../../../contract/attempts.ts';
import { isAtLeastMeets, type Scale } from '../../../contract/content.ts';
import type { ReviewerFeedback } from '../../../contract/reviews.ts';
import type { DecisionDoc } from './decision.model.ts';

// One function for each reader, with every field named: a field added to a decision or to one reader's shape reaches nobody else.

type Judged = DecisionDoc['criteria'][number];

const isReopened = ({ outcome }: DecisionDoc, { level }: Judged, scale: Scale): boolean =>
  outcome === 'returned' && !isAtLeastMeets(scale, level);

/** A decision as shown to the author of the work. @param scale  of the module */
export function toAuthorFeedback(decision: DecisionDoc, scale: Scale): AuthorFeedback {
  return {
    decidedAt: decision.decidedAt.toISOString(),
    outcome: decision.outcome,
    submissionCode: decision.submissionCode,
    judgedAs: decision.judgedAs ?? 'reviewer',
    summary: decision.summary,
    criteria: decision.criteria.map((one) => ({
      criterionKey: one.criterionKey,
      level: one.level,
      comment: one.comment,
      reopened: isReopened(decision, one, scale),
    })),
  };
}

/**
 * A decision as shown to those who review the work afterwards.
 *
 * @param scale  of the module
 * @param reciprocal  peers who judged it and whose own work its author has judged
 */
export function toReviewerFeedback(
  decision: DecisionDoc,
  scale: Scale,
  reciprocal: ReadonlySet<string> = new Set(),
): ReviewerFeedback {
  return {
    decidedAt: decision.decidedAt.toISOString(),
    outcome: decision.outcome,
    submissionCode: decision.submissionCode,
    judgedAs: decision.judgedAs ?? 'reviewer',
    reciprocal: decision.judgedAs === 'peer' && reciprocal.has(decision.reviewerId),
    summary: decision.summary,
    criteria: decision.criteria.map((one) => ({
      criterionKey: one.criterionKey,
      level: one.level,
      comment: one.comment,
      reopened: isReopened(decision, one, scale),
    })),
  };
}
