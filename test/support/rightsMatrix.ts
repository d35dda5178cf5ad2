import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { beforeAll } from '@jest/globals';
import type { Who } from '../../contract/common.ts';
import type { Endpoint } from '../../contract/endpoint.ts';
import { sessionEndpoints } from '../../contract/sessions.ts';
import { studioEndpoints } from '../../contract/studio.ts';
import { PATHWAY_PART } from '../../contract/studioParts.ts';
import { operatorOf } from '../../server/features/audit/audit.service.ts';
import { publishPathway } from '../../server/features/catalog/publishing.service.ts';
import { storeContentFile } from '../../server/features/contentFiles/contentFiles.service.ts';
import { publishForm } from '../../server/features/observationForms/publishing.service.ts';
import { publishFramework } from '../../server/features/frameworks/frameworks.service.ts';
import { beginOverlay } from '../../server/features/overlays/overlays.service.ts';
import { observedBy, observedOf, type Lessons } from './observationRights.ts';
import type { AppWorld, Caller, District } from './app.ts';
import { SAMPLE } from './build.ts';
import { listed, pathwayWithFile, PLAN } from './bundles/sampleBundle.ts';
import { addCourse, approvedWork, withCourseAdmin, withRole, type WorkIds } from './rightsWorld.ts';
import { buildCore, CORE_KEY, FOREIGN_KEY } from './frameworks.ts';
import { adaptCore } from './overlays.ts';
import { NEXT_VERSION, SAMPLE_FORM } from './studio.ts';
import { FIRST_MODULE } from './work.ts';

/** The launch roles and assignments of each persona. An earlier version allowed an admin of a single course. */
export const ROLES_HELD = {
  teacher: ['participant', 'peer'],
  designer: ['participant', 'peer', 'designer'],
  reviewer: ['participant', 'peer', 'reviewer', 'designer'],
  'reviewer of another course': ['participant', 'peer', 'reviewer'],
  admin: ['participant', 'peer', 'admin'],
  'admin of this course only': ['participant', 'peer'],
} as const satisfies Record<string, readonly Who[]>;
export type Persona = keyof typeof ROLES_HELD;
export const PERSONAS = Object.keys(ROLES_HELD) as Persona[];
export type Whose = 'own' | 'theirs' | 'foreign';

const callers = new Map<Persona, Caller>();
export const workByPersona = new Map<Persona, WorkIds>();
const lessonsByPersona = new Map<Persona, Lessons>();
const lessonsOf: Partial<Record<'theirs' | 'foreign', Lessons>> = {};
const found = {
  victim: '',
  foreignAssignment: '',
  draft: '',
  foreignDraft: '',
  overlay: '',
  foreignOverlay: '',
};
export const workOf: Partial<Record<'other' | 'foreign' | 'far', WorkIds>> = {};

const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
};
export const callerAs = (role: Persona): Caller => must(callers.get(role), role);

const FOREIGN_PLAN = Buffer.from('# A plan of another institution\n');

/** A form of another institution. */
const FOREIGN_FORM = randomUUID();

/** Publishes a pathway with its file. */
async function publishFile({ deps }: AppWorld, institutionId: string, bytes: Buffer): Promise<void> {
  const { size, sha256 } = listed('', bytes);
  const file = { institutionId, size, sha256, mediaType: 'text/plain' };
  await storeContentFile(deps, file, () => Readable.from([bytes]));
  await publishPathway(deps, institutionId, pathwayWithFile(bytes));
}

/** The draft of the sample's next version. */
async function draftOf(district: District): Promise<string> {
  const designer = await district.launch('designer', district.links.module);
  return (await designer.call(studioEndpoints.begin, { body: NEXT_VERSION })).body.draftId;
}

/** The draft of an overlay of a core. */
function overlayOf({ deps }: AppWorld, institutionId: string, coreKey: string): Promise<string> {
  const writer = { ...operatorOf(institutionId), personId: randomUUID() };
  return beginOverlay(deps, writer, { ...adaptCore(), core: { key: coreKey, version: 1 } });
}

/** A lesson of one person that the other observes, and the other way round, as far as they may. */
async function lessonsBetween(one: Caller, other: Caller): Promise<Lessons> {
  return { lesson: await observedOf(one, other), visit: await observedBy(one, other) };
}

/** Another institution with its own work and admin. */
async function buildForeign(world: AppWorld): Promise<void> {
  const district = await world.addDistrict();
  const [teacher, reviewer] = [
    await district.launch('teacher-1', district.links.module),
    await district.launch('reviewer', district.links.module),
  ];
  workOf.foreign = await approvedWork(district.institutionId, teacher, reviewer);
  const colleague = await district.launch('teacher-2', district.links.module);
  lessonsOf.foreign = await lessonsBetween(teacher, colleague);
  found.foreignDraft = await draftOf(district);
  await publishFile(world, district.institutionId, FOREIGN_PLAN);
  await publishFramework(world.deps, operatorOf(district.institutionId), buildCore({ key: FOREIGN_KEY }));
  await publishForm(world.deps, district.institutionId, { ...SAMPLE_FORM, key: FOREIGN_FORM });
  found.foreignOverlay = await overlayOf(world, district.institutionId, FOREIGN_KEY);
  found.foreignAssignment = await withRole(world, district, teacher, { role: 'admin', contextId: null });
}

async function buildRoles(world: AppWorld, elsewhere: string): Promise<void> {
  const district: District = world;
  const people: [Persona, string][] = [
    ['teacher', 'teacher-1'],
    ['designer', 'designer'],
    ['reviewer', 'reviewer'],
    ['reviewer of another course', 'teacher-2'],
    ['admin', 'teacher-5'],
    ['admin of this course only', 'teacher-4'],
  ];
  for (const [role, person] of people)
    callers.set(role, await district.launch(person, district.links.module));
  await withRole(world, district, callerAs('admin'), { role: 'admin', contextId: null });
  await withCourseAdmin(district, callerAs('admin of this course only'));
  const place = { role: 'reviewer', contextId: elsewhere } as const;
  await withRole(world, district, callerAs('reviewer of another course'), place);
}

async function build(world: AppWorld): Promise<void> {
  const { institutionId } = world;
  const far = await world.launch('far', addCourse(world, 'far'));
  const elsewhere = (await far.call(sessionEndpoints.get)).body.course?.id ?? '';
  await buildRoles(world, elsewhere);
  const chief = await world.launch('teacher-3', world.links.module);
  await withRole(world, world, chief, { role: 'reviewer', contextId: null });
  const [course] = world.lms.lms.courses.list();
  world.lms.lms.people.add({ id: 'other', name: 'Other' });
  world.lms.lms.courses.enrol(course?.id ?? '', 'other', 'learner');
  const other = await world.launch('other', world.links.module);
  workOf.far = await approvedWork(institutionId, far, chief);
  workOf.other = await approvedWork(institutionId, other, chief);
  for (const role of PERSONAS)
    if (role !== 'designer')
      workByPersona.set(role, await approvedWork(institutionId, callerAs(role), chief));
  world.lms.lms.people.add({ id: 'another', name: 'Another' });
  world.lms.lms.courses.enrol(course?.id ?? '', 'another', 'learner');
  lessonsOf.theirs = await lessonsBetween(other, await world.launch('another', world.links.module));
  for (const role of PERSONAS) lessonsByPersona.set(role, await lessonsBetween(callerAs(role), other));
  found.victim = await withRole(world, world, other, { role: 'reviewer', contextId: elsewhere });
  found.draft = await draftOf(world);
  await publishFramework(world.deps, operatorOf(institutionId), buildCore());
  await publishForm(world.deps, institutionId, SAMPLE_FORM);
  found.overlay = await overlayOf(world, institutionId, CORE_KEY);
  await publishFile(world, institutionId, PLAN);
  await buildForeign(world);
}

/** Creates people of each role and work of each kind of owner before the tests of a file. */
export function useRights(world: AppWorld): void {
  beforeAll(() => build(world), 120_000);
}

/**
 * Every kind of thing that the path of a route identifies, and whose it may be. A route with another kind fails the test, until the
 * kind is added here or to the exceptions.
 */
export interface Kind {
  paths: RegExp;
  /** The path parameters, by owner; null if that owner has no such thing. */
  params: (role: Persona, whose: Whose, path: string) => Record<string, string> | null;
}

const workParams = (work: WorkIds | undefined, path: string): Record<string, string> | null => {
  if (!work) return null;
  const { enrolmentId, attemptId, linkId, artifactId, submissionId, deliveryId } = work;
  const [, collection = ''] = path.split('/');
  const ids: Record<string, string> = {
    enrolments: enrolmentId,
    attempts: attemptId,
    submissions: submissionId,
    artifacts: artifactId,
    deliveries: deliveryId,
  };
  const pieces = { pieceKey: FIRST_MODULE.prompt.key, criterionKey: FIRST_MODULE.A, step: 'learn' };
  return { id: must(ids[collection], `id for ${path}`), linkId, ...pieces };
};
export const whoseWork = (role: Persona, whose: Whose): WorkIds | undefined =>
  ({ own: workByPersona.get(role), theirs: workOf.other, foreign: workOf.foreign })[whose];
/** What a reviewer may read, and what is outside their scope. */
const reviewedBy = (role: Persona, whose: Whose): WorkIds | undefined => {
  const isFar = role === 'reviewer of another course';
  const [inScope, outside] = isFar ? [workOf.far, workOf.other] : [workOf.other, workOf.far];
  return { own: inScope, theirs: outside, foreign: workOf.foreign }[whose];
};

const lessonOf = (role: Persona, whose: Whose): Lessons | undefined =>
  whose === 'own' ? lessonsByPersona.get(role) : lessonsOf[whose];
const lessonParams = (id: string | null | undefined): Record<string, string> | null =>
  id ? { id, after: '0', part: 'request' } : null;

export const KINDS: Record<string, Kind> = {
  'a file of the scope': {
    paths: /^\/artifacts\/:id\/handed-in$/,
    params: (role, whose) => ({ id: reviewedBy(role, whose)?.artifactId ?? '' }),
  },
  'own work': {
    paths: /^\/(enrolments|attempts|submissions|artifacts|deliveries)\/:id/,
    params: (role, whose, path) => workParams(whoseWork(role, whose), path),
  },
  'a visit of the observer': {
    paths: /^\/observations\/:id\/notes/,
    params: (role, whose) => lessonParams(lessonOf(role, whose)?.visit),
  },
  'an own observation': {
    paths: /^\/observations\/:id/,
    params: (role, whose) => lessonParams(lessonOf(role, whose)?.lesson),
  },
  'a review of the scope': {
    paths: /^\/reviews\/:id/,
    // a peer has what they have taken: test/server/reviews/peers.test.ts
    params: (role, whose) =>
      whose === 'own' && !(ROLES_HELD[role] as readonly Who[]).includes('reviewer')
        ? null
        : { id: reviewedBy(role, whose)?.reviewId ?? '' },
  },
  'a score of the institution': {
    paths: /^\/admin\/deliveries\/:id/,
    params: (_role, whose) =>
      ({ own: workOf.other, theirs: undefined, foreign: workOf.foreign })[whose] === undefined
        ? null
        : { id: whoseWork('admin', whose === 'own' ? 'theirs' : whose)?.deliveryId ?? '' },
  },
  'a role in the institution': {
    paths: /^\/admin\/assignments\/:id/,
    params: (_role, whose) =>
      whose === 'theirs' ? null : { id: whose === 'own' ? found.victim : found.foreignAssignment },
  },
  'a draft of the institution': {
    paths: /^\/(studio|bundles)\/drafts\/:id/,
    params: (_role, whose) =>
      whose === 'theirs'
        ? null
        : { id: whose === 'own' ? found.draft : found.foreignDraft, partKey: PATHWAY_PART },
  },
  'a pathway of the institution': {
    paths: /^\/(studio|bundles)\/pathways\/:key/,
    params: (_role, whose) =>
      whose === 'theirs' ? null : { key: whose === 'own' ? SAMPLE.key : randomUUID(), n: '1' },
  },
  'an observation form of the institution': {
    paths: /^\/(studio\/forms|bundles\/forms|observation-forms)\/:key/,
    params: (_role, whose) =>
      whose === 'theirs' ? null : { key: whose === 'own' ? SAMPLE_FORM.key : FOREIGN_FORM, n: '1' },
  },
  'a file of the institution': {
    paths: /^\/content-files\/:sha256/,
    params: (_role, whose) =>
      whose === 'theirs' ? null : { sha256: listed('', whose === 'own' ? PLAN : FOREIGN_PLAN).sha256 },
  },
  'a framework of the institution': {
    paths: /^\/frameworks\/:key\/(versions\/:n|statements)/,
    params: (_role, whose) =>
      whose === 'theirs' ? null : { key: whose === 'own' ? CORE_KEY : FOREIGN_KEY, n: '1' },
  },
  'an overlay of the institution': {
    paths: /^\/admin\/overlays\/:id/,
    params: (_role, whose) =>
      whose === 'theirs' ? null : { id: whose === 'own' ? found.overlay : found.foreignOverlay },
  },
  'a module of the shown pathway': {
    paths: /^\/preview\/modules\/:moduleKey/,
    params: (_role, whose) =>
      whose === 'theirs'
        ? null
        : { moduleKey: whose === 'own' ? (SAMPLE.modules[0]?.key ?? '') : randomUUID() },
  },
};
export const kindOf = ({ path }: Endpoint): Kind =>
  must(
    Object.values(KINDS).find(({ paths }) => paths.test(path)),
    `kind for ${path}: add it to KINDS, or to the exceptions`,
  );
