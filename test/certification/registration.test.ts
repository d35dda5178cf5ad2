import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../contract/errors.ts';
import { DeploymentModel } from '../../server/lti/deployment.model.ts';
import { PlatformModel } from '../../server/lti/platform.model.ts';
import type { RefusalReason } from '../../server/lti/refusalReasons.ts';
import { useLtiWorld } from '../support/ltiWorld.ts';
import { CANVAS, PLATFORM, TOOL, useRegistrar, type Registrar } from '../support/registrar.ts';
import { expectAccepted, expectRefused } from './support.ts';

const world = useLtiWorld();
const { current, newInvite, register, whole } = useRegistrar(world);
let registrar: Registrar;
beforeEach(() => {
  registrar = current();
});

async function expectNothingStored(work: () => Promise<unknown>): Promise<void> {
  const before = await PlatformModel.countDocuments({});
  await work();
  expect(await PlatformModel.countDocuments({})).toBe(before);
}

describe('62: registration is refused', () => {
  test.each([
    ['no invite', {}, 'INVITE_MALFORMED'],
    ['an invite of another shape', { invite: 'short' }, 'INVITE_MALFORMED'],
    ['an unknown invite', { invite: 'x'.repeat(43) }, 'INVITE_UNKNOWN'],
  ] as const)('with %s, and nothing is fetched', async (_, invite, reason) => {
    const { invite: _none, ...rest } = whole('');

    await expectNothingStored(() =>
      expectRefused(world, () => register({ ...rest, ...invite }), 'INVITE_UNKNOWN', reason),
    );

    expect(registrar.calls).toEqual([]);
  });

  test('with a used invite, and nothing is fetched again', async () => {
    const invite = await newInvite();
    await register(whole(invite));
    registrar.calls.length = 0;

    await expectNothingStored(() =>
      expectRefused(world, () => register(whole(invite)), 'INVITE_USED', 'INVITE_USED'),
    );

    expect(registrar.calls).toEqual([]);
  });

  test('with an invite older than a week', async () => {
    const invite = await newInvite();
    world.deps.clock.advance(7 * 24 * 3600_000 + 1000);

    await expectRefused(world, () => register(whole(invite)), 'INVITE_UNKNOWN', 'INVITE_EXPIRED');

    world.deps.clock.set(new Date());
  });

  const addresses: [string, string, RefusalReason][] = [
    ['a link-local address', 'http://169.254.169.254/latest/meta-data', 'CONFIGURATION_ADDRESS_REFUSED'],
    ['another scheme', 'file:///etc/passwd', 'CONFIGURATION_ADDRESS_REFUSED'],
    ['markup', 'https://lms.example/"><script>', 'CONFIGURATION_ADDRESS_REFUSED'],
  ];
  test.each(addresses)('with %s as configuration URL, and the invite stays good', async (_, url, reason) => {
    const invite = await newInvite();

    await expectNothingStored(() =>
      expectRefused(
        world,
        () => register({ ...whole(invite), openid_configuration: url }),
        'REGISTRATION_REFUSED',
        reason,
      ),
    );

    expect((await register(whole(invite))).status).toBe(200);
  });

  const faults: [string, () => void, RefusalReason][] = [
    [
      'a configuration URL that redirects',
      () => (registrar.configurationStatus = 302),
      'CONFIGURATION_STATUS',
    ],
    [
      'an issuer of another host',
      () => (registrar.configuration['issuer'] = 'https://canvas.instructure.com'),
      'ISSUER_NOT_OF_HOST',
    ],
    ['no token endpoint', () => delete registrar.configuration['token_endpoint'], 'CONFIGURATION_SHAPE'],
    [
      'a key set that is no web address',
      () => (registrar.configuration['jwks_uri'] = 'file:///keys'),
      'CONFIGURATION_ADDRESS',
    ],
    [
      'a refusal by the platform',
      () => (registrar.reply = { status: 400, body: 'x' }),
      'REGISTRATION_STATUS',
    ],
    ['a reply without client id', () => (registrar.reply = { status: 201, body: {} }), 'REGISTRATION_REPLY'],
  ];
  test.each(faults)('with %s, and the invite stays good', async (_, spoil, reason) => {
    const invite = await newInvite();
    const { configuration, reply } = registrar;
    registrar.configuration = { ...configuration };
    spoil();

    await expectNothingStored(() =>
      expectRefused(world, () => register(whole(invite)), 'REGISTRATION_REFUSED', reason),
    );

    Object.assign(registrar, { configuration, reply, configurationStatus: 200 });
    expect((await register(whole(invite))).status).toBe(200);
  });

  test('of two at once with one invite, all but one', async () => {
    const invite = await newInvite();

    const answers = await Promise.all(Array.from({ length: 5 }, () => register(whole(invite))));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403, 403]);
    const { issuer } = registrar.platform;
    expect(await PlatformModel.countDocuments({ issuer })).toBe(1);
  });

  test('when one invite is tried again and again', async () => {
    const invite = await newInvite();
    const attempt = () =>
      register({ ...whole(invite), openid_configuration: `${registrar.platform.url}/none` });
    for (let tries = 0; tries < 30; tries += 1) await attempt();

    await expectRefused(world, attempt, 'RATE_LIMITED' satisfies ErrorCode, 'TOO_MANY_REGISTRATIONS');
  });
});

describe('62: registration with a good invite', () => {
  test('registers on that GET, asks the LMS to close the page, and its deployment launches', async () => {
    const answered = await register(whole(await newInvite()));

    expect(answered.status).toBe(200);
    expect(answered.text).toContain('(window.opener||window.parent).postMessage');
    expect(answered.text).toContain('org.imsglobal.lti.close');
    expect(answered.headers.get('cross-origin-opener-policy')).toBeNull();
    const { platform, calls } = registrar;
    expect(calls.map(({ method, authorization }) => [method, authorization])).toEqual([
      ['GET', 'Bearer token-1'],
      ['POST', 'Bearer token-1'],
    ]);
    const login = await world.login({ iss: platform.issuer, client_id: 'registered-1' });
    const claims = platform.claims(login.nonce, world.deps.config.publicUrl);
    claims['https://purl.imsglobal.org/spec/lti/claim/deployment_id'] = 'dep-1';
    await expectAccepted(world, async () => world.launch({ login, token: await platform.sign(claims) }));
  });

  test('sends what Moodle asks for: the domain with its port, strings, no item keys', async () => {
    await register(whole(await newInvite()));

    const { body } = registrar.calls[1] ?? {};
    expect(body).toMatchObject({
      application_type: 'web',
      response_types: ['id_token'],
      initiate_login_uri: 'http://localhost:3000/lti/login',
      redirect_uris: ['http://localhost:3000/lti/launch'],
      jwks_uri: 'http://localhost:3000/lti/jwks',
      token_endpoint_auth_method: 'private_key_jwt',
      [TOOL]: {
        domain: 'localhost:3000',
        target_link_uri: 'http://localhost:3000/lti/launch',
        custom_parameters: { context_history: '$Context.id.history' },
      },
    });
    expect(String(body?.['scope']).split(' ')).toHaveLength(5);
    const row = await PlatformModel.findOne({ issuer: registrar.platform.issuer }).lean();
    expect(row).toMatchObject({ family: 'moodle', autoApprove: false, clientId: 'registered-1' });
  });

  test('sends Canvas its extensions and placements, and only scopes that it has', async () => {
    registrar.configuration = {
      ...registrar.configuration,
      scopes_supported: ['https://purl.imsglobal.org/spec/lti-ags/scope/score'],
      [PLATFORM]: { product_family_code: 'canvas', [`${CANVAS}/account_name`]: 'North schools' },
    };

    await register(whole(await newInvite()));

    const { body } = registrar.calls[1] ?? {};
    expect(body?.['scope']).toBe('https://purl.imsglobal.org/spec/lti-ags/scope/score');
    expect(body?.[TOOL]).toMatchObject({
      [`${CANVAS}/privacy_level`]: 'public',
      messages: [
        { type: 'LtiResourceLinkRequest', placements: ['course_navigation'] },
        { type: 'LtiDeepLinkingRequest', placements: expect.arrayContaining(['assignment_selection']) },
      ],
    });
    const row = await PlatformModel.findOne({ issuer: registrar.platform.issuer }).lean();
    expect(row).toMatchObject({ family: 'canvas', name: 'North schools' });
  });

  test("takes Moodle's 200 and a platform without registration token and deployment", async () => {
    registrar.reply = { status: 200, body: { client_id: 'registered-1' } };
    const { registration_token: _, ...query } = whole(await newInvite(true));

    const answered = await register(query);

    expect(answered.status).toBe(200);
    expect(registrar.calls.map(({ authorization }) => authorization)).toEqual([null, null]);
    const { platform } = registrar;
    const login = await world.login({ iss: platform.issuer, client_id: 'registered-1' });
    const claims = platform.claims(login.nonce, world.deps.config.publicUrl);
    await expectAccepted(world, async () => world.launch({ login, token: await platform.sign(claims) }));
    const row = await PlatformModel.findOne({ issuer: platform.issuer }).lean();
    expect(await DeploymentModel.findOne({ platformId: String(row?._id) }).lean()).toMatchObject({
      deploymentId: 'd1',
      state: 'approved',
      institutionId: world.institutionId(),
    });
  });

  test('a look at its head uses nothing up', async () => {
    const invite = await newInvite();

    await world.request(`/lti/register?${new URLSearchParams(whole(invite)).toString()}`, { method: 'HEAD' });

    expect(registrar.calls).toEqual([]);
    expect((await register(whole(invite))).status).toBe(200);
  });
});
