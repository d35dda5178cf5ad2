import { z } from 'zod';
import { Id, Instant } from './common.ts';
import { ContentDiff } from './contentDiff.ts';
import { CycleNumber } from './cycleNumber.ts';
import { ATTEMPT_STATES } from './states.ts';

/** A newer version of a pathway, as it is offered to somebody who works on an earlier one. */

/** What a version changes, for the people who work on it: "you said → we changed". */
export const ChangelogEntry = z.strictObject({
  /** What led to it; may be empty. */
  said: z.string().trim().max(500),
  changed: z.string().trim().min(1).max(500),
});
export type ChangelogEntry = z.infer<typeof ChangelogEntry>;

/**
 * What becomes of work on a module: it goes on in the newer version (`carried`); it stays in the version that it was approved in
 * (`approved`) or submitted in (`under_review`); or the newer version does not have the module (`former`).
 */
const WORK_FATES = ['carried', 'approved', 'under_review', 'former'] as const;

export const CarriedModule = z.strictObject({
  key: Id,
  attemptId: Id,
  title: z.string(),
  state: z.enum(ATTEMPT_STATES),
  fate: z.enum(WORK_FATES),
  /** Questions that were answered and are not asked any more: the answers stay readable. */
  formerTexts: z.array(z.strictObject({ question: z.string(), cycle: CycleNumber })),
  /** Names of files and links whose requirement is not there any more: they stay, for nothing in particular. */
  unassigned: z.array(z.string()),
  /** Criteria that were settled and are open again, because their levels changed. */
  reopened: z.array(z.string()),
});
export type CarriedModule = z.infer<typeof CarriedModule>;

export const VersionOffer = z.strictObject({
  to: z.number().int().min(1),
  publishedAt: Instant,
  /** Of all versions after the person's, oldest first. */
  changelog: z.array(ChangelogEntry),
  diff: ContentDiff,
  /** Modules with work of theirs, in the order of the pathway. */
  work: z.array(CarriedModule),
  /** How much of the pathway is done before and after a move, in per cent: what a grade column of the whole pathway gets. */
  share: z.strictObject({ before: z.number().int(), after: z.number().int() }),
});
export type VersionOffer = z.infer<typeof VersionOffer>;

export const NewerVersion = z.strictObject({
  pathwayTitle: z.string(),
  /** The version that the person works on. */
  from: z.number().int().min(1),
  /** Null: nothing newer is offered. */
  offer: VersionOffer.nullable(),
  /** Why they can only read about it; null if they may move. */
  closed: z.enum(['completed', 'archived', 'withdrawn']).nullable(),
});
export type NewerVersion = z.infer<typeof NewerVersion>;

export const MoveToVersion = z.strictObject({ from: z.number().int().min(1), to: z.number().int().min(1) });
export type MoveToVersion = z.infer<typeof MoveToVersion>;

/** With MODULE_NOT_IN_VERSION: where the newer version can be looked at. */
export const NotInVersion = z.strictObject({ enrolmentId: Id });
export type NotInVersion = z.infer<typeof NotInVersion>;
