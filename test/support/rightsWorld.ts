import { randomUUID } from 'node:crypto';
import { attemptEndpoints } from '../../contract/attempts.ts';
import { pathwayEndpoints } from '../../contract/pathways.ts';
import { reviewEndpoints } from '../../contract/reviews.ts';
import { documentOf } from '../../contract/richText.ts';
import { sessionEndpoints } from '../../contract/sessions.ts';
import { AssignmentModel } from '../../server/features/assignments/assignment.model.ts';
import { assignRole, type RolePlace } from '../../server/features/assignments/assignments.service.ts';
import { operatorOf } from '../../server/features/audit/audit.service.ts';
import { DeliveryModel } from '../../server/features/grades/deliveries/delivery.model.ts';
import { ReviewModel } from '../../server/features/reviews/review.model.ts';
import type { AppWorld, Caller, District } from './app.ts';
import { SAMPLE } from './build.ts';
import { FIRST_MODULE } from './work.ts';

const { A, B, prompt } = FIRST_MODULE;

/** Ids of one person's approved work: it no longer changes, so every request can be tried repeatedly. */
export interface WorkIds {
  enrolmentId: string;
  attemptId: string;
  linkId: string;
  artifactId: string;
  submissionId: string;
  reviewId: string;
  /** Of the first score that results from it. */
  deliveryId: string;
}

export const aJudgement = {
  judgements: [A, B].map((criterionKey) => ({ criterionKey, level: 'meets' as const, comment: '' })),
  summary: '',
};

const TUS = { 'tus-resumable': '1.0.0' };

/** Starts an upload of five bytes. */
export function createUpload(caller: Caller, attemptId: string): Promise<Response> {
  const facts = { attemptId, filename: 'a.txt', clientId: randomUUID(), criteria: A };
  const metadata = Object.entries(facts).map(
    ([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`,
  );
  return caller.raw('POST', '/api/v1/uploads', {
    headers: { ...TUS, 'upload-length': '5', 'upload-metadata': metadata.join(',') },
  });
}

export function patchUpload(caller: Caller, artifactId: string): Promise<Response> {
  return caller.raw('PATCH', `/api/v1/uploads/${artifactId}`, {
    headers: { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: 'hello',
  });
}

async function handIn(caller: Caller): Promise<Omit<WorkIds, 'reviewId' | 'deliveryId'>> {
  const { enrolmentId, attemptId } = (await caller.call(pathwayEndpoints.open, { body: {} })).body;
  const params = { id: attemptId ?? '' };
  const draft = { draftId: randomUUID(), baseRevision: 0, document: documentOf('Eleven students.') };
  await caller.call(attemptEndpoints.saveDraft, { params: { ...params, pieceKey: prompt.key }, body: draft });
  const link = { url: 'https://example.org/', name: 'x', criteria: [A, B], requirementKey: null };
  const linkId = (await caller.call(attemptEndpoints.addLink, { params, body: link })).body.id;
  const upload = await createUpload(caller, params.id);
  const artifactId = upload.headers.get('location')?.split('/').at(-1) ?? '';
  await patchUpload(caller, artifactId);
  const submissionId = (await caller.call(attemptEndpoints.submit, { params, body: {} })).body.id;
  return { enrolmentId, attemptId: params.id, linkId, artifactId, submissionId };
}

/** Does a person's work, up to its approval by that reviewer. */
export async function approvedWork(
  institutionId: string,
  caller: Caller,
  reviewer: Caller,
): Promise<WorkIds> {
  const work = await handIn(caller);
  const { submissionId, enrolmentId } = work;
  const review = await ReviewModel.findOne({ institutionId, submissionId }).lean();
  const params = { id: review?._id ?? '' };
  await reviewer.call(reviewEndpoints.start, { params, body: {} });
  const decided = await reviewer.call(reviewEndpoints.approve, { params, body: aJudgement });
  if (decided.status !== 200) throw new Error(`not approved: ${JSON.stringify(decided.body)}`);
  const delivery = await DeliveryModel.findOne({ institutionId, 'wanted.enrolmentId': enrolmentId }).lean();
  return { ...work, reviewId: params.id, deliveryId: delivery?._id ?? '' };
}

/** Somebody with an assigned role. @returns the caller and the assignment's id */
export async function withRole(
  world: Pick<AppWorld, 'deps'>,
  district: District,
  caller: Caller,
  place: RolePlace,
): Promise<string> {
  const { body } = await caller.call(sessionEndpoints.get);
  const given = { personId: body.person.id, ...place };
  return (await assignRole(world.deps, operatorOf(district.institutionId), given))._id;
}

/** An admin of one course, as an earlier version stored them. */
export async function withCourseAdmin(district: District, caller: Caller): Promise<void> {
  const { person, course } = (await caller.call(sessionEndpoints.get)).body;
  const { institutionId } = district;
  const place = { personId: person.id, role: 'admin' as const, contextId: course?.id ?? '' };
  const stored = { _id: randomUUID(), institutionId, ...place, createdAt: new Date(), createdBy: null };
  await AssignmentModel.collection.insertOne(stored as never);
}

/** Another course of a district's LMS with somebody in it. @returns the link to the first module */
export function addCourse({ lms: { lms } }: District, personId: string): string {
  const course = lms.courses.add({ title: 'Another course', label: 'OTHER' });
  lms.people.add({ id: personId, name: personId });
  lms.courses.enrol(course.id, personId, 'learner');
  const [tool] = lms.tools.list();
  const custom = { wm_pathway: SAMPLE.key, wm_module: SAMPLE.modules[0]?.key ?? '' };
  return lms.embed({
    courseId: course.id,
    toolId: tool?.id ?? '',
    title: 'Elsewhere',
    custom,
    lineItem: { scoreMaximum: 10 },
  }).id;
}
