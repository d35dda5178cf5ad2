import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { Scope } from '../../http/rights.ts';
import type { ReviewDoc } from './review.model.ts';

/**
 * The courses of a reviewer: the one of this launch for its instructor, and those of own assignments. Nothing comes
 * from earlier launches. Null for whoever is no reviewer.
 */
export function reviewScopeOf(session: Pick<LiveSession, 'rights'>): Scope | null {
  return session.rights.scopeOf('reviewer');
}

/** @throws {AppError} OWN_WORK: nobody judges own work, whatever roles they hold */
export function requireOthersWork(session: LiveSession, review: Pick<ReviewDoc, 'authorId'>): void {
  if (review.authorId === session.personId) {
    throw new AppError('OWN_WORK', 'This is your own work, so you can’t review it.');
  }
}
