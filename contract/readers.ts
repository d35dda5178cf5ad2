import { z } from 'zod';

/**
 * Names of fields that never reach a kind of reader, in no reply: from authors, who reviews and what reviewers have not said yet or
 * not to them; from reviewers, whose work it is. `forAuthors` and `forReviewers` refuse them, and test/unit/readers.test.ts looks for
 * them in every reply. To show one of these after all, by a setting or to everybody, take its name out of the list.
 */
export const WITHHELD = {
  authors: [
    'reviewerId',
    'reviewer',
    'reviewerName',
    'decidedBy',
    'startedBy',
    'declinedBy',
    'knowsPerson',
    'judgements',
    'returning',
    'undoSeconds',
    'settledBefore',
    'othersMayReview',
    'privateNote',
    'reviewerNote',
  ],
  reviewers: ['author', 'authorId', 'person', 'personId', 'displayName', 'email', 'enrolmentId'],
} as const;

type Without<R extends keyof typeof WITHHELD> = {
  readonly [Name in (typeof WITHHELD)[R][number]]?: `withheld from ${R}, see contract/readers.ts`;
};

/** The shape of something that the author of work gets. */
export const forAuthors = <S extends z.ZodRawShape>(
  shape: S & Without<'authors'>,
): z.ZodObject<S, z.core.$strict> => z.strictObject<S>(shape);

/** The shape of something that a reviewer gets. */
export const forReviewers = <S extends z.ZodRawShape>(
  shape: S & Without<'reviewers'>,
): z.ZodObject<S, z.core.$strict> => z.strictObject<S>(shape);
