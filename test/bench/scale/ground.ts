import type { ModuleRead, PathwayVersionRead } from '../../../server/features/catalog/catalog.service.ts';

/** What seeded work stands on: an institution that has been launched into, and whose work it is beside. */
export interface Ground {
  institutionId: string;
  platformId: string;
  deploymentId: string;
  /** Address of the platform that the courses are in. */
  lms: string;
  /** The course of the launches; the first enrolments are in it too. */
  contextId: string;
  runId: string;
  version: PathwayVersionRead;
  modules: readonly ModuleRead[];
  /** The reviewer whose queue is measured. */
  reviewerId: string;
  /** The instant that everything is counted from. */
  now: Date;
  /** The draft of the pathway's next version. */
  draftId: string;
  /** The draft of an overlay. */
  overlayId: string;
  /** A bundle that the instructor uploaded. */
  uploadId: string;
  /** A lesson that the teacher observes. */
  observationId: string;
}

/** As many enrolments as the small measurement has. What a page shows of it must be the same at any size. */
export const SMALL = 100;
/** Courses of the institution before the first enrolment: more than any page lists. */
const FIRST_COURSES = 250;
const IN_COURSE = 500;
const COLUMNS = 4;

/** `sub` of the person of an enrolment. */
export const subOf = (n: number): string => `seeded-${n}`;

/** Number of the course of an enrolment: 0 for the first hundred, then 500 to a course. */
export const courseOf = (n: number): number => (n < SMALL ? 0 : 1 + Math.floor((n - SMALL) / IN_COURSE));

/** An enrolment at half of the way, in the middle of its course: the page behind it shows one course, as in the small. */
export const farDown = (count: number): number => SMALL + Math.floor(count / 2 / IN_COURSE) * IN_COURSE + 120;

/** Courses there are at `count` enrolments. */
export const coursesAt = (count: number): number =>
  Math.max(FIRST_COURSES, courseOf(Math.max(0, count - 1)) + 1) + Math.floor(Math.max(0, count - SMALL) / 50);

/** Ids by number, so that a document names another without a look-up: version 4 in form. */
export function idOf(ground: Ground, kind: number, n: number): string {
  const head = ground.institutionId.slice(0, 8);
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return `${head}-${hex(kind, 4)}-4000-8000-${hex(n, 12)}`;
}

export const KIND = {
  person: 1, membership: 2, context: 3, placement: 4, column: 5, enrolment: 6, attempt: 7, draft: 8,
  submission: 9, review: 10, decision: 11, award: 12, target: 13, intent: 14, delivery: 15, sending: 16,
  session: 17, audit: 18, assignment: 19, artifact: 20,
} as const; // prettier-ignore

export const contextIdOf = (ground: Ground, course: number): string =>
  course === 0 ? ground.contextId : idOf(ground, KIND.context, course);

/** The id that the LMS has for a course; the first is the launches' own. */
export const FIRST_COURSE = 'course';
export const ltiIdOf = (course: number): string => (course === 0 ? FIRST_COURSE : `seeded-${course}`);

/** `which`: 0 for the whole pathway's column, 1 to 3 for the modules'. */
export const columnIdOf = (ground: Ground, course: number, which: number): string =>
  idOf(ground, KIND.column, course * COLUMNS + which);

const DAY_MS = 24 * 3600 * 1000;
const STEP_MS = 20_000;

/** Rises with the number: the first hundred are the oldest. */
export const riseAt = (ground: Ground, n: number): Date =>
  new Date(ground.now.getTime() - 60 * DAY_MS + n * STEP_MS);

/** Falls with the number: the first hundred are the newest. */
export const fallAt = (ground: Ground, n: number): Date => new Date(ground.now.getTime() - n * STEP_MS);

export const inDays = (ground: Ground, days: number): Date => new Date(ground.now.getTime() + days * DAY_MS);
