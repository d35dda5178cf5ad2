import type { QueryFilter } from 'mongoose';
import type { ReviewQueue, ReviewRow } from '../../../contract/reviews.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { getContextTitles } from '../launches/courses.service.ts';
import { ReviewModel, type ReviewDoc } from './review.model.ts';
import { inScope, reviewScopeOf, type ReviewScope } from './reviewScope.service.ts';

const PAGE = 50;
/** Numbers above this are shown as "1000+": a count must not cost what the queue is long. */
const COUNT_LIMIT = 1000;
const SOON_MS = 3 * 24 * 3600 * 1000;

type Show = 'open' | 'mine' | 'decided';
type Filter = QueryFilter<ReviewDoc>;

/** Reviews that a session may see at all. */
function visible(session: LiveSession, scope: ReviewScope): Filter {
  const { institutionId, personId } = session;
  return {
    institutionId,
    practice: false,
    authorId: { $ne: personId },
    declinedBy: { $ne: personId },
    ...inScope(scope),
  };
}

function filterOf(session: LiveSession, scope: ReviewScope, show: Show): Filter {
  const base = visible(session, scope);
  if (show === 'open')
    return { ...base, $or: [{ state: 'open' }, { state: 'started', reviewerId: session.personId }] };
  if (show === 'mine') return { ...base, state: 'started', reviewerId: session.personId };
  return { ...base, state: { $in: ['approved', 'returned'] }, reviewerId: session.personId };
}

interface Place {
  at: number;
  id: string;
}

function readCursor(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [at, id] = Buffer.from(cursor, 'base64url').toString('utf8').split('|');
  if (!Number.isSafeInteger(Number(at)) || !id) {
    throw new AppError('VALIDATION_FAILED', 'This page of the list can’t be opened. Begin at its start.');
  }
  return { at: Number(at), id };
}

function writeCursor(review: ReviewDoc): string {
  return Buffer.from(`${review.submittedAt.getTime()}|${review._id}`).toString('base64url');
}

function after(place: Place | null): Filter {
  if (!place) return {};
  const at = new Date(place.at);
  return { $and: [{ $or: [{ submittedAt: { $gt: at } }, { submittedAt: at, _id: { $gt: place.id } }] }] };
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
  const scope = await reviewScopeOf(session);
  const place = readCursor(query.cursor);
  const soon = new Date(clock.now().getTime() + SOON_MS);
  const open = filterOf(session, scope, 'open');
  const [reviews, mine, dueSoon] = await Promise.all([
    ReviewModel.find({ ...filterOf(session, scope, query.show), ...after(place) })
      .sort({ submittedAt: 1, _id: 1 })
      .limit(PAGE + 1)
      .lean(),
    ReviewModel.countDocuments(filterOf(session, scope, 'mine')).limit(COUNT_LIMIT),
    ReviewModel.countDocuments({ ...open, dueAt: { $lte: soon } }).limit(COUNT_LIMIT),
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
  const scope = await reviewScopeOf(session);
  const next = await ReviewModel.findOne(filterOf(session, scope, 'open'), { _id: 1 })
    .sort({ submittedAt: 1, _id: 1 })
    .lean();
  return next?._id ?? null;
}

/** The submissions of the person whom a submission review launch named, newest first. @throws {AppError} NOT_FOUND */
export async function listReviewsOfLaunch(session: LiveSession): Promise<ReviewRow[]> {
  if (session.reviewOfPersonId === null || !session.isCourseInstructor || session.contextId === null) {
    throw new AppError('NOT_FOUND', 'Open a submission from your gradebook to see it here.');
  }
  const { institutionId, contextId, reviewOfPersonId } = session;
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
