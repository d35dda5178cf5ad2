import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { artifactEndpoints } from '../../../contract/artifacts.ts';
import { assignmentEndpoints } from '../../../contract/assignments.ts';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { deepLinkingEndpoints } from '../../../contract/deepLinking.ts';
import { frameworkEndpoints } from '../../../contract/frameworks.ts';
import { deliveryEndpoints } from '../../../contract/grades.ts';
import { ENDPOINTS } from '../../../contract/endpoints.ts';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { peerEndpoints } from '../../../contract/peers.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { documentOf } from '../../../contract/richText.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { assignRole } from '../../../server/features/assignments/assignments.service.ts';
import type { AuditDoc } from '../../../server/features/audit/audit.model.ts';
import { appendAuditOnce, operatorOf } from '../../../server/features/audit/audit.service.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { uploadBuffer } from '../../support/files/artifacts.ts';
import { pdf } from '../../support/files/samples.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { faultsOfChain, readSealedLines } from '../../support/audit.ts';
import { launchThrough } from '../../support/launching.ts';
import { SAMPLE, SAMPLE_FOR_PEERS } from '../../support/build.ts';
import { buildCore, toImport } from '../../support/frameworks.ts';
import { bundleCalls } from '../../support/contentUploads.ts';
import { judged } from '../../support/postParts.ts';
import { overlayCalls } from '../../support/overlays.ts';
import { formCalls, studioCalls } from '../../support/studio.ts';
import { FIRST_MODULE } from '../../support/work.ts';

const world = useApp();
const { A, B, prompt } = FIRST_MODULE;

interface People {
  author: Caller;
  authorId: string;
  reviewer: Caller;
  designer: Caller;
  admin: Caller;
  adminId: string;
}
let people: People | null = null;
const who = (): People => {
  if (!people) throw new Error('nobody has launched yet');
  return people;
};
const idOf = async (caller: Caller): Promise<string> =>
  (await caller.call(sessionEndpoints.get)).body.person.id;

beforeAll(async () => {
  const { lms } = world;
  const [tool] = lms.lms.tools.list();
  const [course] = lms.lms.courses.list();
  const place = { courseId: course?.id ?? '', toolId: tool?.id ?? '' };
  const deepLink = await launchThrough(world.url, lms, { personId: 'designer', ...place });
  const admin = await world.launch('teacher-5', world.links.pathway);
  const author = await world.launch('teacher-1', world.links.module);
  people = {
    admin,
    author,
    adminId: await idOf(admin),
    authorId: await idOf(author),
    designer: world.callerOf(deepLink),
    reviewer: await world.launch('reviewer', world.links.module),
  };
  const role = { personId: people.adminId, role: 'admin' as const, contextId: null };
  await assignRole(world.deps, operatorOf(world.institutionId), role);
});

const linesOf = (action: string, subjectId?: string): Promise<AuditDoc[]> =>
  readSealedLines(world.institutionId, {
    action,
    ...(subjectId === undefined ? {} : { 'subject.id': subjectId }),
  });

interface HandedIn {
  reviewId: string;
  artifactId: string;
}

/** Work with a file in it, handed in by a teacher who had none. */
async function handIn(author: Caller): Promise<HandedIn> {
  const opened = await author.call(pathwayEndpoints.open, { body: {} });
  const attemptId = opened.body.attemptId ?? '';
  const body = { draftId: randomUUID(), baseRevision: 0, document: documentOf('Eleven students.') };
  await author.call(attemptEndpoints.saveDraft, { params: { id: attemptId, pieceKey: prompt.key }, body });
  const about = { bearer: author.bearer, attemptId, criteria: [A, B], filename: 'check.pdf' };
  const file = await uploadBuffer(world.url, pdf(), about);
  const submitted = await author.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
  expect(submitted.body.state).toBe('waiting');
  const queue = await who().reviewer.call(reviewEndpoints.queue);
  return { artifactId: file.id, reviewId: queue.body.rows.at(-1)?.id ?? '' };
}

/** The work of one author, on which the walk below goes from reading to a decision. */
const walked: Partial<HandedIn & { deliveryId: string; assignmentId: string }> = {};
const review = () => ({ params: { id: walked.reviewId ?? '' } });
const delivery = () => ({ params: { id: walked.deliveryId ?? '' } });

const statusOf = async (answer: Promise<{ status: number }>): Promise<number> => (await answer).status;
const asReviewer: Caller['call'] = (endpoint, input) => who().reviewer.call(endpoint, input);
const asAdmin: Caller['call'] = (endpoint, input) => who().admin.call(endpoint, input);

async function startAnother(personId: string): Promise<{ params: { id: string } }> {
  const { reviewId } = await handIn(await world.launch(personId, world.links.module));
  await who().reviewer.call(reviewEndpoints.start, { params: { id: reviewId }, body: {} });
  return { params: { id: reviewId } };
}

/** In a version of the pathway whose first module peers judge: the author, who has handed it in, takes the work of another. */
async function takeForPeer(): Promise<number> {
  await publishPathway(world.deps, world.institutionId, SAMPLE_FOR_PEERS);
  await handIn(await world.launch('teacher-5', world.links.module));
  const { status, body } = await who().author.call(peerEndpoints.takeNext, { body: {} });
  expect(body.reviewId).not.toBeNull();
  return status;
}

async function listScores(): Promise<number> {
  const { status, body } = await who().admin.call(deliveryEndpoints.list, { query: { show: 'on_the_way' } });
  walked.deliveryId = body.rows[0]?.id ?? '';
  return status;
}

/** As the score stands after three days without an answer. */
async function holdForSilence(): Promise<void> {
  await DeliveryModel.updateOne(
    { institutionId: world.institutionId, _id: walked.deliveryId ?? '' },
    { $set: { state: 'held', reason: 'lms_silent', filter: 'need_you' }, $unset: { dueAt: 1 } },
  );
}

async function giveRole(): Promise<number> {
  const body = { personId: who().authorId, role: 'reviewer' as const, courseId: null };
  const given = await who().admin.call(assignmentEndpoints.assign, { body });
  walked.assignmentId = given.body.id;
  return given.status;
}

async function readAsStaff(): Promise<number> {
  const which = { personId: 'reviewer', linkId: world.links.module, forPersonId: 'teacher-1' };
  const staff = world.callerOf(await launchThrough(world.url, world.lms, which));
  return (await staff.call(reviewEndpoints.ofPerson)).status;
}

const { key: pathwayKey, title } = SAMPLE;
const picked = { pathwayKey, moduleKey: null, title, points: 10, rule: 'share' } as const;

type Call = [endpoint: Endpoint, call: () => Promise<number>];

/** How each privileged route is called so that it succeeds, in an order in which one makes what the next needs. */
const OWN_CALLS: Call[] = [
  [
    frameworkEndpoints.import,
    () => statusOf(asAdmin(frameworkEndpoints.import, { body: toImport(buildCore()) })),
  ],
  [reviewEndpoints.page, () => statusOf(asReviewer(reviewEndpoints.page, review()))],
  [reviewEndpoints.outlook, () => statusOf(asReviewer(reviewEndpoints.outlook, review()))],
  [reviewEndpoints.ofPerson, readAsStaff],
  [
    artifactEndpoints.handedInArtifact,
    () =>
      statusOf(asReviewer(artifactEndpoints.handedInArtifact, { params: { id: walked.artifactId ?? '' } })),
  ],
  [reviewEndpoints.start, () => statusOf(asReviewer(reviewEndpoints.start, { ...review(), body: {} }))],
  [
    reviewEndpoints.saveDraft,
    () => {
      const body = { baseRevision: 0, judgements: [], summary: 'Clear.' };
      return statusOf(asReviewer(reviewEndpoints.saveDraft, { ...review(), body }));
    },
  ],
  [
    reviewEndpoints.approve,
    () => statusOf(asReviewer(reviewEndpoints.approve, { ...review(), body: judged('meets') })),
  ],
  [
    reviewEndpoints.returnIt,
    async () => {
      const other = await startAnother('teacher-2');
      return statusOf(asReviewer(reviewEndpoints.returnIt, { ...other, body: judged('approaching') }));
    },
  ],
  [
    reviewEndpoints.undoReturn,
    async () => {
      const { rows } = (await asReviewer(reviewEndpoints.queue, { query: { show: 'decided' } })).body;
      const params = { id: rows.find(({ state }) => state === 'returning')?.id ?? '' };
      return statusOf(asReviewer(reviewEndpoints.undoReturn, { params, body: {} }));
    },
  ],
  [
    reviewEndpoints.putBack,
    async () => {
      const other = await startAnother('teacher-3');
      return statusOf(asReviewer(reviewEndpoints.putBack, { ...other, body: { knowsPerson: true } }));
    },
  ],
  [deliveryEndpoints.list, listScores],
  [deliveryEndpoints.history, () => statusOf(asAdmin(deliveryEndpoints.history, delivery()))],
  [deliveryEndpoints.columns, () => statusOf(asAdmin(deliveryEndpoints.columns, delivery()))],
  [
    deliveryEndpoints.compareAll,
    () =>
      statusOf(who().admin.call(deliveryEndpoints.compareAll, { body: { ids: [walked.deliveryId ?? ''] } })),
  ],
  [
    deliveryEndpoints.sendAll,
    () => statusOf(asAdmin(deliveryEndpoints.sendAll, { body: { show: 'need_you' } })),
  ],
  [
    deliveryEndpoints.act,
    async () => {
      await holdForSilence();
      const body = { action: 'send_now' as const };
      return (await who().admin.call(deliveryEndpoints.act, { ...delivery(), body })).status;
    },
  ],
  [assignmentEndpoints.assign, giveRole],
  [
    assignmentEndpoints.remove,
    async () => {
      const which = { params: { id: walked.assignmentId ?? '' } };
      return (await who().admin.call(assignmentEndpoints.remove, which)).status;
    },
  ],
  ...overlayCalls(() => who().admin),
  ...studioCalls(() => who().designer),
  ...formCalls(world, () => who().designer),
  ...bundleCalls(() => who().designer),
  [
    deepLinkingEndpoints.reply,
    async () => (await who().designer.call(deepLinkingEndpoints.reply, { body: { items: [picked] } })).status,
  ],
  [peerEndpoints.takeNext, takeForPeer],
];

/** Audited routes that somebody of their role can just read. */
const PLAIN_READS = ENDPOINTS.map((row) => row.endpoint)
  .filter(({ method, audit, params }) => method === 'get' && typeof audit === 'string' && !params)
  .filter((endpoint) => OWN_CALLS.every(([own]) => own !== endpoint))
  .map((endpoint): Call => {
    const role = endpoint.who.find((one) => one === 'admin' || one === 'reviewer' || one === 'designer');
    return [endpoint, () => statusOf(who()[role ?? 'author'].call(endpoint))];
  });
const CALLS = [...PLAIN_READS, ...OWN_CALLS];
const nameOf = ({ method, path }: Endpoint): string => `${method.toUpperCase()} ${path}`;

describe('the endpoint table', () => {
  it('has no audited route that the walk below leaves out', () => {
    const audited = ENDPOINTS.map((row) => row.endpoint).filter(({ audit }) => typeof audit === 'string');

    expect(CALLS.map(([endpoint]) => nameOf(endpoint)).toSorted()).toEqual(audited.map(nameOf).toSorted());
  });
});

describe('the audit', () => {
  beforeAll(async () => {
    Object.assign(walked, await handIn(who().author));
    // the queue was looked at; its line is looked for in the session of this walk
    people = { ...who(), reviewer: await world.launch('reviewer', world.links.module) };
  });

  it.each(CALLS.map(([endpoint, call]) => [nameOf(endpoint), endpoint, call] as const))(
    'gets its line of %s, with who it was',
    async (_name, endpoint, call) => {
      const action = String(endpoint.audit);
      const before = await linesOf(action);

      const status = await call();

      const added = (await linesOf(action)).filter((line) => !before.some(({ _id }) => _id === line._id));
      expect(status).toBe(endpoint.status ?? 200);
      expect(added.length).toBeGreaterThan(0);
      for (const line of added) {
        expect(line.personId).toMatch(/^[0-9a-f-]{36}$/);
        expect(line.sessionId).toMatch(/^[0-9a-f-]{36}$/);
      }
    },
  );

  it.each(
    // the gradebook's way in is a launch of its own, and so another session
    CALLS.filter(([endpoint, call]) => endpoint.method === 'get' && call !== readAsStaff).map(
      ([endpoint, call]) => [nameOf(endpoint), endpoint, call] as const,
    ),
  )('gets no second line of %s in the same session', async (_name, endpoint, call) => {
    await call();
    const before = await linesOf(String(endpoint.audit));

    await call();

    expect(before.length).toBeGreaterThan(0);
    expect(await linesOf(String(endpoint.audit))).toHaveLength(before.length);
  });

  it('has one line for a file that a reviewer reads again and again, in parts', async () => {
    const reviewer = await world.launch('reviewer', world.links.module);
    const { reviewId, artifactId } = await handIn(await world.launch('teacher-4', world.links.module));
    const { body } = await reviewer.call(reviewEndpoints.page, { params: { id: reviewId } });
    const url = `${world.url}${body.pieces.find(({ kind }) => kind === 'artifact')?.url ?? ''}`;

    const parts = await Promise.all(
      [0, 10, 20, 30].map((start) => fetch(url, { headers: { range: `bytes=${start}-${start + 9}` } })),
    );
    await reviewer.call(reviewEndpoints.page, { params: { id: reviewId } });

    expect(parts.map(({ status }) => status)).toEqual([206, 206, 206, 206]);
    expect(await linesOf('artifact.opened', artifactId)).toHaveLength(1);
    expect(await linesOf('review.read', reviewId)).toHaveLength(1);
  });

  it('has no line for an author’s own file and page', async () => {
    const author = await world.launch('teacher-1', world.links.module);
    const artifactId = walked.artifactId ?? '';
    const before = await linesOf('artifact.opened', artifactId);
    const { body } = await author.call(artifactEndpoints.artifact, { params: { id: artifactId } });

    const read = await fetch(`${world.url}${body.url ?? ''}`);

    expect(read.status).toBe(200);
    expect(await linesOf('artifact.opened', artifactId)).toHaveLength(before.length);
    expect((await linesOf('artifact.read', artifactId)).map((line) => line.personId)).not.toContain(
      who().authorId,
    );
  });

  it('is written once by many calls at once, and once more in another session', async () => {
    const entry = { action: 'review.read', subject: { kind: 'review', id: randomUUID() } };
    const { institutionId } = world;
    const reader = { institutionId, personId: randomUUID(), id: randomUUID() };

    await Promise.all([1, 2, 3, 4, 5].map(() => appendAuditOnce(world.deps, reader, entry)));
    await appendAuditOnce(world.deps, { ...reader, id: randomUUID() }, entry);

    expect(await linesOf('review.read', entry.subject.id)).toHaveLength(2);
  });

  it('is an unbroken chain after all of it', async () => {
    expect(await faultsOfChain(world.institutionId)).toEqual([]);
  });
});
