import type { Members } from './transition.ts';

/** Held until the column of the link is known. */
export const FOR_WANT_OF_A_COLUMN: Members = {
  state: 'held',
  reason: { $in: ['column_gone', 'column_missing'] },
};

/** Held since the LMS does not let us send: for good as far as we know, and tried again when somebody gives us access. */
export const FOR_WANT_OF_ACCESS = {
  state: 'held' as const,
  reason: { $in: ['scope_missing' as const, 'token_refused' as const] },
};

/** By the database's clock. @param pauseMs  since it was held */
export function mayTryAccess(pauseMs: number) {
  return { ...FOR_WANT_OF_ACCESS, $expr: { $lt: ['$changedAt', { $subtract: ['$$NOW', pauseMs] }] } };
}

/** Accepted, seen as it was sent, and not looked at for a while; by the database's clock. */
export function mayBeLookedAt(pauseMs: number) {
  return {
    state: 'accepted' as const,
    reason: 'none' as const,
    lmsValue: { $ne: null },
    $expr: {
      $and: [
        { $eq: ['$wanted.revision', '$sent.revision'] },
        { $lt: [{ $max: ['$lookedAt', '$acceptedAt'] }, { $subtract: ['$$NOW', pauseMs] }] },
      ],
    },
  };
}
