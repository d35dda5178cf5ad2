import { COMMENT_MAX } from '../../../../contract/attempts.ts';
import { isAtLeastMeets } from '../../../../contract/content.ts';
import type { Criterion, LevelKey, Scale } from '../../../../contract/content.ts';
import type { CriterionJudgement, ReviewerFeedback, ReviewPage } from '../../../../contract/reviews.ts';

/** The two decisions, as they are requested. */
export type Outcome = 'approve' | 'return';

/** What the reviewer has written and chosen so far. */
export interface ReviewDraft {
  readonly judgements: readonly CriterionJudgement[];
  readonly summary: string;
}

export const EMPTY_REVIEW: ReviewDraft = { judgements: [], summary: '' };

/** The open place in the rubric: a criterion's key, or the words to the author at its end. */
export const SUMMARY = 'summary';

export function judgementOf(draft: ReviewDraft, criterionKey: string): CriterionJudgement {
  const found = draft.judgements.find((one) => one.criterionKey === criterionKey);
  return found ?? { criterionKey, level: null, comment: '' };
}

/** The draft with one criterion changed; its order follows the changes, and nothing depends on it. */
export function withJudgement(draft: ReviewDraft, changed: CriterionJudgement): ReviewDraft {
  const others = draft.judgements.filter((one) => one.criterionKey !== changed.criterionKey);
  return { ...draft, judgements: [...others, changed] };
}

export function isSameReview(a: ReviewDraft, b: ReviewDraft): boolean {
  const flat = (draft: ReviewDraft) =>
    JSON.stringify([
      draft.summary,
      [...draft.judgements]
        .filter(({ level, comment }) => level !== null || comment !== '')
        .sort((one, other) => one.criterionKey.localeCompare(other.criterionKey))
        .map(({ criterionKey, level, comment }) => [criterionKey, level, comment]),
    ]);
  return flat(a) === flat(b);
}

/** Criteria that this round judges; others keep the level of an earlier round. */
export function openCriteria(page: Pick<ReviewPage, 'criteria' | 'openCriteria'>): Criterion[] {
  return page.criteria.filter((criterion) => page.openCriteria.includes(criterion.key));
}

/** The most recent judgement of a criterion in earlier rounds. */
export function earlierLevel(history: readonly ReviewerFeedback[], criterionKey: string) {
  for (const feedback of [...history].reverse()) {
    const found = feedback.criteria.find((one) => one.criterionKey === criterionKey);
    if (found) return { ...found, at: feedback.decidedAt };
  }
  return null;
}

export type BlockReason = 'undecided' | 'belowNeeded' | 'commentMissing' | 'nothingToReturn' | 'tooLong';

/** Why a decision cannot be sent yet, and where to look. */
export interface Block {
  readonly reason: BlockReason;
  /** Null if no single criterion is the reason. */
  readonly criterion: Criterion | null;
}

/** What a round judges, and on which scale. */
export type Judged = Pick<ReviewPage, 'criteria' | 'openCriteria' | 'scale'>;

type Test = (level: LevelKey | null, comment: string) => boolean;

function firstWhere(open: readonly Criterion[], draft: ReviewDraft, test: Test): Criterion | null {
  const found = open.find((criterion) => {
    const { level, comment } = judgementOf(draft, criterion.key);
    return test(level, comment);
  });
  return found ?? null;
}

const isUndecided: Test = (level) => level === null;
const isBelow =
  (scale: Scale): Test =>
  (level) =>
    level !== null && !isAtLeastMeets(scale, level);
const isSilent =
  (scale: Scale): Test =>
  (level, comment) =>
    isBelow(scale)(level, comment) && comment.trim() === '';

/** Key of the first criterion whose comment is too long to be stored, `SUMMARY`, or null. */
export function findTooLong({ judgements, summary }: ReviewDraft): string | null {
  const judgement = judgements.find(({ comment }) => comment.length > COMMENT_MAX);
  return judgement?.criterionKey ?? (summary.length > COMMENT_MAX ? SUMMARY : null);
}

function blockOfLength(open: readonly Criterion[], draft: ReviewDraft): Block | null {
  const key = findTooLong(draft);
  return key === null ? null : { reason: 'tooLong', criterion: open.find((one) => one.key === key) ?? null };
}

/** What prevents an approval: it needs the level marked as needed, or a higher one, in every criterion. */
export function blockOfApproval(page: Judged, draft: ReviewDraft): Block | null {
  const open = openCriteria(page);
  const undecided = firstWhere(open, draft, isUndecided);
  if (undecided) return { reason: 'undecided', criterion: undecided };
  const tooLong = blockOfLength(open, draft);
  if (tooLong) return tooLong;
  const below = firstWhere(open, draft, isBelow(page.scale));
  return below ? { reason: 'belowNeeded', criterion: below } : null;
}

/** What prevents a return: it needs a criterion below the needed level, and a comment on each of these. */
export function blockOfReturn(page: Judged, draft: ReviewDraft): Block | null {
  const open = openCriteria(page);
  const undecided = firstWhere(open, draft, isUndecided);
  if (undecided) return { reason: 'undecided', criterion: undecided };
  const tooLong = blockOfLength(open, draft);
  if (tooLong) return tooLong;
  const silent = firstWhere(open, draft, isSilent(page.scale));
  if (silent) return { reason: 'commentMissing', criterion: silent };
  const below = firstWhere(open, draft, isBelow(page.scale));
  return below ? null : { reason: 'nothingToReturn', criterion: null };
}

const criteriaWhere = (open: readonly Criterion[], draft: ReviewDraft, test: Test): Criterion[] =>
  open.filter((criterion) => {
    const { level, comment } = judgementOf(draft, criterion.key);
    return test(level, comment);
  });

/** One reason why Approve or Return is not possible yet, with all criteria concerned. */
export interface Blocker {
  readonly reason: BlockReason;
  readonly criteria: readonly Criterion[];
}

const TEST_OF: Readonly<Partial<Record<BlockReason, (scale: Scale) => Test>>> = {
  undecided: () => isUndecided,
  belowNeeded: isBelow,
  commentMissing: isSilent,
};

/** Why a decision is not possible, each reason once; empty if both are possible, which never happens: one excludes the other. */
export function listBlockers(page: Judged, draft: ReviewDraft): Blocker[] {
  const blocks = [blockOfApproval(page, draft), blockOfReturn(page, draft)].filter((one) => one !== null);
  const once = blocks.filter(({ reason }, n) => blocks.findIndex((one) => one.reason === reason) === n);
  return once.map(({ reason, criterion }) => {
    const test = TEST_OF[reason]?.(page.scale);
    const criteria = test ? criteriaWhere(openCriteria(page), draft, test) : criterion ? [criterion] : [];
    return { reason, criteria };
  });
}

/** How many of the open criteria have a level. */
export function decidedCount(open: readonly Criterion[], draft: ReviewDraft): number {
  return open.length - criteriaWhere(open, draft, isUndecided).length;
}

/** Open criteria with a comment. */
export function commentedCriteria(open: readonly Criterion[], draft: ReviewDraft): Criterion[] {
  return criteriaWhere(open, draft, (_level, comment) => comment.trim() !== '');
}

/** Open criteria below the needed level: those that a return reopens. */
export function belowNeeded(page: Judged, draft: ReviewDraft): Criterion[] {
  return criteriaWhere(openCriteria(page), draft, isBelow(page.scale));
}

/** The input of approve and return: the open criteria's levels only. */
export function toJudged(open: readonly Criterion[], draft: ReviewDraft) {
  const judgements = open.flatMap((criterion) => {
    const { level, comment } = judgementOf(draft, criterion.key);
    return level === null ? [] : [{ criterionKey: criterion.key, level, comment: comment.trim() }];
  });
  return { judgements, summary: draft.summary.trim() };
}
