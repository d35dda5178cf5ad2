import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { Scope } from '../../http/rights.ts';
import type { ReviewDoc } from './review.model.ts';

/**
 * The courses of a reviewer: that of this launch for its instructor, and those of the person's assignments. Earlier launches do
 * not count. Null for anybody who is not a reviewer.
 */
export function reviewScopeOf(session: Pick<LiveSession, 'rights'>): Scope | null {
  return session.rights.scopeOf('reviewer');
}

/** @throws {AppError} OWN_WORK: nobody judges their own work, whatever roles they hold */
export function requireOthersWork(session: LiveSession, review: Pick<ReviewDoc, 'authorId'>): void {
  if (review.authorId === session.personId) {
    throw new AppError('OWN_WORK', 'This is your own work, so you can’t review it.');
  }
}
