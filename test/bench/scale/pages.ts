import { assignmentEndpoints } from '../../../contract/assignments.ts';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { deepLinkingEndpoints } from '../../../contract/deepLinking.ts';
import { COUNT_MAX, deliveryEndpoints, SEND_ALL_MAX } from '../../../contract/deliveries.ts';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { sessionEndpoints } from '../../../contract/session.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { DeliveryModel } from '../../../server/features/grades/delivery.model.ts';
import { fallAt, idOf, KIND, riseAt, type Ground } from './ground.ts';

/** Live sessions, by what they may. */
export interface Bearers {
  teacher: string;
  /** Assigned to the whole institution. */
  reviewer: string;
  /** Of the first course. */
  instructor: string;
  admin: string;
  designer: string;
}

/** Own work of the teacher. */
export interface OwnWork {
  enrolmentId: string;
  attemptId: string;
}

/** One page: a request, and what it may count. */
export interface MeasuredPage {
  name: string;
  bearer: string;
  path: string;
  /** Most that all its counts together may look at. */
  countCap: number;
}

const NO_COUNTS = 0;
/** What is mine, and what is due soon: of the open ones and of mine. */
const QUEUE_CAP = 3 * 1000;
/** Four filters, and what can be sent again: waiting ones and held ones. */
const DELIVERIES_CAP = 4 * (COUNT_MAX + 2) + 2 * SEND_ALL_MAX;

interface Request {
  id?: string;
  query?: Record<string, string>;
}

export function pathOf(endpoint: Endpoint, { id = '', query = {} }: Request = {}): string {
  const search = new URLSearchParams(query).toString();
  return `/api/v1${endpoint.path.replace(':id', id)}${search && `?${search}`}`;
}

/** Cursors to a place far down each list, as the page before would have given them: see the services. */
function cursorsAt(ground: Ground, n: number) {
  const reviewId = idOf(ground, KIND.review, n * 3 + 2);
  const deliveryId = idOf(ground, KIND.delivery, n * 4 + 3);
  return {
    queue: Buffer.from(`${riseAt(ground, n).getTime()}|${reviewId}`).toString('base64url'),
    deliveries: `${fallAt(ground, n).getTime()}.${deliveryId}`,
    people: idOf(ground, KIND.person, n),
  };
}

/** Pages of a teacher, a reviewer and a designer. */
function workPages(bearers: Bearers, work: OwnWork, far: string): MeasuredPage[] {
  const { teacher, reviewer, instructor, designer } = bearers;
  const page = (name: string, bearer: string, path: string, countCap = NO_COUNTS): MeasuredPage => {
    return { name, bearer, path, countCap };
  };
  const queue = (query: Record<string, string>): string => pathOf(reviewEndpoints.queue, { query });
  return [
    page('session', teacher, pathOf(sessionEndpoints.get)),
    page('map', teacher, pathOf(pathwayEndpoints.map, { id: work.enrolmentId })),
    page('workspace', teacher, pathOf(attemptEndpoints.workspace, { id: work.attemptId })),
    page('review queue', reviewer, queue({ show: 'open' }), QUEUE_CAP),
    page('review queue, far down', reviewer, queue({ show: 'open', cursor: far }), QUEUE_CAP),
    page('review queue, mine', reviewer, queue({ show: 'mine' }), QUEUE_CAP),
    page('review queue, decided', reviewer, queue({ show: 'decided' }), QUEUE_CAP),
    page('review queue of a course', instructor, queue({ show: 'open' }), QUEUE_CAP),
    page('deep linking picker', designer, pathOf(deepLinkingEndpoints.picker)),
  ];
}

/** Pages of an admin. */
function adminPages({ admin }: Bearers, far: ReturnType<typeof cursorsAt>): MeasuredPage[] {
  const deliveries = (query: Record<string, string>): string => pathOf(deliveryEndpoints.list, { query });
  const people = (query: Record<string, string>): string => pathOf(assignmentEndpoints.people, { query });
  const counted = { bearer: admin, countCap: DELIVERIES_CAP };
  const plain = { bearer: admin, countCap: NO_COUNTS };
  return [
    { ...counted, name: 'deliveries, need you', path: deliveries({ show: 'need_you' }) },
    { ...counted, name: 'deliveries, in the gradebook', path: deliveries({ show: 'in_gradebook' }) },
    {
      ...counted,
      name: 'deliveries, far down',
      path: deliveries({ show: 'in_gradebook', cursor: far.deliveries }),
    },
    { ...plain, name: 'people', path: people({}) },
    { ...plain, name: 'people, far down', path: people({ cursor: far.people }) },
  ];
}

/** Every page with a list or with own work; `far`: number of the enrolment that "far down" begins behind. */
export function pagesOf(
  ground: Ground,
  { bearers, work, far }: { bearers: Bearers; work: OwnWork; far: number },
): MeasuredPage[] {
  const cursors = cursorsAt(ground, far);
  return [...workPages(bearers, work, cursors.queue), ...adminPages(bearers, cursors)];
}

/** Far down means: there is a whole page behind it, and all before it would have to be walked. */
export async function checkFar(ground: Ground, n: number): Promise<void> {
  const { institutionId } = ground;
  const review = await ReviewModel.findOne({
    institutionId,
    _id: idOf(ground, KIND.review, n * 3 + 2),
  }).lean();
  const delivery = await DeliveryModel.findOne({
    institutionId,
    _id: idOf(ground, KIND.delivery, n * 4 + 3),
  }).lean();
  if (review?.state !== 'open' || delivery?.bucket !== 'in_gradebook')
    throw new Error(`enrolment ${n} has not what a cursor needs`);
}
