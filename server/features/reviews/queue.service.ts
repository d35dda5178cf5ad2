import type { QueryFilter } from 'mongoose';
import type { ReviewQueue, ReviewRow } from '../../../contract/reviews.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { covers, inScope, type Scope } from '../../http/rights.ts';
import { appendAuditOnce } from '../audit/audit.service.ts';
import { getContextTitles } from '../launches/courses.service.ts';
import { ReviewModel, type ReviewDoc } from './review.model.ts';
import { reviewScopeOf } from './reviewScope.service.ts';

const PAGE = 50;
/** Numbers above this are shown as "1000+": a count must not cost what the queue is long. */
const COUNT_LIMIT = 1000;
const SOON_MS = 3 * 24 * 3600 * 1000;

type Show = 'open' | 'mine' | 'decided';
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
 * One part of the queue with the index that holds it in its order. What nobody has and what is mine lie in different
 * indexes: one query for both would go through everything that others have started.
 */
interface Part {
  filter: Filter;
  index: string;
}

function openPart(session: LiveSession, scope: Scope | null): Part {
  const index = scope?.everywhere ? 'review_queue' : 'review_queue_of_course';
  return { filter: { ...visible(session, scope), state: 'open' }, index };
}

function ownPart(session: LiveSession, scope: Scope | null, states: ReviewDoc['state'][]): Part {
  const filter = { ...visible(session, scope), reviewerId: session.personId, state: { $in: states } };
  return { filter, index: 'reviews_by_reviewer' };
}

function partsOf(session: LiveSession, scope: Scope | null, show: Show): Part[] {
  if (show === 'decided') return [ownPart(session, scope, ['approved', 'returned'])];
  const mine = ownPart(session, scope, ['started']);
  return show === 'mine' ? [mine] : [openPart(session, scope), mine];
}

interface Place {
  at: number;
  id: string;
}

function readCursor(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [at, id] = Buffer.from(cursor, 'base64url').toString('utf8').split('|');
  // a whole number may still be no time
  if (!Number.isInteger(Number(at)) || Number.isNaN(new Date(Number(at)).getTime()) || !id) {
    throw new AppError('VALIDATION_FAILED', 'This page of the list can’t be opened. Begin at its start.');
  }
  return { at: Number(at), id };
}

function writeCursor(review: ReviewDoc): string {
  return Buffer.from(`${review.submittedAt.getTime()}|${review._id}`).toString('base64url');
}

/** What comes behind a place; without `$or`, so that the index is entered at the place and read in its order. */
function after(place: Place | null): Filter {
  if (!place) return {};
  const at = new Date(place.at);
  return { submittedAt: { $gte: at }, $nor: [{ submittedAt: at, _id: { $lte: place.id } }] };
}

/** The first `limit` reviews of several parts behind a place, oldest submission first. */
async function readParts(parts: readonly Part[], place: Place | null, limit: number): Promise<ReviewDoc[]> {
  const lists = await Promise.all(
    parts.map(({ filter, index }) =>
      ReviewModel.find({ ...filter, ...after(place) })
        .sort({ submittedAt: 1, _id: 1 })
        .limit(limit)
        .hint(index)
        .lean(),
    ),
  );
  const byPlace = (a: ReviewDoc, b: ReviewDoc): number =>
    a.submittedAt.getTime() - b.submittedAt.getTime() || (a._id < b._id ? -1 : 1);
  return lists.flat().sort(byPlace).slice(0, limit);
}

async function countPart({ filter, index }: Part): Promise<number> {
  return ReviewModel.countDocuments(filter).limit(COUNT_LIMIT).hint(index);
}

/** What is due by then: of what nobody has, and of what is mine. */
async function countDue(session: LiveSession, scope: Scope | null, by: Date): Promise<number> {
  const open = openPart(session, scope);
  const mine = ownPart(session, scope, ['started']);
  const dueAt = { $lte: by };
  const index = scope?.everywhere ? 'reviews_due' : 'reviews_due_of_course';
  const counts = await Promise.all([
    countPart({ filter: { ...open.filter, dueAt }, index }),
    countPart({ ...mine, filter: { ...mine.filter, dueAt } }),
  ]);
  return Math.min(COUNT_LIMIT, counts[0] + counts[1]);
}

export function toReviewRow(review: ReviewDoc, course: string, personId: string): ReviewRow {
  const { code, moduleTitle, pathwayTitle, round, late, criteria, pieces, minutes, state } = review;
  return {
    ...{ code, moduleTitle, pathwayTitle, round, late, criteria, pieces, minutes, state, course },
    id: review._id,
    submittedAt: review.submittedAt.toISOString(),
    dueAt: review.dueAt.toISOString(),
    mine: review.reviewerId === personId && review.state === 'started',
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

/** A page of the queue, oldest submission first, with its three numbers. */
export async function getReviewQueue(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
  query: { show: Show; cursor?: string | undefined },
): Promise<ReviewQueue> {
  const scope = reviewScopeOf(session);
  const place = readCursor(query.cursor);
  const subject = { kind: 'reviews', id: query.show };
  await appendAuditOnce({ clock }, session, { action: 'reviews.listed', subject });
  const soon = new Date(clock.now().getTime() + SOON_MS);
  const [reviews, mine, dueSoon] = await Promise.all([
    readParts(partsOf(session, scope, query.show), place, PAGE + 1),
    countPart(ownPart(session, scope, ['started'])),
    countDue(session, scope, soon),
  ]);
  const page = reviews.slice(0, PAGE);
  const last = page.at(-1);
  return {
    mine,
    dueSoon,
    minutes: page.reduce((sum, review) => sum + review.minutes, 0),
    rows: await toRows(session, page),
    next: reviews.length > PAGE && last ? writeCursor(last) : null,
  };
}

/** The review to open after a decision, or null when nothing waits. */
export async function findNextReview(session: LiveSession): Promise<string | null> {
  const scope = reviewScopeOf(session);
  const [next] = await readParts(partsOf(session, scope, 'open'), null, 1);
  return next?._id ?? null;
}

/** The submissions of the person whom a submission review launch named, newest first. @throws {AppError} NOT_FOUND */
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
