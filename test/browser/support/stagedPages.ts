import { assignmentEndpoints } from '../../../contract/assignments.ts';
import { attemptEndpoints, type Workspace } from '../../../contract/attempts.ts';
import { DONE } from '../../../contract/common.ts';
import { artifactEndpoints } from '../../../contract/artifacts.ts';
import { deepLinkingEndpoints } from '../../../contract/deepLinking.ts';
import { deliveryEndpoints, receiptEndpoints, type DeliveryRow } from '../../../contract/deliveries.ts';
import { pathwayEndpoints, type GradeLine } from '../../../contract/pathways.ts';
import { documentOf } from '../../../contract/richText.ts';
import { reviewEndpoints, type ReviewPage } from '../../../contract/reviews.ts';
import type { SessionInfo } from '../../../contract/session.ts';
import type { RouteId } from '../../../client/src/routes.ts';
import { admin, attemptOf, deliveryApi, deliveryOf, listOf } from '../../client/admin/deliveryWork.ts';
import { session as sample } from '../../client/gallery/samples.ts';
import { ListApi } from '../../client/reviews/listApi.ts';
import { pageOf, reviewApi, reviewer, rowOf, startedPage } from '../../client/reviews/reviewWork.ts';
import {
  aDraft,
  aMap,
  aMapModule,
  aPiece,
  aReceipt,
  aReturned,
  attemptId,
  aWorkspace,
  enrolmentId,
  idOf,
  moduleAt,
  pathway,
  submissionId,
} from '../../client/support/teacherWork.ts';
import type { Stage } from './staged.ts';

const AT = '2026-11-20T09:00:00.000Z';
const LONG = 'What the wrong answers had in common was the unit, and nobody had asked for it. '.repeat(40);
const grade = (n: number): GradeLine => ({
  deliveryId: idOf(70 + n),
  course: 'EdTech autumn',
  link: n === 0 ? 'Quick checks, group one' : 'Quick checks, group two',
  state: 'accepted',
  reason: 'none',
  scoreGiven: 10,
  scoreMaximum: 10,
  acceptedAt: AT,
  lmsValue: null,
  lmsMaximum: null,
});

const evidence: Workspace['evidence'] = [
  aPiece({ notes: ['pdf_metadata_stays', 'not_scanned'], mediaType: 'text/plain', kind: 'text' }),
  aPiece({ id: idOf(60), name: 'Film of the class.mp4', kind: 'video', state: 'uploading', uploadedBytes: 100_000 }),
  aPiece({ id: idOf(61), name: 'A macro.docm', state: 'refused', refusal: { code: 'ARTIFACT_REFUSED', message: 'It holds macros. Hand in a PDF of it.' } }),
  aPiece({ id: idOf(62), kind: 'link', name: 'The check itself', url: 'https://example.org/check', size: null, mediaType: null, sha256: null, previewable: false }),
]; // prettier-ignore

/** A module with everything in it that may stand on its page. */
export const fullWorkspace = (over: Partial<Workspace> = {}): Workspace =>
  aWorkspace({ drafts: [aDraft(LONG)], evidence, grades: [grade(0), grade(1)], ...over });

export function workApi(workspace: Workspace): ListApi {
  const version = { id: idOf(300), savedAt: AT, why: 'interval' as const, words: 400, document: documentOf(LONG), text: LONG }; // prettier-ignore
  const api = new ListApi();
  api.on(attemptEndpoints.workspace, () => workspace);
  api.on(attemptEndpoints.setPart, () => DONE);
  api.on(attemptEndpoints.setSelfLevel, () => DONE);
  api.on(attemptEndpoints.draftVersions, () => ({
    rows: Array.from({ length: 12 }, (_, n) => ({ ...version, id: idOf(300 + n) })),
    next: null,
  }));
  api.on(attemptEndpoints.receipt, () => aReceipt());
  api.on(pathwayEndpoints.map, () => fullMap());
  const { name, criteria, requirementKey, state } = aPiece();
  const clientId = idOf(51);
  api.on(artifactEndpoints.artifact, () => ({
    ...{ id: idOf(50), attemptId, clientId, name, criteria, requirementKey, state, refusal: null },
    ...{ kind: 'text' as const, mediaType: 'text/plain', size: 1600, uploadedBytes: 1600 },
    ...{ sha256: 'a'.repeat(64), previewable: true, url: '/files/x?exp=1&sig=y', notes: [] },
  }));
  api.on(receiptEndpoints.own, () => ({
    row: deliveryOf({ state: 'accepted', reason: 'none', acceptedAt: AT }),
    attempts: Array.from({ length: 12 }, (_, n) => attemptOf({ id: idOf(400 + n) })),
  }));
  return api;
}

const fullMap = () =>
  aMap({
    modules: [
      aMapModule(0, { state: 'approved', level: 'meets', minutesLeft: 0, grades: [grade(0), grade(1)] }),
      aMapModule(1, { state: 'in_progress', draftSavedAt: AT }),
      aMapModule(2, { opensAfter: { position: 2, title: moduleAt(1).title } }),
    ],
    approved: 1,
    awards: [{ id: idOf(80), moduleKey: moduleAt(0).key, achievement: 'Uses quick checks', strand: 'assessment', badgeLevel: 2, awardedAt: AT }], // prettier-ignore
    grades: [grade(0), grade(1)],
  });

/** A decision that one sees on one's grades: columns to choose from, grades to choose between, and faults. */
export const trouble: DeliveryRow[] = [
  deliveryOf({ lmsMessage: 'The course is closed for grading' }),
  deliveryOf({ id: idOf(701), reason: 'changed_in_lms', lmsValue: 9, actions: ['keep_theirs', 'send_ours'] }),
  deliveryOf({ id: idOf(702), reason: 'column_missing', actions: ['link_column', 'no_grade'] }),
];

export function deliveriesApi(): ListApi {
  const api = deliveryApi(
    trouble[0],
    Array.from({ length: 6 }, (_, n) => attemptOf({ id: idOf(720 + n) })),
  );
  api.on(deliveryEndpoints.list, () => listOf(trouble, { sendable: 2 }));
  api.on(deliveryEndpoints.columns, () => ({
    columns: Array.from({ length: 30 }, (_, n) => ({ url: `https://lms.example/${n}`, label: `Column of week ${n}`, scoreMaximum: 10 })), // prettier-ignore
    more: 4,
  }));
  return api;
}

const course = { id: idOf(800), title: 'EdTech autumn' };
const role = { id: idOf(810), personId: idOf(801), person: 'Teacher 1', role: 'reviewer' as const, course, since: AT, by: 'Admin 1' }; // prettier-ignore

export function peopleApi(): ListApi {
  const api = new ListApi();
  api.on(assignmentEndpoints.people, () => ({
    rows: [{ id: idOf(801), displayName: 'Teacher 1', platform: 'Canvas', lastSeenAt: AT, assignments: [role], more: 2 }], // prettier-ignore
    next: null,
    courses: Array.from({ length: 20 }, (_, n) => ({ id: idOf(820 + n), title: `Course of year ${n}` })),
  }));
  return api;
}

const modules = [0, 1, 2].map((index) => ({ key: moduleAt(index).key, position: index + 1, title: moduleAt(index).title, kind: moduleAt(index).kind, minutes: 50, inCourse: index === 0 })); // prettier-ignore
export function pickApi(): ListApi {
  const { key, title, vision, strand } = pathway;
  const api = new ListApi();
  api.on(deepLinkingEndpoints.picker, () => ({
    ...{ course: 'EdTech autumn', multiple: true, columns: true, accepts: true },
    pathways: [{ key, title, vision, strand, version: 1, minutes: 150, inCourse: true, modules }],
  }));
  return api;
}

export function reviewing(page: ReviewPage = startedPage()): ListApi {
  const api = reviewApi(page);
  api.on(reviewEndpoints.queue, () => ({
    ...{ total: 2, mine: 1, overdue: 1, dueSoon: 1, minutes: 28 },
    rows: [rowOf(), rowOf({ id: idOf(502), late: true, dueAt: '2026-11-20T09:00:00Z' })],
    next: null,
  }));
  return api;
}

function previewApi(): ListApi {
  const { pathway: shown, modules: rows, run } = fullMap();
  const [module] = rows;
  const api = new ListApi();
  api.on(pathwayEndpoints.preview, () => ({
    ...{ pathway: shown, run, beginsAt: module?.key ?? null, ownEnrolmentId: enrolmentId },
    modules: rows.map(({ key, position, title, kind, minutes, opensAfter }) => ({
      ...{ key, position, title, kind, minutes, opensAfter },
    })),
  }));
  api.on(pathwayEndpoints.previewModule, () => ({
    ...{ pathway: shown, run, position: 1, opensAfter: null, module: moduleAt(0) },
  }));
  return api;
}

const designer: Partial<SessionInfo> = {
  hats: ['designer'],
  startsAs: 'designer',
  shows: { kind: 'picker' },
};
const newcomer: Partial<SessionInfo> = { person: { ...sample.person, agreed: false } };

/** Every page of the router with something on it; some pages in several states. */
export const STAGES: Readonly<Record<RouteId, readonly Stage[]>> = {
  home: [{ at: '/', api: new ListApi(), info: { shows: { kind: 'gone' } } }],
  sessionOver: [{ at: '/session-over', api: new ListApi() }],
  welcome: [{ at: '/welcome', api: new ListApi(), info: newcomer }],
  preview: [{ at: '/preview', api: previewApi(), info: { ...designer, shows: sample.shows } }],
  previewModule: [
    {
      at: `/preview/modules/${moduleAt(0).key}`,
      api: previewApi(),
      info: { ...designer, shows: sample.shows },
    },
  ],
  map: [{ at: `/pathways/${enrolmentId}`, api: workApi(fullWorkspace()) }],
  module: [
    { at: `/modules/${attemptId}`, api: workApi(fullWorkspace()) },
    { at: `/modules/${attemptId}`, api: workApi(aReturned({ evidence })) },
    { at: `/modules/${attemptId}`, api: workApi(fullWorkspace({ state: 'approved', writable: false, submissionId })) },
  ], // prettier-ignore
  check: [{ at: `/modules/${attemptId}/check`, api: workApi(fullWorkspace()) }],
  submission: [{ at: `/submissions/${submissionId}`, api: workApi(fullWorkspace()) }],
  me: [{ at: '/me', api: workApi(fullWorkspace()) }],
  reviews: [{ at: '/reviews', api: reviewing(), info: reviewer }],
  review: [{ at: `/reviews/${pageOf().id}`, api: reviewing(), info: reviewer }],
  pick: [{ at: '/pick', api: pickApi(), info: designer }],
  deliveries: [{ at: '/admin/deliveries', api: deliveriesApi(), info: admin }],
  people: [{ at: '/admin/people', api: peopleApi(), info: admin }],
};

export const allStages = (): [string, Stage][] =>
  Object.entries(STAGES).flatMap(([id, stages]) =>
    stages.map((stage, n): [string, Stage] => [`${id} ${n + 1}`, stage]),
  );
