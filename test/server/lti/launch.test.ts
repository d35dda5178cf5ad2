import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { ContextModel } from '../../../server/features/launches/context.model.ts';
import { MembershipModel } from '../../../server/features/launches/membership.model.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { PlacementModel } from '../../../server/features/launches/placement.model.ts';
import { PlatformModel } from '../../../server/lti/platform.model.ts';
import { blockOf, useLtiWorld } from '../../support/ltiWorld.ts';
import { claimName, MEMBERSHIP, type Claims } from '../../support/testPlatform.ts';

const world = useLtiWorld();
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';

const having = (change: Claims) => (claims: Claims) => ({ ...claims, ...change });
const cspOf = (headers: Headers): string => headers.get('content-security-policy') ?? '';
const ancestorsOf = (headers: Headers): string[] =>
  /frame-ancestors ([^;]*)/.exec(cspOf(headers))?.[1]?.split(' ') ?? [];

async function sessionOf(text: string): Promise<Record<string, unknown>> {
  const { bearer } = blockOf(text, 'waymark-session');
  const answered = await world.api('/session', { bearer: String(bearer) });
  return JSON.parse(answered.text) as Record<string, unknown>;
}

describe('the login page', () => {
  test('links to the authorization endpoint with all that OIDC asks for, and keeps the query that it had', async () => {
    const { authorizationUrl, answered } = await world.login();

    expect(Object.fromEntries(authorizationUrl.searchParams)).toEqual({
      kept: '1',
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: 'client-1',
      redirect_uri: 'http://localhost:3000/lti/launch',
      login_hint: 'hint',
      lti_message_hint: '{"cmid":3}',
      state: expect.stringMatching(/^[\w.-]{100,400}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(answered.text).toMatch(/<a[^>]+id="go"[^>]+href="[^"]*&amp;scope=openid/);
  });

  test('binds by a cookie of this login that comes back in a third-party frame, and a readable probe', async () => {
    const { answered } = await world.login();

    const probe = answered.setCookies.find(({ name }) => name === '__Host-lti_probe');
    const bound = answered.setCookies.find((cookie) => cookie !== probe);
    expect(bound?.name).toMatch(/^__Host-lti_[\w-]{16}$/);
    for (const part of ['Secure', 'SameSite=None', 'Partitioned', 'Path=/', 'HttpOnly', 'Max-Age=600'])
      expect(bound?.line).toContain(part);
    expect(probe).toMatchObject({ name: '__Host-lti_probe', value: '1' });
    expect(probe?.line).not.toContain('HttpOnly');
  });

  test('may be framed by the platform only, and runs its own script only', async () => {
    const { answered } = await world.login();

    const { headers, text } = answered;
    const nonce = /script-src 'nonce-([^']+)'/.exec(cspOf(headers))?.[1];
    expect(cspOf(headers)).toContain("default-src 'none'");
    expect(ancestorsOf(headers)).toEqual([world.platform().issuer]);
    expect(text.match(/<script nonce="([^"]+)"/)?.[1]).toBe(nonce);
    expect(headers.get('x-frame-options')).toBeNull();
    expect(headers.get('cross-origin-opener-policy')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('offers a window of its own that repeats the login with the same hints and without the frame', async () => {
    const query = { lti_storage_target: '_parent', lti_deployment_id: 'd1' };
    const { answered } = await world.login(query);

    const again = /href="\?([^"]+)"[^>]*target="_blank"/.exec(answered.text.replace(/\s+/g, ' '))?.[1];
    const repeated = Object.fromEntries(new URLSearchParams(again?.replaceAll('&amp;', '&')));
    expect(repeated).toEqual({ ...world.loginParams(), lti_deployment_id: 'd1' });
    expect(blockOf(answered.text, 'lti')).toMatchObject({ target: '_parent', origin: world.platform().url });
    expect((await world.request(`/lti/login?${new URLSearchParams(repeated).toString()}`)).status).toBe(302);
  });

  test('is the same by POST', async () => {
    const answered = await world.request('/lti/login?cookies_checked=1', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(world.loginParams()).toString(),
    });

    expect(answered.status).toBe(200);
    expect(answered.text).toContain('id="go"');
  });

  test('escapes what a login says', async () => {
    const { answered } = await world.login({ login_hint: '"><script>alert(1)</script>' });

    expect(answered.text).not.toContain('<script>alert(1)');
  });

  test('finds the one platform of an issuer without a client id', async () => {
    const query = new URLSearchParams(world.pageQuery());
    query.delete('client_id');

    const answered = await world.request(`/lti/login?${query.toString()}`);

    expect(answered.text).toContain('client_id=client-1');
  });
});

describe('a launch whose cookie came back', () => {
  test('answers with the page of the client, a bearer in it, and a session that the bearer opens', async () => {
    const answered = await world.launch();

    expect(answered.status).toBe(200);
    const { key, landing } = blockOf(answered.text, 'waymark-session');
    expect(landing).toBe(`/app/${String(key)}/`);
    expect(answered.text).toMatch(/waymark-session[^]*<\/script><!--waymark-session--><script type="module"/);
    expect(await sessionOf(answered.text)).toMatchObject({
      key,
      institution: { name: 'North District' },
      person: { displayName: 'Teacher 14', hasName: true, agreed: false, weeklyMinutes: 90 },
      course: { title: 'Course 1' },
      roles: ['participant'],
      startsAs: 'participant',
      shows: { kind: 'pathway' },
      grading: 'off',
      locale: 'en',
      frame: {
        family: 'other',
        origins: [world.platform().issuer],
        returnUrl: `${world.platform().issuer}/course/1`,
        documentTarget: 'iframe',
        storageTarget: null,
      },
    });
  });

  test('takes the login cookie away and leaves a resume cookie', async () => {
    const login = await world.login();

    const { setCookies, text } = await world.launch({ login });

    const { key } = blockOf(text, 'waymark-session');
    expect(setCookies[0]?.line).toMatch(
      new RegExp(`^${login.cookie.split('=')[0]}=; Max-Age=0; .*Partitioned`),
    );
    expect(setCookies[1]?.name).toBe(`__Host-wm_${String(key)}`);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=None', 'Partitioned', 'Path=/'])
      expect(setCookies[1]?.line).toContain(part);
  });

  test('names in frame-ancestors this platform only: issuer, authorization, added and return origins', async () => {
    const { _id } = world.platformRow();
    const change = { authUrl: 'https://sso.lms.example/auth', addedOrigins: ['https://added.example'] };
    await PlatformModel.updateOne({ _id }, { $set: change });
    world.tool().platforms.forget();
    const presentation = { return_url: 'https://canvas.school.example/courses/1' };

    const answered = await world.launch({
      claims: having({ [claimName('launch_presentation')]: presentation }),
    });

    const expected = [
      world.platform().issuer,
      'https://sso.lms.example',
      'https://added.example',
      'https://canvas.school.example',
    ];
    expect(ancestorsOf(answered.headers)).toEqual(expected);
    const { landing } = blockOf(answered.text, 'waymark-session');
    const page = await world.request(`${String(landing)}modules/1`);
    expect(ancestorsOf(page.headers)).toEqual(expected);
    for (const { headers } of [answered, page]) {
      expect(headers.get('x-frame-options')).toBeNull();
      expect(headers.get('cross-origin-opener-policy')).toBeNull();
      expect(cspOf(headers)).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
      expect(cspOf(headers)).not.toMatch(/unsafe|data:|blob:|\*/);
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });

  test.each([
    ['canvas', 'https://*.instructure.com https://*.canvaslms.com'],
    ['schoology', 'https://*.schoology.com'],
  ])('adds the hosts of a shared issuer: %s', async (family, wildcards) => {
    await PlatformModel.updateOne({ _id: world.platformRow()._id }, { $set: { family } });
    world.tool().platforms.forget();

    const answered = await world.launch();

    expect(cspOf(answered.headers)).toMatch(
      new RegExp(`frame-ancestors .*${wildcards.replaceAll('*', '\\*')}$`),
    );
  });

  afterEach(async () => {
    const { _id, authUrl } = world.platformRow();
    await PlatformModel.updateOne({ _id }, { $set: { authUrl, addedOrigins: [], family: 'other' } });
    world.tool().platforms.forget();
  });

  test('a page of no launch may be framed by nobody else', async () => {
    const page = await world.request(`/app/${'x'.repeat(43)}/`);

    expect(page.status).toBe(200);
    expect(ancestorsOf(page.headers)).toEqual(["'self'"]);
  });
});

describe('two launches at once', () => {
  test('of two persons in two tabs of one browser do not disturb each other', async () => {
    const [one, two] = [await world.login(), await world.login()];
    const cookie = `${one.cookie}; ${two.cookie}`;

    const [first, second] = await Promise.all([
      world.launch({ login: one, cookie, claims: having({ sub: 'tab-1', name: 'Teacher 1' }) }),
      world.launch({ login: two, cookie, claims: having({ sub: 'tab-2', name: 'Teacher 2' }) }),
    ]);

    const people = await Promise.all([sessionOf(first.text), sessionOf(second.text)]);
    expect(people.map(({ person }) => (person as { displayName: string }).displayName)).toEqual([
      'Teacher 1',
      'Teacher 2',
    ]);
  });

  test('of one new person make one person, one course, one link and one membership', async () => {
    const claims = having({
      sub: 'racer',
      [claimName('context')]: { id: 'race', title: 'Race' },
      [claimName('resource_link')]: { id: 'race-link' },
    });
    const institutionId = world.institutionId();

    const answers = await Promise.all(Array.from({ length: 12 }, () => world.launch({ claims })));

    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    const context = await ContextModel.find({ institutionId, ltiId: 'race' }).lean();
    expect(context).toHaveLength(1);
    const contextId = context[0]?._id ?? '';
    expect(await PersonModel.countDocuments({ institutionId, sub: 'racer' })).toBe(1);
    expect(await PlacementModel.countDocuments({ institutionId, contextId })).toBe(1);
    expect(await MembershipModel.countDocuments({ institutionId, contextId })).toBe(1);
  });
});

describe('what a launch leaves', () => {
  test('names without control characters and at most 255 long, and what changed since', async () => {
    const person = async (change: Claims) => {
      await world.launch({ claims: having({ sub: 'named', ...change }) });
      return PersonModel.findOne({ institutionId: world.institutionId(), sub: 'named' }).lean();
    };

    const first = await person({ name: ' Teacher\u0000\u202e <b>9</b>\n\t ', email: { $gt: '' } });
    const second = await person({ name: 'x'.repeat(400) });
    const third = await person({ name: undefined, given_name: 'Teacher', family_name: '9' });

    expect(first).toMatchObject({ name: 'Teacher <b>9</b>', email: null });
    expect(second?.name).toHaveLength(255);
    expect(third).toMatchObject({ _id: first?._id, name: 'Teacher 9' });
  });

  test('the addresses of the services, only when they are web addresses', async () => {
    const endpoint = {
      scope: ['b-scope', 'a-scope', 7],
      lineitems: 'https://lms.example/3/lineitems?type_id=2',
      lineitem: 'javascript:alert(1)',
    };
    const nrps = { context_memberships_url: 'https://lms.example/members' };
    const claims = having({
      [AGS]: { ...endpoint, scope: ['b-scope', 'a-scope'] },
      'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': nrps,
      [claimName('context')]: { id: 'services', title: 'Services' },
      [claimName('custom')]: { context_history: '6,3,truncated' },
    });

    await world.launch({ claims });

    const institutionId = world.institutionId();
    const context = await ContextModel.findOne({ institutionId, ltiId: 'services' }).lean();
    expect(context).toMatchObject({
      lineItemsUrl: endpoint.lineitems,
      scopes: ['a-scope', 'b-scope'],
      membershipsUrl: nrps.context_memberships_url,
      history: ['6', '3'],
    });
    const placement = await PlacementModel.findOne({ institutionId, contextId: String(context?._id) }).lean();
    expect(placement).toMatchObject({
      lineItemUrl: null,
      lineItemsUrl: endpoint.lineitems,
      pathwayKey: null,
    });
  });

  test.each([
    ['no claims of services', {}],
    ['fewer scopes and no column', { [AGS]: { scope: ['a-scope'] } }],
  ])('the services that others were told of, when a launch comes with %s', async (_name, less) => {
    const context = { id: randomUUID(), title: 'Less' };
    const services = {
      scope: ['a-scope', 'b-scope'],
      lineitems: 'https://lms.example/3/lineitems',
      lineitem: 'https://lms.example/3/lineitems/5/lineitem',
    };
    const nrps = { context_memberships_url: 'https://lms.example/members' };
    await world.launch({
      claims: having({
        [AGS]: services,
        'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': nrps,
        [claimName('context')]: context,
      }),
    });

    await world.launch({ claims: having({ sub: 'another', [claimName('context')]: context, ...less }) });

    const institutionId = world.institutionId();
    const course = await ContextModel.findOne({ institutionId, ltiId: context.id }).lean();
    const placement = await PlacementModel.findOne({ institutionId, contextId: String(course?._id) }).lean();
    const lineItemsUrl = services.lineitems;
    expect(course).toMatchObject({ lineItemsUrl, membershipsUrl: nrps.context_memberships_url });
    expect(course?.scopes).toEqual(services.scope);
    expect(placement).toMatchObject({ lineItemsUrl, lineItemUrl: services.lineitem });
    expect(placement?.scopes).toEqual(services.scope);
  });

  test('roles of the course on the membership', async () => {
    const roles = [`${MEMBERSHIP}#Instructor`, `${MEMBERSHIP}/Instructor#TeachingAssistant`, 'x'];
    const context = { id: 'roles', title: 'Roles' };

    await world.launch({ claims: having({ [claimName('roles')]: roles, [claimName('context')]: context }) });

    const institutionId = world.institutionId();
    const row = await ContextModel.findOne({ institutionId, ltiId: 'roles' }).lean();
    const membership = await MembershipModel.findOne({ institutionId, contextId: String(row?._id) }).lean();
    expect(membership).toMatchObject({ roles: ['Instructor'], practice: false });
  });

  test('no token, nonce or bearer in clear', async () => {
    const login = await world.login();
    const answered = await world.launch({ login });

    const { bearer } = blockOf(answered.text, 'waymark-session');
    const secrets = [login.state, login.binding, String(bearer), String(bearer).split('.')[2] ?? ''];
    const collections = await mongoose.connection.listCollections();
    const stored = await Promise.all(
      collections.map(({ name }) => mongoose.connection.collection(name).find({}).toArray()),
    );
    const text = JSON.stringify(stored);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
