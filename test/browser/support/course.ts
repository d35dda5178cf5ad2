import { randomUUID } from 'node:crypto';
import { DeliveryFilter } from '../../../contract/grades.ts';
import { PAGE_IDS, pageOf, type PageId } from '../../../client/src/pages/registry.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { publishing, publishInTransaction } from '../../../server/features/catalog/publishing.service.ts';
import { RunModel } from '../../../server/features/catalog/run.model.ts';
import { beginOverlay } from '../../../server/features/overlays/overlays.service.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { settleReturnNow } from '../../support/returns.ts';
import { until } from '../../support/until.ts';
import { pathTo, type PageParams } from './pagePaths.ts';
import { embedLink } from './prepared.ts';
import { act, addFiles, addCheck, begin, handIn, type Acting, type Pupil, type Setting } from './pupils.ts';
import type { Wording } from './wordings.ts';
import type { World } from './world.ts';

/** Who looks at a page, by which link of the course they come, and where the page lies below `/app/:key/`. */
export interface Place {
  readonly person: string;
  readonly courseId: string;
  /** `select`: by deep linking. */
  readonly link: string;
  readonly path: string;
}

/** A course with work in every state, and where each page of the router shows it. */
export interface Course {
  readonly courseId: string;
  readonly setting: Setting;
  readonly links: Links;
  readonly places: Readonly<Record<PageId, readonly Place[]>>;
  /** Who has a started review, and who wrote what is reviewed. */
  readonly reviewer: Acting;
  readonly working: Pupil;
  readonly returned: Pupil;
  readonly approved: Pupil;
  readonly submitted: Pupil;
  readonly judged: Pupil;
  readonly judgedReviewId: string;
  /** What each of them has handed in. */
  readonly submissions: Readonly<Record<'submitted' | 'judged' | 'approved', string>>;
}

interface Links {
  readonly pathway: string;
  readonly module: string;
  /** The same module once more: it has two columns. */
  readonly again: string;
  /** What it showed is not published. */
  readonly gone: string;
}

const LEARNERS = ['working', 'returned', 'approved', 'submitted', 'judged', 'late', 'new'] as const;
const FAR = new Date('2099-12-18T22:59:00Z');

function openCourse({ lms }: World, { id, say }: Wording): string {
  const { courses, people } = lms.lms;
  const name = say('EdTech practice, spring round');
  const courseId = id === 'usual' ? '1' : courses.add({ title: name, label: 'SPRING' }).id;
  const add = (who: string, role: 'learner' | 'designer' | 'instructor', as: string) => {
    people.add({ id: `${id}-${who}`, name: say(as) });
    courses.enrol(courseId, `${id}-${who}`, role);
  };
  LEARNERS.forEach((who, index) => add(who, 'learner', `Teacher ${index + 11}`));
  add('designer', 'designer', 'Designer of the course');
  add('reviewer', 'instructor', 'Reviewer of the course');
  return courseId;
}

function embedAll(world: World, { pathway, say }: Wording, courseId: string): Links {
  const [module] = pathway.modules;
  if (!module) throw new Error('the pathway has no module');
  const embed = (title: string, custom: Record<string, string>): string =>
    embedLink(world, courseId, { title: say(title), custom });
  const ofModule = { wm_pathway: pathway.key, wm_module: module.key };
  return {
    pathway: embed(pathway.title, { wm_pathway: pathway.key }),
    module: embed('Quick checks, group one', ofModule),
    again: embed('Quick checks, group two', ofModule),
    gone: embed('A pathway of last year', { wm_pathway: '00000000-0000-4000-8000-000000000000' }),
  };
}

/** Gives the pathway dates: whatever is handed in from now on is to be reviewed by then. */
async function setDates({ institutionId }: Setting, pathwayKey: string): Promise<void> {
  await RunModel.updateMany({ institutionId, pathwayKey }, { $set: { submitBy: FAR, reviewBy: FAR } });
}

type Outcome = 'approve' | 'return';

async function judge(setting: Setting, reviewer: Acting, reviewId: string, outcome: Outcome): Promise<void> {
  const { criteria, scale } = setting.module;
  const level = outcome === 'approve' ? scale.meets : scale.levels[0]?.key;
  await reviewer.send('POST', `/reviews/${reviewId}/start`, {});
  const comment = setting.say('What changed for the eleven?');
  const judgements = criteria.map(({ key }, index) =>
    index === criteria.length - 1
      ? { criterionKey: key, level, comment }
      : { criterionKey: key, level: scale.meets, comment: '' },
  );
  const summary = setting.say('Show me that lesson and this is there.');
  await reviewer.send('POST', `/reviews/${reviewId}/${outcome}`, { judgements, summary });
  if (outcome === 'return') await settleReturnNow(setting.institutionId, reviewId);
}

/** Approved, with a score in the gradebook for each of the links that this person has opened. */
async function approve(setting: Setting, links: Links, reviewer: Acting, pupil: Pupil): Promise<string> {
  for (const link of [links.pathway, links.again]) {
    const { send } = await act(setting, pupil.lmsId, link);
    await send('POST', '/enrolments/open', {});
  }
  const { reviewId, submissionId } = await handIn(setting, pupil);
  await judge(setting, reviewer, reviewId, 'approve');
  await until('the scores are in the gradebook', async () => {
    const { grades } = (await pupil.send('GET', `/attempts/${pupil.attemptId}`)) as {
      grades: { state: string }[];
    };
    return (grades.length === 2 && grades.every(({ state }) => state === 'accepted')) || null;
  });
  return submissionId;
}

async function makeLate({ institutionId }: Setting, reviewId: string): Promise<void> {
  const dueAt = new Date(Date.now() - 3 * 24 * 3600_000);
  await ReviewModel.updateOne({ institutionId, _id: reviewId }, { $set: { late: true, dueAt } });
}

/** One more learner, who has not begun yet. */
function addLearner({ setting, courseId }: Pick<Course, 'setting' | 'courseId'>, who: string): string {
  const { people, courses } = setting.world.lms.lms;
  const lmsId = `own-${who}`;
  if (!people.find(lmsId)) people.add({ id: lmsId, name: setting.say(`Teacher ${people.size}`) });
  courses.enrol(courseId, lmsId);
  return lmsId;
}

/** A newer version than the one that the people of the course have begun. */
async function offerNext({ id, pathway, say }: Wording, institutionId: string): Promise<void> {
  const deps = { clock: { now: () => new Date() } };
  const changed = say('The vision says what students do.');
  const changelog = [{ said: say('The vision was too general.'), changed }];
  // every text of the long wording is the same, and is one text: it only grows by a letter
  const vision = `${pathway.vision}${id === 'long' ? 'W' : ' Students see it, too.'}`;
  await publishing((tx) =>
    publishInTransaction(
      deps,
      operatorOf(institutionId),
      { ...pathway, vision },
      { note: { changelog }, tx },
    ),
  );
}

/** The draft of the overlay's next version. */
function beginNextOverlay({ frameworks }: Wording, institutionId: string): Promise<string> {
  const writer = { ...operatorOf(institutionId), personId: randomUUID() };
  const key = frameworks.at(-1)?.key ?? '';
  return beginOverlay({ clock: { now: () => new Date() } }, writer, { from: 'version', key });
}

/** Builds it through the API, as its people would; what would take days is put into the database. */
export async function buildCourse(world: World, wording: Wording, institutionId: string): Promise<Course> {
  const courseId = openCourse(world, wording);
  const links = embedAll(world, wording, courseId);
  const [module] = wording.pathway.modules;
  if (!module) throw new Error('the pathway has no module');
  const setting = { world, institutionId, module, link: links.module, say: wording.say };
  const of = (who: string) => `${wording.id}-${who}`;
  const reviewer = await act(setting, of('reviewer'), links.module);
  const working = await begin(setting, of('working'));
  await setDates(setting, wording.pathway.key);
  await addFiles(setting, working);
  await addCheck(setting, working);
  const done = async (who: string) => {
    const pupil = await begin(setting, of(who));
    await addCheck(setting, pupil);
    return pupil;
  };
  const returned = await done('returned');
  await judge(setting, reviewer, (await handIn(setting, returned)).reviewId, 'return');
  await addFiles(setting, returned);
  const approved = await done('approved');
  const approvedId = await approve(setting, links, reviewer, approved);
  const submitted = await done('submitted');
  const { submissionId } = await handIn(setting, submitted);
  await makeLate(setting, (await handIn(setting, await done('late'))).reviewId);
  const judged = await done('judged');
  const { reviewId, submissionId: judgedId } = await handIn(setting, judged);
  await reviewer.send('POST', `/reviews/${reviewId}/start`, {});
  const designer = await act(setting, of('designer'), links.module);
  const source = { from: 'version', pathwayKey: wording.pathway.key };
  const { draftId } = (await designer.send('POST', '/studio/drafts', source)) as { draftId: string };
  await offerNext(wording, institutionId);
  const overlayId = await beginNextOverlay(wording, institutionId);
  const submissions = { submitted: submissionId, judged: judgedId, approved: approvedId };
  const people = { working, returned, approved, submitted, judged, reviewer };
  const places = placesOf({ wording, courseId, links, submissions, reviewId, draftId, overlayId, ...people });
  return { courseId, setting, links, places, ...people, judgedReviewId: reviewId, submissions };
}

/** Work of a test's own on the course's module, and where it stands. */
export async function ownWork(
  course: Course,
  who: string,
  text: string,
): Promise<{ pupil: Pupil; place: Place }> {
  const person = addLearner(course, who);
  const pupil = await begin(course.setting, person, text);
  const { courseId, links } = course;
  return { pupil, place: { person, courseId, link: links.module, path: `modules/${pupil.attemptId}` } };
}

interface Known {
  wording: Wording;
  courseId: string;
  links: Links;
  working: Pupil;
  returned: Pupil;
  approved: Pupil;
  submissions: Course['submissions'];
  reviewId: string;
  draftId: string;
  overlayId: string;
}

/** Whoever runs all of it: an admin of the institution, in the first course. */
export const ADMIN = 'lead';

/** Another link than the module's, or other ids than those of the work in progress. */
type Other = Partial<PageParams> & { readonly link?: string };

/** Where each page is looked at once by somebody of its role, unless it has states worth a look of their own. */
function placesOf(known: Known): Course['places'] {
  const { wording, courseId, links, working, returned, approved, submissions, reviewId, draftId, overlayId } =
    known;
  const params = {
    enrolmentId: working.enrolmentId,
    attemptId: working.attemptId,
    submissionId: submissions.submitted,
    reviewId,
    draftId,
    overlayId,
    pathwayKey: wording.pathway.key,
    moduleKey: wording.pathway.modules[0]?.key ?? '',
    frameworkKey: wording.frameworks.at(-1)?.key ?? '',
  };
  const to = (id: PageId, who: string, { link = links.module, ...others }: Other = {}): Place => ({
    person: who === ADMIN ? ADMIN : `${wording.id}-${who}`,
    courseId,
    link,
    path: pathTo(id, { ...params, ...others }),
  });
  const visitors = { participant: 'working', reviewer: 'reviewer', designer: 'designer', admin: ADMIN };
  const own: Partial<Course['places']> = {
    home: [to('home', 'new', { link: links.gone })],
    welcome: [to('welcome', 'new')],
    map: [to('map', 'approved', approved), to('map', 'working')],
    module: [to('module', 'working'), to('module', 'returned', returned), to('module', 'approved', approved)],
    submission: [to('submission', 'submitted')],
    pick: [to('pick', 'designer', { link: 'select' })],
    // with what they were told of their work, and with nothing
    messages: [to('messages', 'returned'), to('messages', 'new')],
    deliveries: DeliveryFilter.options.map((show) => {
      const place = to('deliveries', ADMIN);
      return { ...place, path: `${place.path}?show=${show}` };
    }),
  };
  const usual = (id: PageId) => [to(id, visitors[pageOf(id).role ?? 'participant'])];
  return Object.fromEntries(PAGE_IDS.map((id) => [id, own[id] ?? usual(id)])) as Record<PageId, Place[]>;
}
