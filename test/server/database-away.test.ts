import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { attemptEndpoints } from '../../contract/attempts.ts';
import { ErrorBody } from '../../contract/errors.ts';
import { pathwayEndpoints } from '../../contract/pathways.ts';
import { reviewEndpoints } from '../../contract/reviews.ts';
import { documentOf } from '../../contract/richText.ts';
import { signFileLink } from '../../server/features/artifacts/files/fileLinks.ts';
import { newResume } from '../../server/features/sessions/sessionTokens.ts';
import { RepeatedJobModel } from '../../server/jobs/repeatedJob.model.ts';
import { headUpload, uploadHeaders } from '../support/files/tusClient.ts';
import { useApp, type Caller } from '../support/app.ts';
import type { AppProcess } from '../support/appProcess.ts';
import { useAppProcesses } from '../support/appProcesses.ts';
import { startReplicaSet, type Member, type TestReplicaSet } from '../support/replicaSet.ts';
import { FIRST_MODULE } from '../support/work.ts';

/** As MongoDB has it unless told otherwise: with the vote, up to 12 s without a primary. */
const ELECTION_MS = 10_000;
let set: TestReplicaSet | null = null;
const theSet = (): TestReplicaSet => {
  if (!set) throw new Error('the set is there from beforeAll on');
  return set;
};
const world = useApp({}, async () => {
  set = await startReplicaSet({ members: 3, electionTimeoutMs: ELECTION_MS });
  return { uri: set.uri('waymark'), close: () => theSet().stop() };
});
const startProcess = useAppProcesses();
afterAll(() => set?.stop());

/** A process with the times of production: what must ride out an election. */
const start = (mongodbUri = theSet().uri('waymark')): Promise<AppProcess> =>
  startProcess({
    PUBLIC_URL: world.url,
    MONGODB_URI: mongodbUri,
    SECRET_KEYS: 'a-secret-key-for-tests-of-at-least-32-characters',
    WORKERS: '1',
    SHUTDOWN_NOTICE_SECONDS: '0',
  });
/** A process that gives up soon, for what comes after that. */
const startHasty = (): Promise<AppProcess> =>
  start(`${theSet().uri('waymark')}&serverSelectionTimeoutMS=2500&socketTimeoutMS=2500`);

/** The same person at that process. */
const at = (app: AppProcess, { bearer, key }: Caller): Caller => world.callerOf({ bearer, key }, app.url);

/** The first module's attempt of somebody who was never here. */
async function openAttempt() {
  const { lms } = world.lms;
  const personId = `teacher-${randomUUID()}`;
  lms.people.add({ id: personId, name: 'Teacher New' });
  lms.courses.enrol(lms.courses.list()[0]?.id ?? '', personId, 'learner');
  const teacher = await world.launch(personId, world.links.module);
  const { body } = await teacher.call(pathwayEndpoints.open, { body: {} });
  return { teacher, attemptId: body.attemptId ?? '' };
}

async function untilReady(url: string): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

interface Writing {
  draftId: string;
  revision: number;
}
/** Saves the next text of a piece. @returns the status of the answer */
async function save(who: Caller, attemptId: string, writing: Writing): Promise<number> {
  const params = { id: attemptId, pieceKey: FIRST_MODULE.prompt.key };
  const document = documentOf(`Text ${writing.revision + 1}`);
  const body = { draftId: writing.draftId, baseRevision: writing.revision, document };
  const saved = await who.call(attemptEndpoints.saveDraft, { params, body });
  if (saved.status === 200) writing.revision += 1;
  return saved.status;
}

/** Each way to lose a primary, and what brings the member back. */
const LOSSES: [string, (primary: Member) => Promise<unknown>, (lost: Member) => Promise<unknown> | void][] = [
  ['was killed', (primary) => primary.kill(), (lost) => lost.restart()],
  ['stands still', (primary) => Promise.resolve(primary.freeze()), (lost) => lost.thaw()],
  ['stepped down', (primary) => primary.command({ replSetStepDown: 5, force: true }), () => undefined],
];

describe('an election of 12 s', () => {
  it.each(LOSSES)(
    'is ridden out when the primary %s: texts and submissions are late, not refused',
    async (_how, lose, back) => {
      const { teacher, attemptId } = await openAttempt();
      const app = await start();
      const here = at(app, teacher);
      const writing = { draftId: randomUUID(), revision: 0 };
      await save(here, attemptId, writing);
      const link = {
        url: 'https://example.org/check',
        name: 'The check',
        criteria: [FIRST_MODULE.A],
        requirementKey: null,
      };
      await here.call(attemptEndpoints.addLink, { params: { id: attemptId }, body: link });
      const lost = await theSet().primary();

      await lose(lost);
      const statuses = [await save(here, attemptId, writing), await save(here, attemptId, writing)];
      const submitted = await here.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
      await back(lost);

      expect(statuses).toEqual([200, 200]);
      expect(submitted.status).toBe(201);
    },
    120_000,
  );
});

describe('a database that is away', () => {
  /** Takes all members away, does something, and brings them back. */
  async function whileAway<T>(app: AppProcess, work: () => Promise<T>): Promise<T> {
    for (const member of theSet().members) member.freeze();
    try {
      return await work();
    } finally {
      for (const member of theSet().members) member.thaw();
      await theSet().primary();
      // they notice within a heartbeat
      await Promise.all([world.url, app.url].map(untilReady));
    }
  }

  it('is 503 with its code and Retry-After on API, uploads and files, and a page that says what to do elsewhere; all works again when it is back', async () => {
    const { teacher, attemptId } = await openAttempt();
    const { bearer, key } = teacher;
    const app = await startHasty();
    const here = at(app, teacher);
    const { params } = world.lms.lms.loginRequest(
      world.lms.lms.openLaunch({ personId: 'teacher-1', linkId: world.links.module }),
    );
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const lmsFrame = { referer: `${world.lms.url}/courses/1` };
    const link = signFileLink(world.deps, randomUUID(), {
      id: randomUUID(),
      institutionId: world.institutionId,
    });
    const resume = newResume(world.deps.sealer, world.institutionId);
    const draft = { draftId: randomUUID(), baseRevision: 0, document: documentOf('Kept.') };
    const draftPath = `/api/v1/attempts/${attemptId}/drafts/${FIRST_MODULE.prompt.key}`;
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`${app.url}${path}`, { redirect: 'manual', ...init });
    const json = { 'content-type': 'application/json' };

    const { apis, pages, health, ready, later } = await whileAway(app, async () => {
      const all = await Promise.all(
        [
          here.raw('GET', '/api/v1/session'),
          here.raw('PUT', draftPath, { headers: json, body: JSON.stringify(draft) }),
          ask('/api/v1/uploads', { method: 'POST', headers: uploadHeaders({ bearer, attemptId, size: 10 }) }),
          ask(link),
          ask('/api/v1/session/resume', {
            method: 'POST',
            headers: { ...json, 'x-waymark': '1', cookie: `__Host-wm_${key}=${resume}` },
            body: JSON.stringify({ key }),
          }),
        ].map((answer) => answer.then(async (one) => ({ one, text: await one.text() }))),
      );
      const shown = await Promise.all(
        [
          ask(`/lti/login?${new URLSearchParams(params).toString()}`, { headers: lmsFrame }),
          ask('/lti/login', {
            method: 'POST',
            headers: { ...form, ...lmsFrame },
            body: new URLSearchParams(params),
          }),
          ask(`/app/${key}/map`, { headers: { ...lmsFrame, 'sec-fetch-site': 'same-origin' } }),
          ask(`/app/${key}/map`, { headers: { ...lmsFrame, 'sec-fetch-site': 'cross-site' } }),
          ask('/lti/launch', {
            method: 'POST',
            headers: { ...form, ...lmsFrame },
            body: new URLSearchParams({ state: 'a'.repeat(43), id_token: 'x.y.z' }),
          }),
          ask(`/lti/register?invite=${'a'.repeat(43)}&openid_configuration=http://127.0.0.1:1/c`, {
            headers: lmsFrame,
          }),
        ].map((answer) => answer.then(async (one) => ({ one, text: await one.text() }))),
      );
      return {
        apis: all,
        pages: shown,
        health: (await ask('/healthz')).status,
        ready: (await ask('/readyz')).status,
        later: await save(here, attemptId, { draftId: randomUUID(), revision: 0 }),
      };
    });
    const [loginByGet, loginByPost, own, foreign, launch, registration] = pages.map(({ text }) => text);

    expect(
      apis.map(({ one, text }) => [
        one.status,
        one.headers.get('retry-after'),
        ErrorBody.parse(JSON.parse(text)).code,
      ]),
    ).toEqual(apis.map(() => [503, '5', 'DATABASE_AWAY']));
    expect(pages.map(({ one }) => [one.status, one.headers.get('retry-after')])).toEqual(
      pages.map(() => [503, '5']),
    );
    for (const { one, text } of pages) {
      expect(one.headers.get('content-type')).toContain('text/html');
      // by its own second try a page was led to by itself, and the LMS must still be able to frame it
      expect(one.headers.get('content-security-policy')).toMatch(/frame-ancestors \*(?:;|$)/);
      expect(one.headers.get('x-frame-options')).toBeNull();
      expect(text).toContain('just now');
    }
    expect(loginByGet).toContain('location.replace("?');
    expect(loginByPost).toContain('login_hint=');
    expect(own).toContain('location.reload()');
    // what another site led to may carry a one-time code in its fragment
    expect(foreign).toContain('location.replace(location.pathname+location.search)');
    for (const page of [launch, registration]) {
      expect(page).toContain('open the link once more');
      expect(page).not.toMatch(/location\.|x\.y\.z/);
    }
    expect([health, ready, later]).toEqual([200, 503, 503]);
    expect(app.child.exitCode).toBeNull();
    expect(await save(here, attemptId, { draftId: randomUUID(), revision: 0 })).toBe(200);
  }, 180_000);

  it('leaves workers, their change stream and the repeated jobs to go on by themselves when it is back', async () => {
    const { teacher, attemptId } = await openAttempt();
    const app = await startHasty();
    const here = at(app, teacher);
    const writing = { draftId: randomUUID(), revision: 0 };

    await whileAway(app, () => save(here, attemptId, writing));
    await RepeatedJobModel.updateMany({}, [{ $set: { dueAt: '$$NOW', endedAt: null } }], {
      updatePipeline: true,
    });
    await save(here, attemptId, writing);
    const link = {
      url: 'https://example.org/check',
      name: 'The check',
      criteria: [FIRST_MODULE.A],
      requirementKey: null,
    };
    await here.call(attemptEndpoints.addLink, { params: { id: attemptId }, body: link });
    const submitted = await here.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
    const reviewer = at(app, await world.launch('reviewer', world.links.module));
    const { rows } = (await reviewer.call(reviewEndpoints.queue)).body;
    const id = rows.find(({ code }) => code === submitted.body.code)?.id ?? '';
    await reviewer.call(reviewEndpoints.start, { params: { id }, body: {} });
    const judgements = FIRST_MODULE.module.criteria.map(({ key }) => ({
      criterionKey: key,
      level: 'meets' as const,
      comment: '',
    }));
    const approved = await reviewer.call(reviewEndpoints.approve, {
      params: { id },
      body: { judgements, summary: '' },
    });

    expect(approved.status).toBe(200);
    const { lms } = world.lms;
    while (lms.requests.list('scores').length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    while ((await RepeatedJobModel.countDocuments({ endedAt: null })) > 0)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lms.requests.list('scores')).toHaveLength(1);
    expect(app.child.exitCode).toBeNull();
  }, 180_000);
});

describe('a process that starts without a database', () => {
  it('says that it waits, and why it gives up', async () => {
    const refused = start('mongodb://127.0.0.1:1/waymark?replicaSet=rs0&serverSelectionTimeoutMS=2000');

    await expect(refused).rejects.toThrow(/the database does not respond yet; waiting up to 6 s/);
    await expect(refused).rejects.toThrow(/is MONGODB_URI right/);
  });
});

it('a HEAD of an upload while the database is away is 503, so that the client waits and goes on', async () => {
  const { teacher, attemptId } = await openAttempt();
  const app = await startHasty();
  const made = await fetch(`${app.url}/api/v1/uploads`, {
    method: 'POST',
    headers: uploadHeaders({ bearer: teacher.bearer, attemptId, size: 10 }),
  });
  const location = made.headers.get('location') ?? '';

  for (const member of theSet().members) member.freeze();
  const head = await headUpload(`${app.url}${location}`, teacher.bearer);
  for (const member of theSet().members) member.thaw();

  expect([head.status, head.headers['retry-after']]).toEqual([503, '5']);
}, 120_000);
