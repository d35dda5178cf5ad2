import { afterEach, describe, expect, test } from '@jest/globals';
import { PersonModel } from '../../server/features/launches/person.model.ts';
import { SessionModel } from '../../server/features/sessions/session.model.ts';
import { endSessions } from '../../server/features/sessions/sessions.service.ts';
import { LOGIN_TTL_MS } from '../../server/lti/loginStates.ts';
import { blockOf, useLtiWorld } from '../support/ltiWorld.ts';
import { claimName, type Claims } from '../support/testPlatform.ts';
import { expectAccepted, expectAlive, expectRefused } from './support.ts';

const world = useLtiWorld();
const tenant = () => ({ institutionId: world.institutionId() });

async function loginWithToken(claims: (claims: Claims) => Claims = (same) => same) {
  const login = await world.login();
  const token = await world
    .platform()
    .sign(claims(world.platform().claims(login.nonce, world.deps.config.publicUrl)));
  return { login, token };
}

// also after a test that failed while it was ahead
afterEach(() => world.deps.clock.set(new Date()));

describe('state', () => {
  test.each(['with its cookie', 'without'])('24: the same token and state again, %s', async (how) => {
    const once = await loginWithToken();
    await world.launch(once);
    const cookie = how === 'without' ? null : once.login.cookie;

    await expectRefused(world, () => world.launch({ ...once, cookie }), 'LAUNCH_USED', 'STATE_USED');
  });

  test('25: the same token with a fresh state', async () => {
    const once = await loginWithToken();
    await world.launch(once);
    const fresh = await world.login();

    await expectRefused(
      world,
      () => world.launch({ login: fresh, token: once.token }),
      'TOKEN_REFUSED',
      'NONCE_NOT_OF_LOGIN',
    );
  });

  test('26: of 60 parallel replays exactly one is accepted', async () => {
    const once = await loginWithToken();
    const before = await world.countSessions();

    const answers = await Promise.all(Array.from({ length: 60 }, () => world.launch(once)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(59);
    expect(await world.countSessions()).toBe(before + 1);
    await expectAlive(world);
  });

  const ended: [string, (session: { id: string; bearer: string }) => Promise<unknown>][] = [
    ['was signed off', ({ bearer }) => world.api('/session', { method: 'DELETE', bearer })],
    ['was ended with its person', ({ id }) => endSessions(world.deps, { ...tenant(), rootId: id })],
    // not longer ago than the database keeps them: it would remove them while later tests count
    [
      'ran out',
      () => SessionModel.updateMany(tenant(), { $set: { expiresAt: new Date(Date.now() - 1_000) } }),
    ],
  ];
  test.each(ended)('26: again after the session %s', async (_how, end) => {
    const once = await loginWithToken();
    const bearer = String(blockOf((await world.launch(once)).text, 'waymark-session')['bearer']);
    const { id } = JSON.parse((await world.api('/session', { bearer })).text) as { id: string };
    await end({ id, bearer });

    await expectRefused(world, () => world.launch(once), 'LAUNCH_USED', 'STATE_USED');
  });

  test('26: a used one is known for as long as it could be used: no session goes before', () => {
    const [, options] = SessionModel.schema.indexes().find(([fields]) => 'expiresAt' in fields) ?? [];

    expect(options?.expireAfterSeconds).toBeGreaterThan(LOGIN_TTL_MS / 1000);
  });

  test('26: a launch that comes once more changes nothing that was said since', async () => {
    const named = (name: string) => (claims: Claims) => ({ ...claims, sub: 'renamed', name });
    const once = await loginWithToken(named('Old Name'));
    await world.launch(once);
    await world.launch({ claims: named('New Name') });

    await expectRefused(world, () => world.launch(once), 'LAUNCH_USED', 'STATE_USED');

    expect(await PersonModel.findOne({ ...tenant(), sub: 'renamed' }).lean()).toMatchObject({
      name: 'New Name',
    });
  });

  test('27: state missing', async () => {
    const { token } = await loginWithToken();

    await expectRefused(world, () => world.post({ id_token: token }), 'LAUNCH_EXPIRED', 'STATE_MISSING');
  });

  test.each(['with a cookie of another login', 'without a cookie'])('27: state unknown, %s', async (how) => {
    const { login, token } = await loginWithToken();
    const unknown = { ...login, state: 'x'.repeat(43) };
    const headers = how === 'without a cookie' ? {} : { 'x-lti-binding': login.binding };

    await expectRefused(
      world,
      () => world.launch({ login: unknown, token, cookie: null, headers }),
      'LAUNCH_EXPIRED',
      'STATE_UNKNOWN',
    );
  });

  test('27: state expired after ten minutes', async () => {
    const { login } = await loginWithToken();
    world.deps.clock.advance(10 * 60_000 + 1_000);
    const late = (claims: Claims) => {
      const seconds = Math.floor(world.deps.clock.now().getTime() / 1000);
      return { ...claims, iat: seconds, exp: seconds + 60 };
    };

    await expectRefused(
      world,
      () => world.launch({ login, claims: late }),
      'LAUNCH_EXPIRED',
      'STATE_EXPIRED',
    );
  });

  const odd: [string, string][] = [
    ['a space', 'a b'],
    ['a semicolon', 'x;y'],
    ['line breaks', 'x\r\nset-cookie: a=b'],
    ['10 kB', 'x'.repeat(10_000)],
    ['JSON', '{"$ne":null}'],
    ['nothing', ''],
  ];
  test.each(odd)('28: state with %s', async (_, state) => {
    const { token } = await loginWithToken();

    await expectRefused(
      world,
      () => world.post({ id_token: token, state }),
      'LAUNCH_MALFORMED',
      'STATE_MALFORMED',
    );
  });

  test.each([
    ['a list', 'state=a&state=b', 'application/x-www-form-urlencoded', 'STATE_MALFORMED'],
    ['an operator', 'state[$ne]=x&id_token=a', 'application/x-www-form-urlencoded', 'BODY'],
    ['a JSON object', '{"state":{"$ne":1},"id_token":"x"}', 'application/json', 'BODY'],
    ['no body', '', 'text/plain', 'BODY'],
  ] as const)('28: state that is %s', async (_, body, type, reason) => {
    const attempt = () =>
      world.request('/lti/launch', { method: 'POST', headers: { 'content-type': type }, body });

    await expectRefused(world, attempt, 'LAUNCH_MALFORMED', reason);
  });

  test('28: a body of 300 kB', async () => {
    const { token } = await loginWithToken();

    await expectRefused(
      world,
      () => world.post({ id_token: token, state: 'x'.repeat(300_000) }),
      'BODY_TOO_LARGE',
      'BODY_TOO_LARGE',
    );
  });
});

describe('binding to the browser', () => {
  test('29: no binding by cookie: a page that looks further, which alone accepts nobody', async () => {
    const { login, token } = await loginWithToken();
    const before = await world.countSessions();

    const page = await world.launch({ login, token, cookie: null });

    expect(page.status).toBe(200);
    expect(blockOf(page.text, 'lti')).toMatchObject({ state: login.state, target: null });
    expect(page.text).not.toContain(login.binding);
    expect(await world.countSessions()).toBe(before);
  });

  test.each([
    ['none at all', 'none', 'BINDING_MISSING'],
    ['that of another login', null, 'BINDING_NOT_OF_LOGIN'],
  ] as const)('29: that page then finds %s', async (_, binding, reason) => {
    const { login, token } = await loginWithToken();
    const other = await world.login();
    const headers = { 'x-lti-binding': binding ?? other.binding };

    const answered = await expectRefused(
      world,
      () => world.launch({ login, token, cookie: null, headers }),
      'LAUNCH_BINDING_MISSING',
      reason,
    );

    expect(answered.text).toContain('Your browser keeps us apart');
  });

  test('29: the right one by the header lets in, and leaves the state used up', async () => {
    const { login, token } = await loginWithToken();
    const headers = { 'x-lti-binding': login.binding };
    const before = await world.countSessions();

    const answered = await world.launch({ login, token, cookie: null, headers });

    expect(JSON.parse(answered.text)).toEqual({
      location: expect.stringMatching(/^\/app\/[\w-]{43}\/#code=[\w-]{22}\.[\w-]{43}$/),
    });
    expect(await world.countSessions()).toBe(before + 1);
    await expectRefused(world, () => world.launch({ login, token }), 'LAUNCH_USED', 'STATE_USED');
  });

  test("30: a cross-site form with the attacker's token, state and binding opens nothing", async () => {
    const { login, token } = await loginWithToken();
    const before = await world.countSessions();
    const form = { b: login.binding, binding: login.binding, 'x-lti-binding': login.binding };

    const page = await world.launch({ login, token, cookie: null, form });

    expect(blockOf(page.text, 'lti')['state']).toBe(login.state);
    expect(page.text).not.toContain(login.binding);
    expect(page.text).not.toContain('waymark-session');
    expect(await world.countSessions()).toBe(before);
  });

  test('30: the cookie of another login of this browser does not count', async () => {
    const { login, token } = await loginWithToken();
    const victim = await world.login();
    const before = await world.countSessions();

    const page = await world.launch({ login, token, cookie: victim.cookie });

    expect(page.text).not.toContain('waymark-session');
    expect(await world.countSessions()).toBe(before);
  });

  test('36: the deployment differs from the one of the login', async () => {
    await world.addDeployment(world.platformRow()._id, 'd2', world.institutionId());
    const login = await world.login({ lti_deployment_id: 'd2' });

    await expectRefused(world, () => world.launch({ login }), 'TOKEN_REFUSED', 'DEPLOYMENT_NOT_OF_LOGIN');
    await expectAccepted(world, () =>
      world.launch({ login, claims: (claims) => ({ ...claims, [claimName('deployment_id')]: 'd2' }) }),
    );
  });

  test('an error of the platform is told as one', async () => {
    const { login } = await loginWithToken();

    const answered = await expectRefused(
      world,
      () => world.post({ state: login.state, error: 'access_denied', error_description: '<b>no</b>' }),
      'LAUNCH_DENIED_BY_LMS',
      'ERROR_FROM_PLATFORM',
    );

    expect(answered.headers.get('content-security-policy')).toContain(
      `frame-ancestors ${world.platform().issuer}`,
    );
    expect(answered.text).toContain('Back to your course');
  });
});
