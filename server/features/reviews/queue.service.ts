import type { QueryFilter } from 'mongoose';
import { QUEUE_COUNT_MAX, type ReviewQueue, type ReviewRow } from '../../../contract/reviews.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { covers, inScope, type Scope } from '../../http/rights.ts';
import { appendAuditOnce } from '../audit/audit.service.ts';
import { getContextTitles } from '../launches/courses.service.ts';
import { ReviewModel, type ReviewDoc } from './review.model.ts';
import { reviewScopeOf } from './reviewScope.service.ts';

const PAGE = 50;
const SOON_MS = 3 * 24 * 3600 * 1000;

type Show = 'open' | 'overdue' | 'mine' | 'decided' | 'peers';
type Filter = QueryFilter<ReviewDoc>;

/** Reviews that a session may see at all. */
function visible(session: LiveSession, scope: Scope | null): Filter {
  const { institutionId, personId } = session;
  return {
    institutionId,
    practice: false,
    authorId: { $ne: personId },
    declinedBy: { $ne: personId },
    ...inScope(scope),
  };
}

/**
 * One part of the queue with the index that serves it. Unclaimed reviews and the caller's own are in different indexes: one query
 * for both would go through everything that others have started.
 */
interface Part {
  filter: Filter;
  index: string;
}

/** Undecided reviews are ordered by due date, so that overdue ones come first; decided ones by submission date. */
type Order = 'dueAt' | 'submittedAt';

function openPart(session: LiveSession, scope: Scope | null): Part {
  const index = scope?.everywhere ? 'reviews_by_due' : 'reviews_by_due_of_course';
  return { filter: { ...visible(session, scope), state: 'open' }, index };
}

function ownPart(
  session: LiveSession,
  scope: Scope | null,
  states: ReviewDoc['state'][],
  order: Order = 'dueAt',
): Part {
  const filter = { ...visible(session, scope), reviewerId: session.personId, state: { $in: states } };
  return { filter, index: order === 'dueAt' ? 'reviews_of_reviewer_by_due' : 'reviews_by_reviewer' };
}

/** What colleagues of the author have decided for good: a return that may still be undone is theirs alone. */
function peersPart(session: LiveSession, scope: Scope | null): Part {
  const decided: Filter = {
    state: { $in: ['approved', 'returned'] },
    'claim.contextId': { $exists: true },
  };
  const index = scope?.everywhere ? 'reviews_decided_by_peers' : 'reviews_decided_by_peers_of_course';
  return { filter: { ...visible(session, scope), ...decided }, index };
}

const within = ({ filter, index }: Part, members: Filter): Part => ({
  filter: { ...filter, ...members },
  index,
});

function partsOf(session: LiveSession, scope: Scope | null, show: Show, now: Date): Part[] {
  if (show === 'decided')
    return [ownPart(session, scope, ['approved', 'returned', 'returning'], 'submittedAt')];
  if (show === 'peers') return [peersPart(session, scope)];
  const mine = ownPart(session, scope, ['started']);
  if (show === 'mine') return [mine];
  const all = [openPart(session, scope), mine];
  return show === 'open' ? all : all.map((part) => within(part, { dueAt: { $lt: now } }));
}

interface Place {
  at: number;
  id: string;
}

function readCursor(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [at, id] = Buffer.from(cursor, 'base64url').toString('utf8').split('|');
  // a whole number may still not be a valid time
  if (!Number.isInteger(Number(at)) || Number.isNaN(new Date(Number(at)).getTime()) || !id) {
    throw new AppError(
      'VALIDATION_FAILED',
      'This page of the list can’t be opened. Start from its beginning.',
    );
  }
  return { at: Number(at), id };
}

function writeCursor(review: ReviewDoc, order: Order): string {
  return Buffer.from(`${review[order].getTime()}|${review._id}`).toString('base64url');
}

/** What comes after a position; without `$or`, so that the index is entered at the position and read in its order. */
function after(place: Place | null, order: Order): Filter {
  if (!place) return {};
  const at = new Date(place.at);
  return { $and: [{ [order]: { $gte: at } }], $nor: [{ [order]: at, _id: { $lte: place.id } }] };
}

/** The first `limit` reviews of several parts after a position, in that order. */
async function readParts(
  parts: readonly Part[],
  order: Order,
  place: Place | null,
  limit: number,
): Promise<ReviewDoc[]> {
  const lists = await Promise.all(
    parts.map(({ filter, index }) =>
      ReviewModel.find({ ...filter, ...after(place, order) })
        .sort({ [order]: 1, _id: 1 })
        .limit(limit)
        .hint(index)
        .lean(),
    ),
  );
  const byPlace = (a: ReviewDoc, b: ReviewDoc): number =>
    a[order].getTime() - b[order].getTime() || (a._id < b._id ? -1 : 1);
  return lists.flat().sort(byPlace).slice(0, limit);
}

async function countPart({ filter, index }: Part): Promise<number> {
  return ReviewModel.countDocuments(filter).limit(QUEUE_COUNT_MAX).hint(index);
}

/** How many there are in total, unclaimed and the caller's own, and how many of them are due by when. */
async function countQueue(session: LiveSession, scope: Scope | null, now: Date) {
  const open = openPart(session, scope);
  const mine = ownPart(session, scope, ['started']);
  const overdue = { dueAt: { $lt: now } };
  const soon = { dueAt: { $gte: now, $lte: new Date(now.getTime() + SOON_MS) } };
  const [all, own, ...dated] = await Promise.all([
    countPart(open),
    countPart(mine),
    ...[overdue, soon].flatMap((when) => [open, mine].map((part) => countPart(within(part, when)))),
  ]);
  const [openLate = 0, mineLate = 0, openSoon = 0, mineSoon = 0] = dated;
  const most = (count: number): number => Math.min(QUEUE_COUNT_MAX, count);
  return {
    total: most(all + own),
    mine: own,
    overdue: most(openLate + mineLate),
    dueSoon: most(openSoon + mineSoon),
  };
}

function toReviewRow(review: ReviewDoc, course: string, personId: string): ReviewRow {
  const { code, moduleTitle, pathwayTitle, round, late, criteria, pieces, minutes, state } = review;
  return {
    code,
    moduleTitle,
    pathwayTitle,
    round,
    late,
    criteria,
    pieces,
    minutes,
    state,
    course,
    id: review._id,
    submittedAt: review.submittedAt.toISOString(),
    dueAt: review.dueAt.toISOString(),
    mine: review.reviewerId === personId && review.state === 'started',
    reviewedBy: review.peerModuleKey === undefined ? 'reviewer' : 'peer',
  };
}

async function toRows(session: LiveSession, reviews: readonly ReviewDoc[]): Promise<ReviewRow[]> {
  const titles = await getContextTitles(session.institutionId, [
    ...new Set(reviews.flatMap((review) => review.contextIds)),
  ]);
  return reviews.map((review) => {
    const course = review.contextIds
      .map((id) => titles.get(id) ?? '')
      .filter(Boolean)
      .join(', ');
    return toReviewRow(review, course, session.personId);
  });
}

/** A page of the queue with its counts: undecided reviews by due date, decided ones by submission date. */
export async function getReviewQueue(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
  query: { show: Show; cursor?: string | undefined },
): Promise<ReviewQueue> {
  const { show, cursor } = query;
  const scope = reviewScopeOf(session);
  const place = readCursor(cursor);
  const subject = { kind: 'reviews', id: show };
  await appendAuditOnce({ clock }, session, { action: 'reviews.listed', subject });
  const now = clock.now();
  const order = show === 'decided' || show === 'peers' ? 'submittedAt' : 'dueAt';
  const [reviews, counts, byPeers] = await Promise.all([
    readParts(partsOf(session, scope, show, now), order, place, PAGE + 1),
    countQueue(session, scope, now),
    readParts([peersPart(session, scope)], 'submittedAt', null, 1),
  ]);
  const page = reviews.slice(0, PAGE);
  const last = page.at(-1);
  return {
    ...counts,
    minutes: page.reduce((sum, review) => sum + review.minutes, 0),
    anyByPeers: byPeers.length > 0,
    rows: await toRows(session, page),
    next: reviews.length > PAGE && last ? writeCursor(last, order) : null,
  };
}

/** The review to open after a decision: the one that is due first, or null if none is waiting. */
export async function findNextReview(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
): Promise<string | null> {
  const scope = reviewScopeOf(session);
  const [next] = await readParts(partsOf(session, scope, 'open', clock.now()), 'dueAt', null, 1);
  return next?._id ?? null;
}

/** The submissions of the person that a submission review launch named, newest first. @throws {AppError} NOT_FOUND */
export async function listReviewsOfLaunch(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
): Promise<ReviewRow[]> {
  const { institutionId, contextId, reviewOfPersonId } = session;
  const isTheirs = contextId !== null && covers(reviewScopeOf(session), [contextId]);
  if (reviewOfPersonId === null || !isTheirs) {
    throw new AppError('NOT_FOUND', 'Open a submission from your gradebook to see it here.');
  }
  const subject = { kind: 'person', id: reviewOfPersonId };
  await appendAuditOnce(deps, session, { action: 'reviews.listed_of_person', subject });
  const reviews = await ReviewModel.find({
    institutionId,
    authorId: reviewOfPersonId,
    contextIds: contextId,
    state: { $ne: 'taken_back' },
  })
    .sort({ submittedAt: -1 })
    .limit(PAGE)
    .lean();
  return toRows(session, reviews);
}
