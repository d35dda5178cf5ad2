import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { artifactEndpoints } from '../../../contract/artifacts.ts';
import { assignmentEndpoints } from '../../../contract/assignments.ts';
import type { Who } from '../../../contract/common.ts';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { ENDPOINTS } from '../../../contract/endpoints.ts';
import { documentOf } from '../../../contract/richText.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { createApp } from '../../../server/app.ts';
import { AssignmentModel } from '../../../server/features/assignments/assignment.model.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { buildCore } from '../../support/frameworks.ts';
import { buildEdits } from '../../support/overlays.ts';
import {
  callerAs,
  ROLES_HELD,
  kindOf,
  KINDS,
  PERSONAS,
  useRights,
  whoseWork,
  workOf,
  workByPersona,
  type Persona,
  type Whose,
} from '../../support/rightsMatrix.ts';
import { createUpload, aJudgement, patchUpload, withRole } from '../../support/rightsWorld.ts';
import { aNote } from '../../support/observations.ts';
import { mountedRoutes } from '../../support/routes.ts';
import { FIRST_MODULE } from '../../support/work.ts';

const world = useApp();
useRights(world);

const PROTECTED = ENDPOINTS.map(({ endpoint }) => endpoint).filter(({ who }) => !who.includes('public'));
const nameOf = ({ method, path }: { method: string; path: string }): string =>
  `${method.toUpperCase()} ${path}`;
const named = (endpoints: readonly Endpoint[]) =>
  endpoints.map((endpoint) => [nameOf(endpoint), endpoint] as const);
const holds = (role: Persona, { who }: Endpoint): boolean =>
  who.includes('anyone') || who.some((one) => (ROLES_HELD[role] as readonly Who[]).includes(one));

/** What is not tried with ids, each with its reason. Everything else is. */
const EXCEPTIONS: Record<string, string> = {
  'DELETE /session': 'ends the session that the other cases need: test/server/sessions/ended.test.ts',
  'DELETE /studio/drafts/:id': 'puts away their draft: test/server/studio/drafts.test.ts',
  'GET /content-uploads/:id': 'each designer’s own: test/server/contentFiles/contentFiles.test.ts',
  'POST /enrolments/:id/version':
    'moves the work that the other cases need: test/server/pathways/moving.test.ts',
  'DELETE /admin/overlays/:id': 'puts away their draft: test/server/overlays/overlays.test.ts',
  'POST /admin/overlays/:id/publish': 'closes that draft: test/server/overlays/overlays.test.ts',
  'POST /studio/form-drafts/:id/publish': 'closes that draft: test/server/studio/forms.test.ts',
  'POST /studio/drafts/:id/publish': 'closes that draft: test/server/studio/publishing.test.ts',
};
/**
 * There is no such thing: an institution's scores, roles and frameworks are all of its admins', its drafts all of its designers', a
 * designer has no own work, and who is no reviewer has taken no review.
 */
const ABSENT: [Whose, Persona | 'all', string[]][] = [
  [
    'theirs',
    'all',
    [
      'a score of the institution',
      'a role in the institution',
      'a module of the shown pathway',
      'a draft of the institution',
      'a pathway of the institution',
      'an observation form of the institution',
      'a file of the institution',
      'a framework of the institution',
      'an overlay of the institution',
    ],
  ],
  ['own', 'designer', ['own work', 'a review of the scope', 'an own observation']],
  // whoever reviews in a course observes nobody there
  ['own', 'reviewer', ['a visit of the observer']],
  ['own', 'teacher', ['a review of the scope']],
  ['own', 'admin', ['a review of the scope']],
  ['own', 'admin of this course only', ['a review of the scope']],
];

/** Routes beside the endpoint table, each with where it is tried, or why anybody may. */
const BESIDE: Record<string, string> = {
  '_ALL /api/v1/uploads': 'below: uploads',
  '_ALL /api/v1/uploads/*rest': 'below: uploads',
  'GET /files/:artifactId': 'below: files',
  'GET /content-files/:id/:name': 'by a signed link: test/server/contentFiles/contentFiles.test.ts',
  'GET /embeds': 'by a signed link: test/server/embeds/embeds.test.ts',
  'GET /mail/unsubscribe/:token': 'by a signed link: test/server/messages/unsubscribe.test.ts',
  'POST /mail/unsubscribe/:token': 'the same',
  'GET /bundles/:kind/:id{/:n}': 'by a signed link: test/server/bundles/studio.test.ts',
  'GET /app/:key': 'the client’s page and whose frame it may stand in; its data comes by the API',
  'GET /app/:key/*splat': 'the same',
  'GET /api/v1/openapi.json': 'public: the table itself',
  'GET /api/docs': 'public: the table itself',
  'GET /favicon.svg': 'public',
  'GET /healthz': 'public: says that the process answers',
  'GET /readyz': 'public: says whether it can serve',
  'GET /metrics': 'needs METRICS_TOKEN: test/server/health/health.test.ts',
  'GET /lti/login': 'public: a launch is accepted by its token (test/certification)',
  'POST /lti/login': 'the same',
  'GET /lti/launch': 'the same',
  'POST /lti/launch': 'the same',
  'GET /lti/jwks': 'public keys',
  'GET /lti/logo.png': 'public',
  'GET /lti/config/canvas': 'public values for an LMS’ admin',
  'GET /lti/config/moodle': 'the same',
  'GET /lti/config/schoology': 'the same',
  'GET /lti/landing': 'public: an empty page that holds a place in a frame’s history',
  'GET /lti/register': 'by a one-time invite: test/certification/registration.test.ts',
};

const TEXT_KEY = randomUUID();
const A_TEXT = {
  key: TEXT_KEY,
  value: { type: 'block', block: { type: 'text', key: TEXT_KEY, content: documentOf('Read this.') } },
};
const DECIDED = { judgements: aJudgement.judgements, summary: '' };
const BODIES: Record<string, unknown> = {
  '/attempts/:id/drafts/:pieceKey': { draftId: randomUUID(), baseRevision: 0, document: documentOf('Mine.') },
  '/attempts/:id/self-levels/:criterionKey': { level: 'meets' },
  '/attempts/:id/steps/:step': { done: true },
  '/attempts/:id/links': {
    url: 'https://example.org/',
    name: 'x',
    criteria: [FIRST_MODULE.A],
    requirementKey: null,
  },
  '/attempts/:id/links/:linkId': { name: 'y' },
  '/enrolments/:id/tracks': { track: randomUUID(), chosen: false },
  '/artifacts/:id': { name: 'y.txt' },
  '/reviews/:id/put-back': { knowsPerson: false },
  '/reviews/:id/draft': { baseRevision: 0, judgements: [], summary: '' },
  '/reviews/:id/approve': DECIDED,
  '/reviews/:id/return': DECIDED,
  '/observations/:id/actions': {
    revision: 1,
    step: { action: 'show', visibility: { mentor: false, cohort: false } },
  },
  '/observations/:id/texts/:part': { baseRevision: 1, value: { focus: 'x', classContext: '' } },
  '/observations/:id/notes': { edits: [aNote('x')] },
  '/studio/drafts/:id/parts': { windowId: randomUUID(), changes: [{ ...A_TEXT, baseRevision: 0 }] },
  '/studio/drafts/:id/presence': { windowId: randomUUID(), part: null },
  '/content-files/:sha256/link': { name: 'plan.md' },
  '/studio/pathways/:key/versions/:n/offer': { offered: true },
  '/studio/pathways/:key/retirement': { retired: false },
  '/studio/forms/:key/retirement': { retired: false },
  '/admin/deliveries/:id/act': { action: 'send_now' },
  '/admin/overlays/:id/presence': { windowId: randomUUID() },
  '/admin/overlays/:id': { windowId: randomUUID(), baseRevision: 1, edits: buildEdits(buildCore()) },
};

const WITH_IDS = PROTECTED.filter(({ path }) => path.includes(':'));
const TRIED = WITH_IDS.filter((endpoint) => !(nameOf(endpoint) in EXCEPTIONS));

describe('the matrix', () => {
  it('leaves out no route that the app answers: each is in the table, or beside it with its reason', () => {
    const app = mountedRoutes(createApp(world.deps)).map(nameOf);
    const table = ENDPOINTS.flatMap(({ endpoint: { method, path, formerPath } }) =>
      [path, formerPath ?? []].flat().map((one) => nameOf({ method, path: `/api/v1${one}` })),
    );
    const metrics = world.deps.metrics ? [] : ['GET /metrics'];

    expect([...app, ...metrics].sort()).toEqual([...table, ...Object.keys(BESIDE)].sort());
  });

  it('knows of each id whose it may be, and excuses nothing that is not there', () => {
    const unknown = TRIED.filter(({ path }) => !Object.values(KINDS).some(({ paths }) => paths.test(path)));
    const gone = Object.keys(EXCEPTIONS).filter((name) => !PROTECTED.map(nameOf).includes(name));

    expect({ unknown: unknown.map(nameOf), gone }).toEqual({ unknown: [], gone: [] });
    expect(TRIED.length).toBeGreaterThan(25);
  });
});

describe('without a session', () => {
  it.each(named(PROTECTED))('%s answers 401 and says how to go on', async (_name, endpoint) => {
    const nobody = world.callerOf({ bearer: `wm.${'A'.repeat(22)}.${'A'.repeat(43)}`, key: '' });

    const withWrong = await nobody.call(endpoint);
    const path = endpoint.path.replace(/:\w+/g, randomUUID());
    const without = await fetch(`${world.url}/api/v1${path}`, { method: endpoint.method.toUpperCase() });

    expect(withWrong).toMatchObject({ status: 401, error: { code: 'SESSION_OVER' } });
    expect(without.status).toBe(401);
    expect(await without.json()).toMatchObject({ code: 'SESSION_MISSING' });
  });
});

describe.each(PERSONAS)('a %s', (role) => {
  const REPEATABLE = PROTECTED.filter((endpoint) => endpoint !== sessionEndpoints.signOff);
  it.each(named(REPEATABLE))(
    'is let through to, or kept from, %s as the table says',
    async (_name, endpoint) => {
      const answer = await callerAs(role).call(endpoint);

      if (holds(role, endpoint)) expect(answer.error.code).not.toBe('FORBIDDEN');
      else expect(answer).toMatchObject({ status: 403, error: { code: 'FORBIDDEN' } });
      expect(answer.status).not.toBe(500);
    },
  );

  describe.each(['own', 'theirs', 'foreign'] as const)('with an id that is %s', (whose) => {
    it.each(named(TRIED))('is answered by %s as whose it is', async (_name, endpoint) => {
      const kind = kindOf(endpoint);
      const params = kind.params(role, whose, endpoint.path);
      const kindName = Object.keys(KINDS).find((name) => KINDS[name] === kind) ?? '';
      const absent = ABSENT.some(
        ([which, who, kinds]) =>
          which === whose && (who === 'all' || who === role) && kinds.includes(kindName),
      );
      expect(params === null).toBe(absent);
      if (params === null) return;
      for (const id of Object.values(params)) expect(id).not.toBe('');

      const isRead = endpoint.method === 'get' || endpoint.method === 'delete';
      const body = BODIES[endpoint.path] ?? {};
      const answer = await callerAs(role).call(endpoint, {
        params,
        ...(isRead ? {} : { body }),
      });

      const mayReach = whose === 'own';
      if (!holds(role, endpoint)) expect(answer).toMatchObject({ status: 403, error: { code: 'FORBIDDEN' } });
      else if (mayReach) expect([400, 401, 403, 404, 500]).not.toContain(answer.status);
      else expect(answer).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } });
    });
  });
});

describe('uploads', () => {
  describe.each(PERSONAS)('of a %s', (role) => {
    it.each(['theirs', 'foreign'] as const)('into an attempt that is %s do not begin', async (whose) => {
      const attemptId = whoseWork(role, whose)?.attemptId ?? '';

      expect((await createUpload(callerAs(role), attemptId)).status).toBe(404);
    });

    it.each(['HEAD', 'PATCH', 'DELETE'])(
      'answer %s of others and of other institutions as if there were none',
      async (method) => {
        for (const whose of ['theirs', 'foreign'] as const) {
          const { artifactId = '' } = whoseWork(role, whose) ?? {};
          const send = () =>
            method === 'PATCH'
              ? patchUpload(callerAs(role), artifactId)
              : callerAs(role).raw(method, `/api/v1/uploads/${artifactId}`, {
                  headers: { 'tus-resumable': '1.0.0' },
                });

          expect((await send()).status).toBe(404);
        }
      },
    );

    it('tell their owner where they stand', async () => {
      const own = workByPersona.get(role);
      if (role === 'designer') return expect(own).toBeUndefined();

      const head = await callerAs(role).raw('HEAD', `/api/v1/uploads/${own?.artifactId ?? ''}`, {
        headers: { 'tus-resumable': '1.0.0' },
      });

      expect(head.status).toBe(200);
    });
  });

  it.each(['POST', 'HEAD', 'PATCH', 'DELETE'])('are nobody’s without a session: %s', async (method) => {
    for (const path of ['', `/${workOf.other?.artifactId ?? ''}`]) {
      const answer = await fetch(`${world.url}/api/v1/uploads${path}`, { method });

      expect(answer.status).toBe(401);
    }
  });
});

describe('files', () => {
  const { artifact, handedInArtifact } = artifactEndpoints;
  const linkFor = async (
    caller: Caller,
    artifactId: string,
    endpoint: typeof artifact | typeof handedInArtifact = artifact,
  ): Promise<string> => (await caller.call(endpoint, { params: { id: artifactId } })).body.url ?? '';

  it('are opened by a link to that very file only', async () => {
    const { artifactId = '' } = workByPersona.get('teacher') ?? {};
    const url = await linkFor(callerAs('teacher'), artifactId);

    const own = await fetch(`${world.url}${url}`);
    const others = [workOf.other, workOf.foreign].map((work) =>
      fetch(`${world.url}${url.replace(artifactId, work?.artifactId ?? '')}`),
    );

    expect(own.status).toBe(200);
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([403, 403]);
  });

  it('are closed to a reviewer whose role was taken back, also by a link from before', async () => {
    const former = await world.launch('teacher-3', world.links.module);
    const url = await linkFor(former, workOf.other?.artifactId ?? '', handedInArtifact);
    const before = await fetch(`${world.url}${url}`);

    const { person } = (await former.call(sessionEndpoints.get)).body;
    await AssignmentModel.deleteMany({ institutionId: world.institutionId, personId: person.id });

    expect([before.status, (await fetch(`${world.url}${url}`)).status]).toEqual([200, 404]);
  });
});

describe('roles', () => {
  const courseOf = async (caller: Caller) => (await caller.call(sessionEndpoints.get)).body.course?.id ?? '';
  const personOf = async (caller: Caller) => (await caller.call(sessionEndpoints.get)).body.person.id;
  const assign = (by: Caller, body: object) => by.call(assignmentEndpoints.assign, { body: body as never });

  it('are not for oneself, and an admin is not for one course', async () => {
    const admin = callerAs('admin');
    const [own, other, courseId] = [
      await personOf(admin),
      await personOf(callerAs('teacher')),
      await courseOf(admin),
    ];

    const toOneself = await assign(admin, { personId: own, role: 'reviewer', courseId: null });
    const forCourse = await assign(admin, { personId: other, role: 'admin', courseId });

    expect(toOneself).toMatchObject({ status: 403, error: { code: 'OWN_ROLE' } });
    expect(forCourse).toMatchObject({ status: 400, error: { code: 'VALIDATION_FAILED' } });
  });

  it('that are taken back count no more from the next request on', async () => {
    const former = await world.launch('other', world.links.module);
    const id = await withRole(world, world, former, { role: 'admin', contextId: null });
    const before = await former.call(assignmentEndpoints.people);

    await callerAs('admin').call(assignmentEndpoints.remove, { params: { id } });

    expect([before.status, (await former.call(assignmentEndpoints.people)).status]).toEqual([200, 403]);
  });

  it('of the last admin stay', async () => {
    const admin = callerAs('admin');
    const { rows } = (await admin.call(assignmentEndpoints.people, { query: { search: 'Teacher 5' } })).body;
    const own = rows[0]?.assignments.find(({ role }) => role === 'admin')?.id ?? '';

    const taken = await admin.call(assignmentEndpoints.remove, { params: { id: own } });

    expect(taken).toMatchObject({ status: 409, error: { code: 'LAST_ADMIN' } });
  });
});
