import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../contract/errors.ts';
import type { RefusalReason } from '../../server/lti/refusalReasons.ts';
import { DeploymentModel } from '../../server/lti/deployment.model.ts';
import { PlatformModel } from '../../server/lti/platform.model.ts';
import { PersonModel } from '../../server/features/launches/person.model.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { useLtiWorld } from '../support/ltiWorld.ts';
import { claimName, MEMBERSHIP, startTestPlatform, type Claims } from '../support/testPlatform.ts';
import { expectAccepted, expectRefused } from './support.ts';

const world = useLtiWorld();

const having = (change: Claims) => (claims: Claims) => ({ ...claims, ...change });
const claim = (name: string, value: unknown) => having({ [claimName(name)]: value });
const without =
  (...names: string[]) =>
  (claims: Claims) =>
    Object.fromEntries(Object.entries(claims).filter(([key]) => !names.includes(key)));
const withoutClaim = (name: string) => without(claimName(name));
const withRoles = (...roles: string[]) => claim('roles', roles);
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const SCORE = 'https://purl.imsglobal.org/spec/lti-ags/scope/score';
const LINE_ITEM = 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem';

type Refusal = [string, (claims: Claims) => Claims, ErrorCode, RefusalReason];

describe('message', () => {
  const refused: Refusal[] = [
    ['31: no message_type', withoutClaim('message_type'), 'LAUNCH_MALFORMED', 'MESSAGE_TYPE'],
    ['31: an unknown type', claim('message_type', 'LtiStartProctoring'), 'LAUNCH_MALFORMED', 'MESSAGE_TYPE'],
    [
      '32: LtiSubmissionReviewRequest without for_user',
      claim('message_type', 'LtiSubmissionReviewRequest'),
      'LAUNCH_MALFORMED',
      'FOR_USER_MISSING',
    ],
    ['33: no version', withoutClaim('version'), 'LAUNCH_MALFORMED', 'VERSION'],
    ['33: version 1.1', claim('version', '1.1'), 'LAUNCH_MALFORMED', 'VERSION'],
    ['34: no deployment_id', withoutClaim('deployment_id'), 'LAUNCH_MALFORMED', 'DEPLOYMENT_ID_MISSING'],
    ['34: deployment_id an object', claim('deployment_id', {}), 'LAUNCH_MALFORMED', 'CLAIM_DEPLOYMENT_ID'],
    ['38: no resource_link', withoutClaim('resource_link'), 'LAUNCH_MALFORMED', 'RESOURCE_LINK_ID_MISSING'],
    [
      '38: resource_link without id',
      claim('resource_link', { title: 'x' }),
      'LAUNCH_MALFORMED',
      'RESOURCE_LINK_ID_MISSING',
    ],
    [
      '39: no target_link_uri',
      withoutClaim('target_link_uri'),
      'LAUNCH_MALFORMED',
      'TARGET_LINK_URI_MISSING',
    ],
    [
      '39: target_link_uri on another host',
      claim('target_link_uri', 'https://evil.example/lti/launch'),
      'LAUNCH_MALFORMED',
      'TARGET_LINK_URI_FOREIGN',
    ],
    [
      '39: target_link_uri a script',
      claim('target_link_uri', 'javascript:alert(1)'),
      'LAUNCH_MALFORMED',
      'TARGET_LINK_URI_FOREIGN',
    ],
    ['40: no sub', without('sub'), 'NO_PERSON', 'SUB_MISSING'],
    ['40: an empty sub', having({ sub: '' }), 'NO_PERSON', 'SUB_MISSING'],
    ['41: sub of 300 characters', having({ sub: 'x'.repeat(300) }), 'LAUNCH_MALFORMED', 'CLAIM_SUB'],
    ['41: sub an object', having({ sub: { $ne: null } }), 'LAUNCH_MALFORMED', 'CLAIM_SUB'],
    ['42: no roles claim', withoutClaim('roles'), 'LAUNCH_MALFORMED', 'ROLES_MISSING'],
    ['42: roles a text', claim('roles', 'Learner'), 'LAUNCH_MALFORMED', 'CLAIM_ROLES'],
  ];
  test.each(refused)('%s', async (_, claims, code, reason) => {
    const people = await PersonModel.collection.countDocuments({});

    const answered = await expectRefused(world, () => world.launch({ claims }), code, reason);

    expect(answered.text).not.toMatch(/evil\.example|javascript:|Teacher 14/);
    expect(await PersonModel.collection.countDocuments({})).toBe(people);
  });

  test('32: LtiSubmissionReviewRequest with for_user opens that person to staff', async () => {
    await world.launch({ claims: having({ sub: 'author' }) });
    const claims = (before: Claims) => ({
      ...withRoles(`${MEMBERSHIP}#Instructor`)(before),
      [claimName('message_type')]: 'LtiSubmissionReviewRequest',
      [claimName('for_user')]: { user_id: 'author' },
    });

    const info = await expectAccepted(world, () => world.launch({ claims }));

    expect(info).toMatchObject({ shows: { kind: 'submissions' }, startsAs: 'reviewer' });
  });

  test("32: someone else's submission stays closed to a learner", async () => {
    const claims = having({
      [claimName('message_type')]: 'LtiSubmissionReviewRequest',
      [claimName('for_user')]: { user_id: 'author' },
    });

    await expectRefused(world, () => world.launch({ claims }), 'NO_ROLE', 'SUBMISSION_REVIEW_BY_LEARNER');
  });
});

describe('deployment', () => {
  test('35: an unknown deployment_id waits for the operator, and stores nobody', async () => {
    const people = await PersonModel.collection.countDocuments({});
    const platform = { guid: 'g-1', name: 'South school', product_family_code: 'moodle', version: '4.5' };
    const claims = having({
      sub: 'nobody-yet',
      [claimName('deployment_id')]: 'd-new',
      [claimName('tool_platform')]: platform,
    });

    const answered = await expectRefused(
      world,
      () => world.launch({ claims }),
      'DEPLOYMENT_PENDING',
      'DEPLOYMENT_PENDING',
    );

    expect(answered.text).toContain('an admin has to say yes once');
    const pending = await DeploymentModel.find({ deploymentId: 'd-new' }).lean();
    expect(pending).toMatchObject([
      {
        state: 'pending',
        institutionId: null,
        seenAs: { guid: 'g-1', name: 'South school', product: 'moodle' },
      },
    ]);
    expect(await PersonModel.collection.countDocuments({})).toBe(people);
  });

  test('35: auto-approval holds for the client id that an invite registered, and for no other', async () => {
    const invited = await startTestPlatform('invited');
    const institutionIdOnRegistration = world.institutionId();
    await world.addPlatform(invited, { autoApprove: true, inviteId: 'i', institutionIdOnRegistration });
    const entered = await startTestPlatform('entered');
    await world.addPlatform(entered, { autoApprove: true, institutionIdOnRegistration });
    const launchFrom = async (platform: typeof invited) => {
      const login = await world.login({ iss: platform.issuer, client_id: platform.clientId });
      const claims = platform.claims(login.nonce, world.deps.config.publicUrl);
      return world.launch({ login, token: await platform.sign(claims) });
    };

    await expectAccepted(world, () => launchFrom(invited));
    await expectRefused(world, () => launchFrom(entered), 'DEPLOYMENT_PENDING', 'DEPLOYMENT_PENDING');

    await Promise.all([invited.close(), entered.close()]);
  });

  test('37: a disabled deployment', async () => {
    const id = await world.addDeployment(world.platformRow()._id, 'd-off', world.institutionId());
    await DeploymentModel.updateOne({ _id: id }, { $set: { state: 'disabled' } });

    await expectRefused(
      world,
      () => world.launch({ claims: claim('deployment_id', 'd-off') }),
      'DEPLOYMENT_DISABLED',
      'DEPLOYMENT_DISABLED',
    );
  });

  test('37: a disabled platform, at the launch and at the next login', async () => {
    const login = await world.login();
    const { _id } = world.platformRow();
    await PlatformModel.updateOne({ _id }, { $set: { state: 'disabled' } });
    world.tool().platforms.forget();
    const query = new URLSearchParams(world.loginParams()).toString();

    await expectRefused(world, () => world.launch({ login }), 'DEPLOYMENT_DISABLED', 'PLATFORM_DISABLED');
    await expectRefused(
      world,
      () => world.request(`/lti/login?${query}`),
      'DEPLOYMENT_DISABLED',
      'PLATFORM_DISABLED',
    );

    await PlatformModel.updateOne({ _id }, { $set: { state: 'active' } });
    world.tool().platforms.forget();
  });
});

describe('roles', () => {
  const INSTITUTION = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person';
  const staff = ['designer', 'participant', 'reviewer'];
  const odd = [null, 5, {}, 'x'.repeat(600)] as never[];
  const accepted: [string, string[], string[]][] = [
    ['43: a list with nulls and numbers counts by what can be read', [...odd, 'Instructor'], staff],
    ['43: a list of nothing but such: least privilege', odd, ['participant']],
    ['43: roles []: least privilege', [], ['participant']],
    ['44: a short role', ['Instructor'], staff],
    ['44: an unknown URI', ['http://example.com/vocab#Wizard'], ['participant']],
    ['44: several: the highest wins', [`${MEMBERSHIP}#Learner`, 'Instructor', 'urn:x'], staff],
    [
      '45: institution#Instructor only is not a course instructor',
      [`${INSTITUTION}#Instructor`],
      ['participant'],
    ],
  ];
  test.each(accepted)('%s', async (_, sent, granted) => {
    const info = await expectAccepted(world, () => world.launch({ claims: withRoles(...sent) }));

    expect(info['roles']).toEqual(granted);
  });

  test('46: TestUser practises: no scores', async () => {
    const roles = [`${MEMBERSHIP}#Learner`, 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser'];
    const endpoint = { scope: [SCORE], lineitem: 'https://lms.example/1' };

    const info = await expectAccepted(world, () =>
      world.launch({ claims: (claims) => ({ ...withRoles(...roles)(claims), [AGS]: endpoint }) }),
    );

    expect(info).toMatchObject({ practice: true, grading: 'practice' });
  });

  test('a parent has no page here', async () => {
    const answered = await expectRefused(
      world,
      () => world.launch({ claims: withRoles(`${MEMBERSHIP}#Mentor`) }),
      'NO_ROLE',
      'ROLE_MENTOR',
    );

    expect(answered.text).toContain(`href="${world.platform().issuer}/course/1" target="_top"`);
  });
});

describe('what may be absent', () => {
  test('47: no context: the home of the person', async () => {
    const info = await expectAccepted(world, () =>
      world.launch({ claims: (claims) => claim('custom', {})(withoutClaim('context')(claims)) }),
    );

    expect(info).toMatchObject({ course: null, shows: { kind: 'home' }, roles: ['participant'] });
  });

  test('48: no name and no e-mail: "Participant" and a short id', async () => {
    const claims = (all: Claims) => ({
      ...without('name', 'given_name', 'family_name', 'email')(all),
      sub: 'no-pii',
    });

    const info = await expectAccepted(world, () => world.launch({ claims }));

    expect(info['person']).toMatchObject({
      displayName: expect.stringMatching(/^Participant [0-9A-Z]{4}$/),
      hasName: false,
      hasEmail: false,
    });
  });

  test.each([
    ['e-mail only', ['name', 'given_name', 'family_name'], { hasName: false, hasEmail: true }],
    ['names only', ['email', 'name'], { hasName: true, hasEmail: false, displayName: 'Teacher 14' }],
  ])('48: %s', async (what, names, person) => {
    const claims = (all: Claims) => ({ ...without(...names)(all), sub: what });

    const info = await expectAccepted(world, () => world.launch({ claims }));

    expect(info['person']).toMatchObject(person);
  });

  const NOT_CUSTOM: [string, unknown][] = [
    ['absent', undefined],
    ['unresolved', { wm_pathway: '$Custom.pathway', wm_module: '' }],
    ['a text', 'x'],
    ['no UUID', { wm_pathway: '<script>', wm_module: 5 }],
  ];
  test.each(NOT_CUSTOM)('49: custom %s counts as none', async (what, custom) => {
    const link = claim('resource_link', { id: `custom ${what}` });

    const info = await expectAccepted(world, () =>
      world.launch({ claims: (claims) => link(claim('custom', custom)(claims)) }),
    );

    expect(info['shows']).toEqual({ kind: 'home' });
  });

  const GRADING: [string, unknown, string][] = [
    ['no AGS claim', undefined, 'off'],
    ['a scope without score', { scope: [LINE_ITEM], lineitem: 'https://lms.example/1' }, 'off'],
    ['no lineitem, and none can be made', { scope: [SCORE], lineitems: 'https://lms.example/' }, 'off'],
    ['an address that is no web address', { scope: [SCORE], lineitem: 'ftp://lms.example/1' }, 'off'],
    ['a column', { scope: [SCORE], lineitem: 'https://lms.example/1' }, 'on'],
    [
      'no column, but one can be made',
      { scope: [SCORE, LINE_ITEM], lineitems: 'https://lms.example/' },
      'on',
    ],
  ];
  test.each(GRADING)('50: %s is accepted', async (what, endpoint, grading) => {
    const link = claim('resource_link', { id: `graded ${what}` });

    const info = await expectAccepted(world, () =>
      world.launch({ claims: (claims) => ({ ...link(claims), [AGS]: endpoint }) }),
    );

    expect(info['grading']).toBe(grading);
  });
});

describe('who is who', () => {
  test('51: one sub is two persons at two registrations and in two institutions, and one in one institution', async () => {
    const south = await ensureInstitution(world.deps, 'South District');
    const platformId = world.platformRow()._id;
    await world.addDeployment(platformId, 'same', world.institutionId());
    await world.addDeployment(platformId, 'south', south._id);
    const other = await startTestPlatform('other-client');
    const row = await world.addPlatform(other);
    await world.addDeployment(row._id, 'd1', world.institutionId());
    const personOf = async (deploymentId: string) => {
      const info = await expectAccepted(world, () =>
        world.launch({ claims: having({ sub: 'twin', [claimName('deployment_id')]: deploymentId }) }),
      );
      return (info['person'] as { id: string }).id;
    };

    const first = await personOf('d1');
    const sameInstitution = await personOf('same');
    const otherInstitution = await personOf('south');
    const login = await world.login({ iss: other.issuer, client_id: other.clientId });
    const claims = { ...other.claims(login.nonce, world.deps.config.publicUrl), sub: 'twin' };
    const info = await expectAccepted(world, async () =>
      world.launch({ login, token: await other.sign(claims) }),
    );

    expect(sameInstitution).toBe(first);
    expect(new Set([first, otherInstitution, (info['person'] as { id: string }).id]).size).toBe(3);
    await other.close();
  });
});
