import { describe, expect, test } from '@jest/globals';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import {
  addOrigin,
  addPlatform,
  approveDeployment,
  disableDeployment,
  listDeployments,
  setPlatformState,
} from '../../../server/features/platforms/platforms.service.ts';
import { DeploymentModel } from '../../../server/lti/deployment.model.ts';
import { useLtiWorld } from '../../support/ltiWorld.ts';
import { claimName, type Claims } from '../../support/testPlatform.ts';
import { codeOf } from '../../support/work.ts';

const world = useLtiWorld();

const from = (deploymentId: string) =>
  world.launch({
    claims: (claims: Claims) => ({
      ...claims,
      [claimName('deployment_id')]: deploymentId,
      [claimName('tool_platform')]: { name: 'West school', guid: 'g-7', product_family_code: 'moodle' },
    }),
  });
async function idOf(deploymentId: string): Promise<string> {
  const deployment = await DeploymentModel.findOne({ deploymentId }).lean();
  return deployment?._id ?? '';
}

describe('a deployment that waits', () => {
  test('stands first in the list with how its platform names itself', async () => {
    await from('waiting');

    const [first] = await listDeployments();

    expect(first).toMatchObject({
      deploymentId: 'waiting',
      state: 'pending',
      platformName: 'Test LMS',
      seenAs: 'West school, moodle, g-7',
    });
  });

  test('launches as soon as it is approved, and no longer once it is switched off', async () => {
    await from('approved-later');
    const id = await idOf('approved-later');

    await approveDeployment(world.tool(), id, world.institutionId());
    const after = await from('approved-later');
    await disableDeployment(world.tool(), id, world.institutionId());
    const off = await from('approved-later');

    expect(after.status).toBe(200);
    expect(off.text).toContain('DEPLOYMENT_DISABLED');
  });

  test('never moves from one institution to another', async () => {
    await from('taken');
    const id = await idOf('taken');
    await approveDeployment(world.tool(), id, world.institutionId());
    await disableDeployment(world.tool(), id, world.institutionId());
    const other = await ensureInstitution(world.deps, 'Other District');

    const code = await codeOf(approveDeployment(world.tool(), id, other._id));

    expect(code).toBe('NOT_FOUND');
  });
});

describe('a platform entered by hand', () => {
  const entered = {
    issuer: 'https://canvas.instructure.com',
    clientId: '10000000000001',
    authUrl: 'https://sso.canvaslms.com/api/lti/authorize_redirect',
    tokenUrl: 'https://canvas.instructure.com/login/oauth2/token',
    jwksUrl: 'https://sso.canvaslms.com/api/lti/security/jwks',
    family: 'canvas',
  };

  test('can log in at once, and is there once', async () => {
    await addPlatform(world.tool(), entered);

    const { authorizationUrl } = await world.login({ iss: entered.issuer, client_id: entered.clientId });

    expect(authorizationUrl.origin).toBe('https://sso.canvaslms.com');
    expect(await codeOf(addPlatform(world.tool(), entered))).toBe('VALIDATION_FAILED');
  });

  test.each([
    ['no issuer', { issuer: '' }],
    ['a script for an address', { authUrl: 'javascript:alert(1)' }],
    ['an unknown family', { family: 'lms' }],
  ])('is refused with %s', async (_, change) => {
    const code = await codeOf(addPlatform(world.tool(), { ...entered, clientId: 'other', ...change }));

    expect(code).toBe('VALIDATION_FAILED');
  });

  test('may be framed by an origin that an admin added, from the login page on', async () => {
    await addOrigin(world.tool(), world.platformRow()._id, 'https://canvas.school.example/courses');

    const { answered } = await world.login();

    expect(answered.headers.get('content-security-policy')).toContain(' https://canvas.school.example');
  });

  test('can be switched off and on', async () => {
    const { _id } = world.platformRow();
    await setPlatformState(world.tool(), _id, 'disabled');
    const query = new URLSearchParams(world.loginParams()).toString();
    const off = await world.request(`/lti/login?${query}`);

    await setPlatformState(world.tool(), _id, 'active');

    expect(off.status).toBe(403);
    expect((await world.request(`/lti/login?${query}`)).status).toBe(302);
  });
});
