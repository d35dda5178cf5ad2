import { documentOf } from '../../../contract/richText.ts';
import { reviewEndpoints, ReviewLink } from '../../../contract/reviews.ts';
import type {
  ColumnOutlook,
  ReviewFile,
  ReviewPage,
  ReviewQueue,
  ReviewRow,
  ReviewText,
} from '../../../contract/reviews.ts';
import type { SessionInfo } from '../../../contract/sessions.ts';
import { criteria, scale, strand } from '../gallery/samples.ts';
import { ListApi } from './listApi.ts';

export const reviewer: Partial<SessionInfo> = { roles: ['reviewer'], startsAs: 'reviewer' };
export const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const reviewId = idOf(500);
export const nextId = idOf(501);
export const [A, B] = [criteria[0].key, criteria[1].key];
const two = [criteria[0], criteria[1]];
export const SINCE = '2026-11-18T09:00:00Z';

const plain = {
  question: null,
  cycle: null,
  document: null,
  evidenceKind: null,
  mediaType: null,
  size: null,
  url: null,
} as const;
const shared = { previewable: false as const, sha256: 'a'.repeat(64), earlierText: null, criteria: [A] };

export const reflection: ReviewText = {
  ...plain,
  ...shared,
  kind: 'reflection',
  id: idOf(510),
  title: 'Reflection',
  criteria: [A, B],
  question: 'What did you change, and for whom?',
  document: documentOf('Eleven students left the unit out.\nSo I sat with them.'),
};
const file: ReviewFile = {
  ...plain,
  ...shared,
  kind: 'artifact',
  id: idOf(511),
  title: 'Class board.png',
  evidenceKind: 'image',
  mediaType: 'image/png',
  size: 12_000,
  previewable: true,
  url: '/files/511?exp=1&sig=x',
};
const link = ReviewLink.parse({
  ...plain,
  ...shared,
  kind: 'link',
  evidenceKind: 'link',
  id: idOf(512),
  title: 'The check',
  url: 'https://example.org/check',
});

export function pageOf(change: Partial<ReviewPage> = {}): ReviewPage {
  return {
    id: reviewId,
    submissionId: idOf(520),
    code: '7F3K',
    state: 'open',
    judgesAs: 'reviewer',
    mayDecide: false,
    mayStart: true,
    round: 1,
    late: false,
    submittedAt: '2026-11-20T09:00:00Z',
    dueAt: '2026-12-04T09:00:00Z',
    minutes: 14,
    moduleTitle: 'Run it with one class',
    pathwayTitle: 'Assessment technology',
    task: {
      summary: 'Ask one question at the end.',
      content: documentOf('Run it once.'),
      handIn: ['The check'],
    },
    achievement: 'Uses quick checks',
    strand,
    scale,
    criteria: two,
    openCriteria: [A, B],
    pieces: [reflection, file, link],
    digest: 'b'.repeat(64),
    changedSince: null,
    selfLevels: [{ criterionKey: A, level: 'approaching', at: SINCE }],
    draft: { revision: 0, judgements: [], summary: '', savedAt: null },
    history: [],
    othersMayReview: true,
    undoSeconds: null,
    ...change,
  };
}

/** The page as it stands once the caller has started it. */
export function startedPage(change: Partial<ReviewPage> = {}): ReviewPage {
  return pageOf({ state: 'started', mayDecide: true, mayStart: false, ...change });
}

export function columnOf(change: Partial<ColumnOutlook> = {}): ColumnOutlook {
  const names = { title: 'Assessment technology', course: 'EdTech autumn' };
  return { ...names, given: 10, maximum: 30, effect: 'sent', ...change };
}

export function queueOf(rows: readonly ReviewRow[], change: Partial<ReviewQueue> = {}): ReviewQueue {
  const counts = { total: rows.length, mine: 1, overdue: 0, dueSoon: 0, minutes: 0, anyByPeers: false };
  return { ...counts, rows: [...rows], next: null, ...change };
}

/** A server with one review to judge; it keeps revisions as the real one does. */
export function reviewApi(first: ReviewPage = pageOf()): ListApi {
  let page = first;
  const api = new ListApi();
  api.on(reviewEndpoints.page, ({ params }) =>
    params['id'] === nextId ? pageOf({ id: nextId, code: 'NEXT', submissionId: idOf(521) }) : page,
  );
  api.on(reviewEndpoints.outlook, () => ({ columns: [columnOf()] }));
  api.on(reviewEndpoints.undoReturn, () => page);
  api.on(reviewEndpoints.start, () => {
    page = startedPage({ ...page, state: 'started', mayDecide: true, mayStart: false });
    return page;
  });
  api.on(reviewEndpoints.saveDraft, () => {
    const revision = page.draft.revision + 1;
    page = { ...page, draft: { ...page.draft, revision } };
    return { revision, savedAt: new Date().toISOString() };
  });
  api.on(reviewEndpoints.approve, () => ({
    outcome: 'approved' as const,
    awardId: idOf(530),
    scores: 1,
    undoSeconds: null,
    nextReviewId: nextId,
  }));
  api.on(reviewEndpoints.returnIt, () => ({
    outcome: 'returned' as const,
    awardId: null,
    scores: 0,
    undoSeconds: 10,
    nextReviewId: null,
  }));
  api.on(reviewEndpoints.putBack, () => ({ done: true as const }));
  api.on(reviewEndpoints.queue, () => queueOf([], { mine: 0 }));
  return api;
}

export function rowOf(change: Partial<ReviewRow> = {}): ReviewRow {
  return {
    id: reviewId,
    code: '7F3K',
    moduleTitle: 'Run it with one class',
    pathwayTitle: 'Assessment technology',
    course: 'EdTech autumn',
    round: 2,
    late: false,
    submittedAt: '2026-11-20T09:00:00Z',
    dueAt: '2099-12-04T09:00:00Z',
    criteria: 2,
    pieces: 3,
    minutes: 14,
    state: 'open',
    mine: false,
    reviewedBy: 'reviewer',
    ...change,
  };
}

export type JudgedLevel = 'meets' | 'approaching' | null;

/** A started review whose two criteria have these levels, the second one this comment. */
export const judgedPage = (a: JudgedLevel, b: JudgedLevel, comment = '') =>
  startedPage({
    draft: {
      revision: 1,
      judgements: [
        { criterionKey: A, level: a, comment: '' },
        { criterionKey: B, level: b, comment },
      ],
      summary: '',
      savedAt: SINCE,
    },
  });
