import { describe, expect, test } from '@jest/globals';
import pages from '../../../server/words/en/pages.json' with { type: 'json' };
import { SAMPLE } from '../../support/build.ts';
import { blockOf, useLtiWorld, type Answered } from '../../support/ltiWorld.ts';
import { claimName, MEMBERSHIP, type Claims } from '../../support/testPlatform.ts';

const world = useLtiWorld();

type Json = Record<string, unknown>;
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const NRPS = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
const SETTINGS = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
const ABSENT = Symbol('absent');

/** What stands in optional members instead of what should. */
const ODD: [string, unknown][] = [
  ['absent', ABSENT],
  ['null', null],
  ['an empty text', ''],
  ['0', 0],
  ['42', 42],
  ['true', true],
  ['an empty list', []],
  ['an empty object', {}],
  ['a list of null', [null]],
  // of forty such members at once a token could not be posted any more
  ['1,000 letters', 'x'.repeat(1000)],
  ['markup', '<script>'],
  ['a NUL', 'a\u0000b'],
];

const everything = (claims: Claims): Claims => ({
  ...claims,
  nbf: claims['iat'],
  locale: 'en',
  middle_name: 'M',
  picture: 'https://lms.example/me.png',
  [claimName('roles')]: [`${MEMBERSHIP}#Instructor`],
  [claimName('context')]: { id: 'course-1', label: 'C1', title: 'Course 1', type: ['CourseSection'] },
  [claimName('tool_platform')]: {
    guid: 'guid-1',
    name: 'School',
    description: 'A school',
    product_family_code: 'moodle',
    version: '4.5',
    url: 'https://lms.example',
    contact_email: 'admin@lms.example',
  },
  [claimName('lis')]: { person_sourcedid: 's-1', course_section_sourcedid: 'c-1' },
  [claimName('role_scope_mentor')]: ['person-2'],
  [claimName('custom')]: {
    wm_pathway: SAMPLE.key,
    wm_module: SAMPLE.modules[0]?.key,
    wm_policy: 'latest;rule=approved;points=10',
    context_history: '6,3',
  },
  [AGS]: {
    scope: ['https://purl.imsglobal.org/spec/lti-ags/scope/score'],
    lineitems: 'https://lms.example/3/lineitems',
    lineitem: 'https://lms.example/3/lineitems/2',
  },
  [NRPS]: { context_memberships_url: 'https://lms.example/members', service_versions: ['2.0'] },
});

/** A valid token of each type with all that it may hold, and what of it may not be missing. */
const MESSAGES: Record<string, { claims: (claims: Claims) => Claims; required: string[][] }> = {
  LtiResourceLinkRequest: {
    claims: (claims) => ({
      ...everything(claims),
      [claimName('resource_link')]: { id: 'link-1', title: 'Link 1', description: 'A link' },
    }),
    required: [[claimName('resource_link')], [claimName('resource_link'), 'id']],
  },
  LtiSubmissionReviewRequest: {
    claims: (claims) => ({
      ...everything(claims),
      [claimName('message_type')]: 'LtiSubmissionReviewRequest',
      [claimName('resource_link')]: { id: 'link-1', title: 'Link 1' },
      [claimName('for_user')]: { user_id: 'author', name: 'Teacher 2', roles: ['Learner'] },
    }),
    required: [
      [claimName('resource_link')],
      [claimName('resource_link'), 'id'],
      [claimName('for_user')],
      [claimName('for_user'), 'user_id'],
    ],
  },
  LtiDeepLinkingRequest: {
    claims: (claims) => ({
      ...everything(claims),
      [claimName('message_type')]: 'LtiDeepLinkingRequest',
      [claimName('resource_link')]: { id: 'link-1', title: 'Link 1' },
      [SETTINGS]: {
        deep_link_return_url: 'https://lms.example/return?course=3',
        accept_types: ['ltiResourceLink'],
        accept_media_types: 'image/*',
        accept_presentation_document_targets: ['iframe', 'window'],
        accept_multiple: true,
        accept_lineitem: true,
        auto_create: false,
        title: 'A title',
        text: 'A text',
        data: 'csrf',
      },
    }),
    required: [[SETTINGS], [SETTINGS, 'deep_link_return_url']],
  },
};
const ALWAYS = [
  ...[['iss'], ['aud'], ['sub'], ['exp'], ['iat'], ['nonce']],
  ...['message_type', 'version', 'deployment_id', 'target_link_uri', 'roles'].map((name) => [
    claimName(name),
  ]),
];

/** Every member of a token, down to the innermost, as its path; lists count as one. */
function pathsIn(value: unknown, path: string[] = []): string[][] {
  const inner =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([name, member]) => pathsIn(member, [...path, name]))
      : [];
  return path.length === 0 ? inner : [path, ...inner];
}

function replaced(value: unknown, [name, ...rest]: string[], odd: unknown): Json {
  const { [String(name)]: member, ...others } = value as Json;
  if (rest.length > 0) return { ...others, [String(name)]: replaced(member, rest, odd) };
  return odd === ABSENT ? others : { ...others, [String(name)]: odd };
}

const same = (a: string[], b: string[]): boolean => JSON.stringify(a) === JSON.stringify(b);
function optionalPaths(type: string): string[][] {
  const { claims, required = [] } = MESSAGES[type] ?? {};
  const sample = world.platform().claims('nonce', world.deps.config.publicUrl);
  const needed =
    type === 'LtiDeepLinkingRequest' ? ALWAYS.filter((path) => !path[0]?.endsWith('uri')) : ALWAYS;
  return pathsIn(claims?.(sample) ?? sample).filter(
    (path) => ![...needed, ...required].some((one) => same(one, path)),
  );
}

function launch(type: string, changes: (claims: Claims) => Claims): Promise<Answered> {
  return world.launch({ claims: (claims) => changes(MESSAGES[type]?.claims(claims) ?? claims) });
}

/** Lets the session of a launch do what its person came for. */
async function use(answered: Answered): Promise<number[]> {
  const bearer = String(blockOf(answered.text, 'waymark-session')['bearer']);
  const info = await world.api('/session', { bearer });
  const page = await world.api('/enrolments/open', { method: 'POST', bearer, body: {} });
  return [info.status, page.status];
}

/** Opens, or says that the link leads to nothing: what was replaced may have been what it leads to. */
function expectUsable(statuses: number[]): void {
  expect(statuses[0]).toBe(200);
  expect([200, 403, 404]).toContain(statuses[1]);
}

describe.each(Object.keys(MESSAGES))('%s', (type) => {
  test('is accepted with each optional member in turn being null, an empty object or very long', async () => {
    for (const path of optionalPaths(type)) {
      for (const odd of [null, {}, 'x'.repeat(5000)]) {
        const answered = await launch(type, (claims) => replaced(claims, path, odd));

        expect({ path, odd, status: answered.status }).toEqual({ path, odd, status: 200 });
      }
    }
  }, 120_000);

  test.each(ODD)(
    'is accepted, and can be used, with every optional member at once being %s',
    async (_, odd) => {
      // the innermost first, so that each is replaced within what holds it
      const inner = optionalPaths(type).filter((path) => path.length > 1);
      const outer = optionalPaths(type).filter((path) => path.length === 1);
      const all = (paths: string[][]) => (claims: Claims) =>
        paths.reduce((changed, path) => replaced(changed, path, odd), claims);

      const answers = [await launch(type, all(inner)), await launch(type, all(outer))];

      for (const answered of answers) {
        expect(answered.status).toBe(200);
        expectUsable(await use(answered));
      }
    },
  );

  test('is refused with a named reason, or taken at its word, for each member that it needs', async () => {
    const needed = [...ALWAYS, ...(MESSAGES[type]?.required ?? [])];
    for (const path of needed) {
      for (const [, odd] of ODD) {
        const answered = await launch(type, (claims) => replaced(claims, path, odd));

        const refusal = await world.findRefusal(answered);
        const where = { path, odd: String(odd), status: answered.status };
        expect(where).toEqual({ ...where, status: refusal ? expect.any(Number) : 200 });
        if (!refusal) continue;
        expect(answered.status).toBeLessThan(500);
        expect(Object.keys(pages.reasons)).toContain(refusal.reason);
        expect(answered.text).toContain('For the admin:');
      }
    }
  }, 120_000);
});

const having = (change: Claims) => (claims: Claims) => ({ ...claims, ...change });

describe('a link without a title', () => {
  test.each([
    ['absent', { id: 'untitled-1' }],
    ['empty', { id: 'untitled-2', title: '' }],
    ['null', { id: 'untitled-3', title: null }],
    ['blank', { id: 'untitled-4', title: ' \n ' }],
  ])('opens with the title of its module: %s', async (_, link) => {
    const answered = await launch('LtiResourceLinkRequest', having({ [claimName('resource_link')]: link }));

    expect(await use(answered)).toEqual([200, 200]);
  });
});

describe('ids', () => {
  test('that are numbers are those texts', async () => {
    const numbers = having({
      sub: 4711,
      [claimName('context')]: { id: 3, title: 'By number' },
      [claimName('resource_link')]: { id: 12 },
    });
    const texts = having({
      sub: '4711',
      [claimName('context')]: { id: '3', title: 'By number' },
      [claimName('resource_link')]: { id: '12' },
    });
    const personOf = async (answered: Answered): Promise<unknown> => {
      const bearer = String(blockOf(answered.text, 'waymark-session')['bearer']);
      const info = JSON.parse((await world.api('/session', { bearer })).text) as {
        person: { id: string };
        course: { id: string };
      };
      return [info.person.id, info.course.id];
    };

    const first = await launch('LtiResourceLinkRequest', numbers);
    const second = await launch('LtiResourceLinkRequest', texts);

    expect(await personOf(first)).toEqual(await personOf(second));
  });
});

describe('a context', () => {
  test.each([
    {},
    { title: 'No id' },
    [],
    null,
    'course-1',
    { id: null },
    { id: '' },
    { id: 'x'.repeat(300) },
  ])('without a usable id is none: %j', async (context) => {
    const answered = await launch('LtiResourceLinkRequest', having({ [claimName('context')]: context }));

    const bearer = String(blockOf(answered.text, 'waymark-session')['bearer']);
    const info = JSON.parse((await world.api('/session', { bearer })).text) as { course: unknown };
    expect(info.course).toBeNull();
  });
});

describe('a login', () => {
  const optional = [
    'client_id',
    'lti_message_hint',
    'lti_deployment_id',
    'deployment_id',
    'lti_storage_target',
  ];
  const odd: [string, string][] = [
    ['empty', ''],
    ['a blank', ' '],
    ['null', 'null'],
    ['undefined', 'undefined'],
    ['5,000 letters', 'x'.repeat(5000)],
    ['markup', '"><script>'],
  ];

  test.each(optional.flatMap((name) => odd.map(([what, value]) => [name, what, value] as const)))(
    'goes on to the LMS with %s %s',
    async (name, what, value) => {
      const params = { ...world.loginParams(), [name]: value };

      const byQuery = await world.request(`/lti/login?${new URLSearchParams(params).toString()}`);
      const byForm = await world.request('/lti/login', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(params).toString(),
      });

      // a client id of whatever letters is one, and nobody has it
      const isNamed = name === 'client_id' && what === 'markup';
      for (const { status } of [byQuery, byForm]) expect(isNamed ? [400] : [200, 302]).toContain(status);
    },
  );

  test('repeats no optional parameter that came twice', async () => {
    const query = new URLSearchParams(world.loginParams()).toString();

    const answered = await world.request(`/lti/login?${query}&lti_storage_target=a&lti_storage_target=b`);

    expect([200, 302]).toContain(answered.status);
  });

  test.each([
    'lms.example',
    'urn:lms',
    'javascript:alert(1)',
    'ftp://lms.example',
    'https://',
    'https://a;b.example',
  ])('of an issuer that is no web address is refused with a line that says so: %s', async (iss) => {
    const query = new URLSearchParams(world.loginParams({ iss })).toString();

    const answered = await world.request(`/lti/login?${query}`);

    const refusal = await world.findRefusal(answered);
    expect(refusal).toMatchObject({ code: 'LAUNCH_MALFORMED', reason: 'LOGIN_ISS' });
    expect(refusal?.says).toMatch(/“iss”.*http.*Seen: iss is /);
  });
});
