import { promptsOf } from '../../../contract/cycles.ts';
import { artifactEndpoints } from '../../../contract/artifacts.ts';
import { assignmentEndpoints } from '../../../contract/assignments.ts';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { COUNT_MAX, deliveryEndpoints, receiptEndpoints, SEND_ALL_MAX } from '../../../contract/grades.ts';
import { contentFileEndpoints } from '../../../contract/contentFiles.ts';
import { frameworkEndpoints } from '../../../contract/frameworks.ts';
import type { Who } from '../../../contract/common.ts';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { ENDPOINTS } from '../../../contract/endpoints.ts';
import { observationEndpoints } from '../../../contract/observations.ts';
import { overlayEndpoints } from '../../../contract/overlays.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { formEndpoints } from '../../../contract/forms.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { SAMPLE } from '../../support/build.ts';
import { SAMPLE_FORM } from '../../support/studio.ts';
import { CORE_KEY } from '../../support/frameworks.ts';
import { fallAt, idOf, KIND, riseAt, subOf, type Ground } from './ground.ts';

/** Live sessions, by what they may. */
export interface Bearers {
  /** Has begun today. */
  teacher: string;
  /** Of a seeded enrolment, with all that comes of one. */
  author: string;
  /** Assigned to the whole institution. */
  reviewer: string;
  /** Of the first course. */
  instructor: string;
  /** Of the first course, sent by its gradebook to the author's submission. */
  grader: string;
  admin: string;
  designer: string;
}

/** Own work of the teacher. */
export interface OwnWork {
  enrolmentId: string;
  attemptId: string;
}

/** Number of the author's enrolment: one of the first hundred. */
export const AUTHOR = 7;

/** One page: a request, and what it may count. */
export interface MeasuredPage {
  name: string;
  bearer: string;
  endpoint: Endpoint;
  path: string;
  /** Most that all its counts together may look at. */
  countCap: number;
  /** A table that shows all there is up to a cap: most that it may look at. Null: it shows as much as before. */
  tableCap: number | null;
}

/** What is mine, and what is due soon: of the open ones and of mine. */
const QUEUE_CAP = 3 * 1000;
/** Five filters, and what can be sent again of the one that is shown. */
const DELIVERIES_CAP = 5 * (COUNT_MAX + 2) + SEND_ALL_MAX;
/** Roles of the people on a page are counted by person: here a page's people have a few each. */
const ROLES_CAP = 3 * 50;
/** People on a version are counted up to a thousand. */
const PEOPLE_CAP = 1_000;
/** A row of the table is a score, its person and at most a column. */
const TABLE_CAP = 3 * 20_000;

interface Request {
  id?: string;
  pieceKey?: string;
  moduleKey?: string;
  partKey?: string;
  key?: string;
  n?: string;
  after?: string;
  query?: Record<string, string>;
  countCap?: number;
  tableCap?: number;
}

type Page = (name: string, bearer: string, endpoint: Endpoint, request?: Request) => MeasuredPage;
const page: Page = (name, bearer, endpoint, request = {}) => {
  const { query = {}, countCap = 0, tableCap = null, ...params } = request;
  const search = new URLSearchParams(query).toString();
  const values: Readonly<Record<string, string | undefined>> = params;
  const path = endpoint.path.replace(/:(\w+)/g, (_, param: string) => values[param] ?? '');
  return { name, bearer, endpoint, path: `/api/v1${path}${search && `?${search}`}`, countCap, tableCap };
};

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

/** Pages of a teacher who has just begun, and of one with drafts, files, submissions, decisions, an award and scores. */
function teacherPages(ground: Ground, { teacher, author }: Bearers, work: OwnWork): MeasuredPage[] {
  const [approved, , third] = [0, 1, 2].map((at) => AUTHOR * 3 + at) as [number, number, number];
  const module = ground.modules[2]?.content;
  const prompt = (module && promptsOf(module)[0]?.key) ?? '';
  const attempt = { id: idOf(ground, KIND.attempt, third) };
  return [
    page('map', teacher, pathwayEndpoints.map, { id: work.enrolmentId }),
    page('map, worked on', author, pathwayEndpoints.map, { id: idOf(ground, KIND.enrolment, AUTHOR) }),
    page('workspace', teacher, attemptEndpoints.workspace, { id: work.attemptId }),
    page('workspace, handed in', author, attemptEndpoints.workspace, attempt),
    page('workspace, approved', author, attemptEndpoints.workspace, {
      id: idOf(ground, KIND.attempt, approved),
    }),
    page('newer version', author, pathwayEndpoints.newer, { id: idOf(ground, KIND.enrolment, AUTHOR) }),
    page('earlier texts', author, attemptEndpoints.draftVersions, { ...attempt, pieceKey: prompt }),
    page('file', author, artifactEndpoints.artifact, { id: idOf(ground, KIND.artifact, AUTHOR) }),
    page('submission', author, attemptEndpoints.receipt, { id: idOf(ground, KIND.submission, approved) }),
    page('receipt of a score', author, receiptEndpoints.own, {
      id: idOf(ground, KIND.delivery, AUTHOR * 4 + 3),
    }),
  ];
}

/** Colleagues who could be asked: those of one course, of whom at most 200 are looked at. */
const OBSERVERS_CAP = 6 * 200;

function observationPages(ground: Ground, teacher: string): MeasuredPage[] {
  const { calendar, list, notesAfter, observers, read } = observationEndpoints;
  const own = { id: ground.observationId };
  return [
    page('observations', teacher, list, { query: { as: 'observer' } }),
    page('observation', teacher, read, own),
    page('visit for a calendar', teacher, calendar, own),
    page('notes of a lesson', teacher, notesAfter, { ...own, after: '0' }),
    page('colleagues to ask', teacher, observers, { tableCap: OBSERVERS_CAP }),
  ];
}

function frameworkPages(designer: string): MeasuredPage[] {
  const { read, statements, exportCase, exportCsv } = frameworkEndpoints;
  const version = { key: CORE_KEY, n: '1' };
  return [
    page('framework', designer, read, version),
    page('statements of a framework', designer, statements, { key: CORE_KEY }),
    page('framework, as a CASE package', designer, exportCase, version),
    page('framework, as a table', designer, exportCsv, version),
  ];
}

function studioPages(ground: Ground, designer: string): MeasuredPage[] {
  const { draft, changes, history, version, versions } = studioEndpoints;
  const own = { id: ground.draftId };
  return [
    page('draft of a pathway', designer, draft, own),
    page('changes of a draft', designer, changes, { ...own, query: { since: '1' } }),
    page('history of a part', designer, history, { ...own, partKey: PATHWAY_PART }),
    page('upload of a bundle', designer, contentFileEndpoints.upload, { id: ground.uploadId }),
    page('versions of a pathway', designer, versions, { key: SAMPLE.key, countCap: PEOPLE_CAP }),
    page('versions of a form', designer, formEndpoints.versions, { key: SAMPLE_FORM.key }),
    page('version of a form', designer, formEndpoints.version, { key: SAMPLE_FORM.key, n: '1' }),
    page('version of a pathway', designer, version, { key: SAMPLE.key, n: '1' }),
  ];
}

/** Pages of a reviewer, of a course's instructor and of a designer. */
function reviewPages(ground: Ground, bearers: Bearers, far: string): MeasuredPage[] {
  const { reviewer, instructor, grader } = bearers;
  const moduleKey = ground.modules[0]?.key ?? '';
  const queue = (name: string, bearer: string, query: Record<string, string>): MeasuredPage =>
    page(name, bearer, reviewEndpoints.queue, { query, countCap: QUEUE_CAP });
  const review = (name: string, at: number): MeasuredPage =>
    page(name, reviewer, reviewEndpoints.page, { id: idOf(ground, KIND.review, AUTHOR * 3 + at) });
  return [
    queue('review queue', reviewer, { show: 'open' }),
    queue('review queue, far down', reviewer, { show: 'open', cursor: far }),
    queue('review queue, mine', reviewer, { show: 'mine' }),
    queue('review queue, decided', reviewer, { show: 'decided' }),
    queue('review queue, decided by peers', reviewer, { show: 'peers' }),
    queue('review queue of a course', instructor, { show: 'open' }),
    review('review, open', 1),
    review('review, decided', 0),
    page('file, handed in', reviewer, artifactEndpoints.handedInArtifact, {
      id: idOf(ground, KIND.artifact, AUTHOR),
    }),
    page('what an approval would send', reviewer, reviewEndpoints.outlook, {
      id: idOf(ground, KIND.review, AUTHOR * 3 + 1),
    }),
    page('reviews of a person', grader, reviewEndpoints.ofPerson),
    page('preview of the pathway', instructor, pathwayEndpoints.preview),
    ...frameworkPages(instructor),
    ...studioPages(ground, instructor),
    page('preview of a module', instructor, pathwayEndpoints.previewModule, { moduleKey }),
  ];
}

/** Pages of an admin. */
function adminPages(ground: Ground, { admin }: Bearers, far: ReturnType<typeof cursorsAt>): MeasuredPage[] {
  const deliveries = (name: string, query: Record<string, string>): MeasuredPage =>
    page(name, admin, deliveryEndpoints.list, { query, countCap: DELIVERIES_CAP });
  const people = (name: string, query: Record<string, string>): MeasuredPage =>
    page(name, admin, assignmentEndpoints.people, { query, countCap: ROLES_CAP });
  const delivery = { id: idOf(ground, KIND.delivery, AUTHOR * 4) };
  return [
    deliveries('deliveries, need you', { show: 'need_you' }),
    deliveries('deliveries, in the gradebook', { show: 'in_gradebook' }),
    deliveries('deliveries, far down', { show: 'in_gradebook', cursor: far.deliveries }),
    page('deliveries, as a table', admin, deliveryEndpoints.csv, {
      query: { show: 'need_you' },
      tableCap: TABLE_CAP,
    }),
    page('delivery', admin, deliveryEndpoints.history, delivery),
    page('columns for a delivery', admin, deliveryEndpoints.columns, delivery),
    page('draft of an overlay', admin, overlayEndpoints.read, { id: ground.overlayId }),
    people('people', {}),
    people('people, far down', { cursor: far.people }),
    people('people, by a name that all have', { search: 'teacher' }),
    people('people, by a name that one has', { search: subOf(AUTHOR) }),
    people('people, by a name that nobody has', { search: 'nobody' }),
  ];
}

/** Every endpoint that reads, that needs neither an id nor anything else, and that no page above asks: each is its own page. */
function plainPages(bearers: Bearers, listed: readonly MeasuredPage[]): MeasuredPage[] {
  const of: Readonly<Record<Who, string>> = {
    ...bearers,
    public: '',
    anyone: bearers.teacher,
    participant: bearers.teacher,
    peer: bearers.teacher,
  };
  return ENDPOINTS.map((row) => row.endpoint)
    .filter((one) => one.method === 'get' && !one.params && listed.every(({ endpoint }) => endpoint !== one))
    .map((one) => page(`GET ${one.path}`, of[one.who[0]], one));
}

/** Every page; `far`: number of the enrolment that "far down" begins behind. */
export function pagesOf(
  ground: Ground,
  { bearers, work, far }: { bearers: Bearers; work: OwnWork; far: number },
): MeasuredPage[] {
  const cursors = cursorsAt(ground, far);
  const listed = [
    ...teacherPages(ground, bearers, work),
    ...reviewPages(ground, bearers, cursors.queue),
    ...adminPages(ground, bearers, cursors),
    ...observationPages(ground, bearers.teacher),
  ];
  return [...listed, ...plainPages(bearers, listed)];
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
  if (review?.state !== 'open' || delivery?.filter !== 'in_gradebook')
    throw new Error(`enrolment ${n} has not what a cursor needs`);
}
