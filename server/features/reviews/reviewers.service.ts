import { readTogether, type ReadPart } from '../../combinedRead.ts';
import { anyAssignedPart, assignedPart } from '../assignments/assignments.service.ts';
import { anyMemberPart, membersPart } from '../launches/members.service.ts';
import { notLeftStages } from '../rosters/rosters.service.ts';
import { ReviewModel, type ReviewDoc } from './review.model.ts';

type Reviewed = Pick<ReviewDoc, 'institutionId' | 'contextIds' | 'authorId' | 'declinedBy'>;
interface Found {
  teaching: readonly unknown[];
  assigned: readonly unknown[];
}

/**
 * One of those who may review something, by their role in its courses and by assignment, as far as they are known here: somebody
 * who has never opened Waymark is not. Its author may not, nor anybody who put it back because they know the author. Read
 * together with what else belongs to a page; `isAnyKnown` evaluates the result.
 *
 * @param besides  another person to exclude: the one who asks
 */
export function reviewerParts(
  { institutionId, contextIds, authorId, declinedBy }: Reviewed,
  besides: readonly string[] = [],
): { teaching: ReadPart<{ _id: string }>; assigned: ReadPart<{ _id: string }> } {
  const who = { role: 'reviewer' as const, contextIds, except: [authorId, ...declinedBy, ...besides] };
  return {
    teaching: anyMemberPart(institutionId, who, notLeftStages(institutionId)),
    assigned: anyAssignedPart(institutionId, { ...who, role: 'reviewer' }),
  };
}

/** Whether what `reviewerParts` found names anybody who may review. */
export function isAnyKnown({ teaching, assigned }: Found): boolean {
  return teaching.length > 0 || assigned.length > 0;
}

/** Everybody who may review work of these courses, as far as they are known here. */
export async function listReviewerIds(
  institutionId: string,
  contextIds: readonly string[],
): Promise<string[]> {
  const wanted = { role: 'reviewer' as const, contextIds, except: [] };
  const { teaching, assigned } = await readTogether({
    teaching: membersPart(institutionId, wanted, notLeftStages(institutionId)),
    assigned: assignedPart(institutionId, wanted),
  });
  return [...new Set([...teaching, ...assigned].map(({ personId }) => personId))];
}

/** Everybody who has taken work of a person, or decided on it, as a reviewer; peers are not among them. */
export async function listFormerReviewers(institutionId: string, authorId: string): Promise<string[]> {
  const ids = await ReviewModel.distinct('reviewerId', {
    institutionId,
    authorId,
    claim: { $exists: false },
    reviewerId: { $ne: null },
  });
  return ids.filter((id) => id !== null);
}

/** Whether anybody is known who may review this. */
export async function isReviewerKnown(review: Reviewed): Promise<boolean> {
  return isAnyKnown(await readTogether(reviewerParts(review)));
}
