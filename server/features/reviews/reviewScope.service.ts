import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { listReviewerAssignments } from '../assignments/assignments.service.ts';
import type { ReviewDoc } from './review.model.ts';

/** Whose submissions a session may see: those of these courses, or of the whole institution. */
export interface ReviewScope {
  everywhere: boolean;
  contextIds: string[];
}

/**
 * The courses of a reviewer: the one of this launch for its instructor, and those of own assignments. Nothing comes
 * from earlier launches.
 */
export async function reviewScopeOf(session: LiveSession): Promise<ReviewScope> {
  const assigned = await listReviewerAssignments(session.institutionId, session.personId);
  const own = session.isCourseInstructor && session.contextId ? [session.contextId] : [];
  return {
    everywhere: assigned.some((contextId) => contextId === null),
    contextIds: [...new Set([...own, ...assigned.filter((contextId) => contextId !== null)])],
  };
}

/** The part of a query that keeps to the scope. */
export function inScope(scope: ReviewScope): { contextIds?: { $in: string[] } } {
  return scope.everywhere ? {} : { contextIds: { $in: scope.contextIds } };
}

export function covers(scope: ReviewScope, review: Pick<ReviewDoc, 'contextIds'>): boolean {
  return scope.everywhere || review.contextIds.some((contextId) => scope.contextIds.includes(contextId));
}

/** @throws {AppError} OWN_WORK: nobody judges own work, whatever roles they hold */
export function requireOthersWork(session: LiveSession, review: Pick<ReviewDoc, 'authorId'>): void {
  if (review.authorId === session.personId) {
    throw new AppError('OWN_WORK', 'This is your own work. Someone else reviews it.');
  }
}
