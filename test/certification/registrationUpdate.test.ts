import { beforeEach, describe, expect, test } from '@jest/globals';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { DeploymentModel } from '../../server/lti/deployment.model.ts';
import { PlatformModel } from '../../server/lti/platform.model.ts';
import { useLtiWorld } from '../support/ltiWorld.ts';
import { CANVAS, PLATFORM, useRegistrar, type Registrar } from '../support/registrar.ts';
import { expectRefused } from './support.ts';

const world = useLtiWorld();
const { current, newInvite, register, whole } = useRegistrar(world);
let registrar: Registrar;
beforeEach(() => {
  registrar = current();
});

/** Answers as Moodle does: `GET` of the registration endpoint with an update token reads the tool, `POST` changes it. */
describe('Moodle’s “Update” of a known tool', () => {
  const updateToken = (sub: string): string =>
    ['{"alg":"RS256"}', JSON.stringify({ sub, scope: 'reg-update' }), 'signature']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
  const methods = (): string[] =>
    registrar.calls.filter(({ path }) => path === '/register').map(({ method }) => method);
  const update = async (invite: string) =>
    register({ ...whole(invite), registration_token: updateToken('dep-1') });
  const ownRow = () => PlatformModel.findOne({ issuer: registrar.platform.issuer }).lean();

  const otherInvite = async (): Promise<string> =>
    newInvite(false, (await ensureInstitution(world.deps, 'Another district'))._id);

  test('is taken as an update of that platform, which keeps its id, its deployments and whose it is', async () => {
    await register(whole(await newInvite(true)));
    const before = await ownRow();
    registrar.calls.length = 0;
    registrar.configuration['jwks_uri'] = `${registrar.platform.url}/other-keys`;

    const answered = await update(await newInvite());

    expect(answered.status).toBe(200);
    expect(answered.text).toContain('up to date');
    expect(answered.text).toContain('activity chooser');
    expect(answered.text).toContain('org.imsglobal.lti.close');
    expect(methods()).toEqual(['GET', 'POST']);
    expect(await ownRow()).toEqual({ ...before, jwksUrl: `${registrar.platform.url}/other-keys` });
    expect(await DeploymentModel.countDocuments({ platformId: String(before?._id) })).toBe(1);
  });

  test('is refused before anything changes there where the tool is another institution’s', async () => {
    await register(whole(await newInvite()));
    const before = await ownRow();
    registrar.calls.length = 0;
    const invite = await otherInvite();

    const refused = await expectRefused(
      world,
      () => update(invite),
      'REGISTRATION_REFUSED',
      'PLATFORM_OF_ANOTHER_INSTITUTION',
    );

    expect(methods()).toEqual(['GET']);
    expect(await ownRow()).toEqual(before);
    expect(refused.text).toContain('The invitation is still good');
  });

  test.each([
    ['platform', 'PLATFORM_DISABLED'],
    ['deployment', 'DEPLOYMENT_DISABLED'],
  ] as const)(
    'is refused before anything changes there where an operator switched the %s off',
    async (what, reason) => {
      await register(whole(await newInvite()));
      const platformId = String((await ownRow())?._id);
      if (what === 'platform')
        await PlatformModel.updateOne({ _id: platformId }, { $set: { state: 'disabled' } });
      else await DeploymentModel.updateMany({ platformId }, { $set: { state: 'disabled' } });
      registrar.calls.length = 0;
      const invite = await newInvite();

      await expectRefused(world, () => update(invite), 'DEPLOYMENT_DISABLED', reason);

      expect(methods()).toEqual(['GET']);
    },
  );

  test('is refused before anything changes there where the LMS does not say which tool it is', async () => {
    await register(whole(await newInvite()));
    registrar.calls.length = 0;
    registrar.reply = { status: 404, body: 'No registration found.' };
    const invite = await newInvite();

    await expectRefused(world, () => update(invite), 'REGISTRATION_REFUSED', 'UPDATE_UNREADABLE');

    expect(methods()).toEqual(['GET']);
  });

  test('of a tool that Waymark has forgotten connects it anew', async () => {
    const answered = await update(await newInvite());

    expect(answered.status).toBe(200);
    expect(answered.text).toContain('is connected');
    expect(await ownRow()).toMatchObject({
      clientId: 'registered-1',
      institutionIdOnRegistration: world.institutionId(),
    });
  });

  test('of a tool that was entered by hand is its institution’s to do, and keeps the name that it was given', async () => {
    const row = await world.addPlatform(registrar.platform, { name: 'Moodle of the north' });
    await world.addDeployment(row._id, 'dep-1', world.institutionId());
    const foreign = await otherInvite();

    await expectRefused(
      world,
      () => update(foreign),
      'REGISTRATION_REFUSED',
      'PLATFORM_OF_ANOTHER_INSTITUTION',
    );
    const answered = await update(await newInvite());

    expect(answered.status).toBe(200);
    expect(await ownRow()).toMatchObject({ _id: row._id, family: 'moodle', name: 'Moodle of the north' });
  });

  test('by another LMS that answers with a known client id is taken the same way', async () => {
    await register(whole(await newInvite()));
    const before = await ownRow();

    const again = await register(whole(await newInvite()));

    expect(again.status).toBe(200);
    expect(await ownRow()).toEqual(before);
  });
});

describe('what a platform is called', () => {
  const nameOf = async (): Promise<string | undefined> =>
    (await PlatformModel.findOne({ issuer: registrar.platform.issuer }).lean())?.name;

  async function launchAs(toolPlatform: unknown): Promise<void> {
    const { platform } = registrar;
    const login = await world.login({ iss: platform.issuer, client_id: 'registered-1' });
    const claims = platform.claims(login.nonce, world.deps.config.publicUrl);
    claims['https://purl.imsglobal.org/spec/lti/claim/deployment_id'] = 'dep-1';
    claims['https://purl.imsglobal.org/spec/lti/claim/tool_platform'] = toolPlatform;
    const answered = await world.launch({ login, token: await platform.sign(claims) });
    expect(answered.status).toBe(200);
  }

  test.each([
    ['moodle', 'Moodle'],
    ['schoology', 'Schoology'],
    ['BlackboardLearn', 'BlackboardLearn'],
  ])('is the name of its make until it says more: %s', async (product_family_code, name) => {
    registrar.configuration[PLATFORM] = { product_family_code };

    await register(whole(await newInvite()));

    expect(await nameOf()).toBe(name);
  });

  test('is what it calls itself in its first launch, and stays that', async () => {
    await register(whole(await newInvite()));

    await launchAs({ name: 'wmtest', description: 'The school’s Moodle' });
    await launchAs({ name: 'renamed' });

    expect(await nameOf()).toBe('wmtest');
  });

  test('is never the name of one school where many share the platform', async () => {
    registrar.configuration[PLATFORM] = { product_family_code: 'canvas' };
    await register(whole(await newInvite()));

    await launchAs({ name: 'North school' });

    expect(await nameOf()).toBe('Canvas');
  });

  test('may be longer than can be kept, in whatever letters', async () => {
    const account_name = '😀'.repeat(300);
    registrar.configuration[PLATFORM] = {
      product_family_code: 'canvas',
      [`${CANVAS}/account_name`]: account_name,
    };

    const answered = await register(whole(await newInvite()));

    expect(answered.status).toBe(200);
    expect(await nameOf()).toBe('😀'.repeat(127));
  });
});

describe('the logo', () => {
  test('is sent at registration, and is a picture that a page of the LMS may show', async () => {
    await register(whole(await newInvite()));
    const sent = new URL(String(registrar.calls[1]?.body?.['logo_uri']));

    const answered = await world.request(sent.pathname);

    expect(sent.origin).toBe('http://localhost:3000');
    expect(answered.status).toBe(200);
    expect(answered.headers.get('content-type')).toBe('image/png');
    expect(answered.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(answered.headers.get('cache-control')).toContain('public');
  });
});

describe('a platform’s configuration', () => {
  test.each([
    ['no web address', 'urn:lms', 'ISSUER_NOT_ADDRESS'],
    ['of a host that means something else in a policy', 'https://a;b.example', 'ISSUER_NOT_ADDRESS'],
  ] as const)('whose issuer is %s is refused', async (_, issuer, reason) => {
    registrar.configuration['issuer'] = issuer;
    const invite = await newInvite();

    await expectRefused(world, () => register(whole(invite)), 'REGISTRATION_REFUSED', reason);

    expect(registrar.calls.map(({ path }) => path)).toEqual(['/config']);
  });
});
