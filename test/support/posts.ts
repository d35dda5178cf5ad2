import { randomUUID } from 'node:crypto';
import { assignmentEndpoints } from '../../contract/assignments.ts';
import { attemptEndpoints } from '../../contract/attempts.ts';
import { deliveryEndpoints } from '../../contract/grades.ts';
import type { Endpoint } from '../../contract/endpoint.ts';
import { pathwayEndpoints } from '../../contract/pathways.ts';
import { peerEndpoints } from '../../contract/peers.ts';
import { reviewEndpoints } from '../../contract/reviews.ts';
import { documentOf } from '../../contract/richText.ts';
import { sessionEndpoints } from '../../contract/sessions.ts';
import { formEndpoints } from '../../contract/forms.ts';
import { studioEndpoints } from '../../contract/studio.ts';
import { assignRole } from '../../server/features/assignments/assignments.service.ts';
import { publishPathway } from '../../server/features/catalog/publishing.service.ts';
import { operatorOf } from '../../server/features/audit/audit.service.ts';
import { DeliveryModel } from '../../server/features/grades/deliveries/delivery.model.ts';
import type { AppDeps } from '../../server/wire.ts';
import type { Caller, District } from './app.ts';
import { SAMPLE, SAMPLE_FOR_PEERS } from './build.ts';
import { CONTENT_POSTS } from './contentPosts.ts';
import { OBSERVATION_POSTS } from './observationPosts.ts';
import { frameworkPosts } from './frameworkPosts.ts';
import { publishForm } from '../../server/features/observationForms/publishing.service.ts';
import { AS_BEGUN, beginCopy, beginForm, NEXT_VERSION, SAMPLE_FORM } from './studio.ts';
import { addColumn, judged } from './postParts.ts';
import { FIRST_MODULE } from './work.ts';

const { A, B, prompt } = FIRST_MODULE;

/** A request that changes something, ready to be sent. */
export interface ReadyPost {
  endpoint: Endpoint;
  caller: Caller;
  params?: Record<string, string>;
  body: unknown;
}

interface Opened {
  teacher: Caller;
  enrolmentId: string;
  attemptId: string;
}

async function open(district: District, person = 'teacher-1'): Promise<Opened> {
  const teacher = await district.launch(person, district.links.module);
  const { body } = await teacher.call(pathwayEndpoints.open, { body: {} });
  return { teacher, enrolmentId: body.enrolmentId, attemptId: body.attemptId ?? '' };
}

const link = { url: 'https://example.org/check', name: 'The check', criteria: [A, B], requirementKey: null };

async function ready(district: District, person?: string): Promise<Opened> {
  const opened = await open(district, person);
  const { teacher, attemptId } = opened;
  const draft = { draftId: randomUUID(), baseRevision: 0, document: documentOf('Eleven students.') };
  const piece = { id: attemptId, pieceKey: prompt.key };
  await teacher.call(attemptEndpoints.saveDraft, { params: piece, body: draft });
  await teacher.call(attemptEndpoints.addLink, { params: { id: attemptId }, body: link });
  return opened;
}

async function submitted(
  district: District,
  person?: string,
): Promise<{ teacher: Caller; submissionId: string }> {
  const { teacher, attemptId } = await ready(district, person);
  const { body } = await teacher.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
  return { teacher, submissionId: body.id };
}

async function waiting(district: District): Promise<{ reviewer: Caller; params: { id: string } }> {
  await submitted(district);
  const reviewer = await district.launch('reviewer', district.links.module);
  const { body } = await reviewer.call(reviewEndpoints.queue);
  return { reviewer, params: { id: body.rows[0]?.id ?? '' } };
}

async function started(district: District): ReturnType<typeof waiting> {
  const found = await waiting(district);
  await found.reviewer.call(reviewEndpoints.start, { params: found.params, body: {} });
  return found;
}

async function admin(deps: AppDeps, district: District): Promise<{ caller: Caller; personId: string }> {
  const caller = await district.launch('teacher-5', district.links.pathway);
  const personId = (await caller.call(sessionEndpoints.get)).body.person.id;
  const role = { personId, role: 'admin' as const, contextId: null };
  await assignRole(deps, operatorOf(district.institutionId), role);
  return { caller, personId };
}

/** A score that the LMS has not responded to for three days. */
async function held(
  deps: AppDeps,
  district: District,
  reason: 'lms_silent' | 'column_gone' = 'lms_silent',
): Promise<{ caller: Caller; params: { id: string } }> {
  const { reviewer, params } = await started(district);
  await reviewer.call(reviewEndpoints.approve, { params, body: judged('meets') });
  const { institutionId } = district;
  const stands = { state: 'held', reason, filter: 'need_you' } as const;
  const delivery = await DeliveryModel.findOneAndUpdate(
    { institutionId },
    { $set: stands, $unset: { dueAt: 1 } },
  ).lean();
  return { caller: (await admin(deps, district)).caller, params: { id: delivery?._id ?? '' } };
}

/** A score that is in the gradebook as far as we know. */
async function arrived(deps: AppDeps, district: District): ReturnType<typeof held> {
  const found = await held(deps, district);
  const stands = { state: 'accepted', reason: 'none', filter: 'in_gradebook' };
  const which = { institutionId: district.institutionId, _id: found.params.id };
  await DeliveryModel.updateOne(which, { $set: stands });
  return found;
}

/** The same, with its grade column deleted in the LMS. */
async function heldWithoutColumn(deps: AppDeps, district: District): ReturnType<typeof held> {
  const found = await held(deps, district, 'column_gone');
  const { lms } = district.lms;
  lms.gradebook.removeLineItem(lms.columnOf(district.links.module)?.id ?? '');
  return found;
}

type Prepare = (deps: AppDeps, district: District) => Promise<Omit<ReadyPost, 'endpoint'>>;

/**
 * Every POST with an Idempotency-Key, and how to prepare what somebody would send. A POST that can do different kinds of work is
 * listed once for each.
 */
export const POSTS: [endpoint: Endpoint, prepare: Prepare, way?: string][] = [
  [
    pathwayEndpoints.move,
    async (deps, district) => {
      const { teacher, enrolmentId } = await open(district);
      await publishPathway(deps, district.institutionId, { ...SAMPLE, title: 'Version 2' });
      return { caller: teacher, params: { id: enrolmentId }, body: { from: 1, to: 2 } };
    },
  ],
  [
    pathwayEndpoints.open,
    async (_deps, district) => ({
      caller: await district.launch('teacher-1', district.links.module),
      body: {},
    }),
  ],
  [
    studioEndpoints.begin,
    async (_deps, district) => ({
      caller: await district.launch('designer', district.links.pathway),
      body: NEXT_VERSION,
    }),
  ],
  [
    formEndpoints.begin,
    async (_deps, district) => ({
      caller: await district.launch('designer', district.links.pathway),
      body: { from: 'blank', formKey: randomUUID(), title: 'Talk in pairs' },
    }),
  ],
  [
    formEndpoints.publish,
    async (deps, district) => {
      await publishForm(deps, district.institutionId, SAMPLE_FORM);
      const caller = await district.launch('designer', district.links.pathway);
      return { caller, params: { id: await beginForm(caller) }, body: AS_BEGUN };
    },
  ],
  [
    studioEndpoints.publish,
    async (_deps, district) => {
      const caller = await district.launch('designer', district.links.pathway);
      return { caller, params: { id: await beginCopy(caller) }, body: AS_BEGUN };
    },
  ],
  [
    sessionEndpoints.agree,
    async (_deps, district) => ({
      caller: await district.launch('teacher-1', district.links.module),
      body: { weeklyMinutes: 60 },
    }),
  ],
  [
    attemptEndpoints.addLink,
    async (_deps, district) => {
      const { teacher, attemptId } = await open(district);
      return { caller: teacher, params: { id: attemptId }, body: link };
    },
  ],
  [
    attemptEndpoints.submit,
    async (_deps, district) => {
      const { teacher, attemptId } = await ready(district);
      return { caller: teacher, params: { id: attemptId }, body: {} };
    },
  ],
  [
    attemptEndpoints.withdraw,
    async (_deps, district) => {
      const { teacher, submissionId } = await submitted(district);
      return { caller: teacher, params: { id: submissionId }, body: {} };
    },
  ],
  [
    peerEndpoints.takeNext,
    async (deps, district) => {
      await publishPathway(deps, district.institutionId, SAMPLE_FOR_PEERS);
      await submitted(district);
      return { caller: (await submitted(district, 'teacher-2')).teacher, body: {} };
    },
  ],
  [
    reviewEndpoints.start,
    async (_deps, district) => {
      const { reviewer, params } = await waiting(district);
      return { caller: reviewer, params, body: {} };
    },
  ],
  [
    reviewEndpoints.putBack,
    async (_deps, district) => {
      const { reviewer, params } = await started(district);
      return { caller: reviewer, params, body: { knowsPerson: true } };
    },
  ],
  [
    reviewEndpoints.approve,
    async (_deps, district) => {
      const { reviewer, params } = await started(district);
      return { caller: reviewer, params, body: judged('meets') };
    },
  ],
  [
    reviewEndpoints.returnIt,
    async (_deps, district) => {
      const { reviewer, params } = await started(district);
      return { caller: reviewer, params, body: judged('approaching') };
    },
  ],
  [
    reviewEndpoints.undoReturn,
    async (_deps, district) => {
      const { reviewer, params } = await started(district);
      await reviewer.call(reviewEndpoints.returnIt, { params, body: judged('approaching') });
      return { caller: reviewer, params, body: {} };
    },
  ],
  [
    deliveryEndpoints.act,
    async (deps, district) => ({ ...(await held(deps, district)), body: { action: 'send_now' } }),
  ],
  [
    deliveryEndpoints.act,
    async (deps, district) => ({
      ...(await heldWithoutColumn(deps, district)),
      body: { action: 'make_column' },
    }),
    'making a column',
  ],
  [
    deliveryEndpoints.act,
    async (deps, district) => ({
      ...(await heldWithoutColumn(deps, district)),
      body: { action: 'link_column', lineItemUrl: addColumn(district) },
    }),
    'linking a column',
  ],
  [
    deliveryEndpoints.act,
    async (deps, district) => ({
      ...(await heldWithoutColumn(deps, district)),
      body: { action: 'no_grade' },
    }),
    'giving a link no grade',
  ],
  [
    deliveryEndpoints.act,
    async (deps, district) => ({ ...(await arrived(deps, district)), body: { action: 'compare' } }),
    'comparing',
  ],
  [
    deliveryEndpoints.compareAll,
    async (deps, district) => {
      const { caller, params } = await arrived(deps, district);
      return { caller, body: { ids: [params.id] } };
    },
  ],
  [
    deliveryEndpoints.sendAll,
    async (deps, district) => ({ caller: (await held(deps, district)).caller, body: { show: 'need_you' } }),
  ],
  [
    assignmentEndpoints.assign,
    async (deps, district) => {
      const { caller } = await admin(deps, district);
      const other = await district.launch('teacher-2', district.links.pathway);
      const personId = (await other.call(sessionEndpoints.get)).body.person.id;
      return { caller, body: { personId, role: 'reviewer', courseId: null } };
    },
  ],
  ...OBSERVATION_POSTS,
  ...CONTENT_POSTS,
  ...frameworkPosts(admin),
];
