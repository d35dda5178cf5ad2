import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ENDPOINTS } from '../../contract/endpoints.ts';
import type { Who } from '../../contract/common.ts';
import { attemptEndpoints } from '../../contract/attempts.ts';
import { pathwayEndpoints } from '../../contract/pathways.ts';
import { reviewEndpoints } from '../../contract/reviews.ts';
import { documentOf } from '../../contract/richText.ts';
import { sessionEndpoints } from '../../contract/session.ts';
import { assignRole } from '../../server/features/assignments/assignments.service.ts';
import { AssignmentModel } from '../../server/features/assignments/assignment.model.ts';
import { useApp, type Caller, type District } from '../support/app.ts';
import { FIRST_MODULE } from '../support/work.ts';

const world = useApp();
type Role = 'teacher' | 'designer' | 'reviewer' | 'admin';
const callers = new Map<Role, Caller>();

/** What each role may by the table of design: launch roles, and one own assignment for the admin. */
const HATS: Record<Role, readonly Who[]> = {
  teacher: ['participant'],
  designer: ['participant', 'designer'],
  reviewer: ['participant', 'reviewer', 'designer'],
  admin: ['participant', 'admin'],
};

async function makeAdmin(district: District, personId: string): Promise<Caller> {
  const caller = await district.launch(personId, district.links.pathway);
  const { body } = await caller.call(sessionEndpoints.get);
  const actor = { institutionId: district.institutionId, personId: null, id: null };
  await assignRole(world.deps, actor, { personId: body.person.id, role: 'admin', contextId: null });
  return caller;
}

beforeAll(async () => {
  callers.set('teacher', await world.launch('teacher-1', world.links.pathway));
  callers.set('designer', await world.launch('designer', world.links.pathway));
  callers.set('reviewer', await world.launch('reviewer', world.links.pathway));
  callers.set('admin', await makeAdmin(world, 'teacher-5'));
});

const callerAs = (role: Role): Caller => {
  const caller = callers.get(role);
  if (!caller) throw new Error(`nobody is ${role}`);
  return caller;
};
const PROTECTED = ENDPOINTS.filter(({ endpoint }) => !endpoint.who.includes('public'));
// signing off ends the session of the callers that the other cases need
const REPEATABLE = PROTECTED.filter(({ endpoint }) => endpoint !== sessionEndpoints.signOff);

describe('without a session', () => {
  it.each(
    PROTECTED.map((row) => [`${row.endpoint.method.toUpperCase()} ${row.endpoint.path}`, row] as const),
  )('%s answers 401 and says how to go on', async (_name, { endpoint }) => {
    const nobody = world.callerOf({ bearer: `wm.${'A'.repeat(22)}.${'A'.repeat(43)}`, key: '' });

    const withWrong = await nobody.call(endpoint);
    const path = endpoint.path.replace(/:\w+/g, randomUUID());
    const without = await fetch(`${world.url}/api/v1${path}`, { method: endpoint.method.toUpperCase() });

    expect(withWrong).toMatchObject({ status: 401, error: { code: 'SESSION_OVER' } });
    expect(without.status).toBe(401);
    expect(await without.json()).toMatchObject({ code: 'SESSION_MISSING' });
  });
});

describe.each(Object.keys(HATS) as Role[])('a %s', (role) => {
  it.each(
    REPEATABLE.map((row) => [`${row.endpoint.method.toUpperCase()} ${row.endpoint.path}`, row] as const),
  )('is let through to, or kept from, %s as the table says', async (_name, { endpoint }) => {
    const allowed = endpoint.who.includes('anyone') || endpoint.who.some((who) => HATS[role].includes(who));

    const answer = await callerAs(role).call(endpoint);

    if (allowed) expect(answer.error.code).not.toBe('FORBIDDEN');
    else expect(answer).toMatchObject({ status: 403, error: { code: 'FORBIDDEN' } });
    expect(answer.status).not.toBe(500);
  });
});

it('a role that is taken back counts no more from the next request on', async () => {
  const former = await makeAdmin(world, 'teacher-4');
  const { body } = await former.call(sessionEndpoints.get);
  expect(body.hats).toContain('admin');

  await AssignmentModel.deleteOne({ institutionId: world.institutionId, personId: body.person.id });

  const people = ENDPOINTS.find(({ name }) => name === 'people');
  expect(people && (await former.call(people.endpoint)).status).toBe(403);
});

describe('what belongs to another institution', () => {
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    const other = await world.addDistrict();
    const teacher = await other.launch('teacher-1', other.links.module);
    const opened = await teacher.call(pathwayEndpoints.open, { body: {} });
    const attemptId = opened.body.attemptId ?? '';
    const document = documentOf('Theirs.');
    await teacher.call(attemptEndpoints.saveDraft, {
      params: { id: attemptId, pieceKey: FIRST_MODULE.prompt.key },
      body: { draftId: randomUUID(), baseRevision: 0, document },
    });
    const link = { url: 'https://example.org/', name: 'x', criteria: [FIRST_MODULE.A], requirementKey: null };
    await teacher.call(attemptEndpoints.addLink, { params: { id: attemptId }, body: link });
    const receipt = await teacher.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
    const reviewer = await other.launch('reviewer', other.links.module);
    const queue = await reviewer.call(reviewEndpoints.queue);
    const admin = await makeAdmin(other, 'teacher-5');
    const session = await admin.call(sessionEndpoints.get);
    const assignment = await AssignmentModel.findOne({
      institutionId: other.institutionId,
      personId: session.body.person.id,
    }).lean();
    Object.assign(ids, {
      enrolments: opened.body.enrolmentId,
      attempts: attemptId,
      submissions: receipt.body.id,
      reviews: queue.body.rows[0]?.id ?? '',
      assignments: assignment?._id ?? '',
    });
  });

  const WITH_IDS = REPEATABLE.filter(({ endpoint }) =>
    /^\/(admin\/)?(enrolments|attempts|submissions|reviews|assignments)\/:id/.test(endpoint.path),
  );
  const VALID: Record<string, unknown> = {
    '/attempts/:id/drafts/:pieceKey': {
      draftId: randomUUID(),
      baseRevision: 0,
      document: documentOf('Mine now.'),
    },
    '/attempts/:id/self-levels/:criterionKey': { level: 'meets' },
    '/attempts/:id/parts/:part': { done: true },
    '/attempts/:id/links': {
      url: 'https://example.org/',
      name: 'x',
      criteria: [FIRST_MODULE.A],
      requirementKey: null,
    },
    '/reviews/:id/put-back': { knowsPerson: true },
    '/reviews/:id/draft': { baseRevision: 0, judgements: [], summary: '' },
    '/reviews/:id/approve': {
      judgements: [{ criterionKey: FIRST_MODULE.A, level: 'meets', comment: '' }],
      summary: '',
    },
    '/reviews/:id/return': {
      judgements: [{ criterionKey: FIRST_MODULE.A, level: 'meets', comment: '' }],
      summary: '',
    },
  };

  it.each(WITH_IDS.map((row) => [`${row.endpoint.method.toUpperCase()} ${row.endpoint.path}`, row] as const))(
    'is not there for %s, as if it did not exist',
    async (_name, { endpoint }) => {
      const kind = /(enrolments|attempts|submissions|reviews|assignments)/.exec(endpoint.path)?.[1] ?? '';
      const role: Role = endpoint.who.includes('admin')
        ? 'admin'
        : endpoint.who.includes('reviewer')
          ? 'reviewer'
          : 'teacher';
      const params = {
        id: ids[kind] ?? '',
        part: 'learn',
        pieceKey: FIRST_MODULE.prompt.key,
        criterionKey: FIRST_MODULE.A,
      };

      const answer = await callerAs(role).call(endpoint, {
        params,
        ...(endpoint.method === 'get' ? {} : { body: VALID[endpoint.path] ?? {} }),
      });

      expect(params.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } });
    },
  );
});
