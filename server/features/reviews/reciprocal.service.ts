import type { DecisionDoc } from './decision.model.ts';
import { ReviewModel, type ReviewDoc } from './review.model.ts';

/**
 * Of the peers who judged an author's work, those whose own work that author has judged as a peer: reviewers are shown it. Costs
 * nothing where no peer judged.
 */
export async function listReciprocal(
  { institutionId, authorId }: Pick<ReviewDoc, 'institutionId' | 'authorId'>,
  decisions: readonly Pick<DecisionDoc, 'judgedAs' | 'reviewerId'>[],
): Promise<Set<string>> {
  const peers = decisions.filter(({ judgedAs }) => judgedAs === 'peer').map(({ reviewerId }) => reviewerId);
  if (peers.length === 0) return new Set();
  const judged = await ReviewModel.find(
    {
      institutionId,
      authorId: { $in: peers },
      reviewerId: authorId,
      state: { $in: ['approved', 'returned'] },
      claim: { $exists: true },
    },
    { authorId: 1 },
  ).lean();
  return new Set(judged.map((review) => review.authorId));
}
