import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RosterMemberModel } from '../../../server/features/rosters/roster.model.ts';
import { syncRoster } from '../../../server/features/rosters/rosters.service.ts';
import { AGS_SCOPE } from '../../../server/lti/claimNames.ts';
import { prepareScore } from '../../../server/lti/ags.ts';
import { readRosterPage } from '../../../server/lti/nrps.ts';
import { postRegistration, readPlatformConfiguration } from '../../../server/lti/registration.ts';
import { startServiceDouble, type ServiceDouble } from '../../support/serviceDouble.ts';
import { useServices } from '../../support/services.ts';

const { deps } = useServices();
let lms: ServiceDouble;

beforeEach(async () => {
  lms = await startServiceDouble(deps);
});
afterEach(async () => {
  await lms.close();
});

const score = () =>
  prepareScore(lms.platform, {
    userId: '77',
    scoreGiven: 8,
    scoreMaximum: 10,
    comment: 'Approved',
    timestamp: new Date(),
    firstTry: true,
    launchUrl: 'http://localhost:3000/lti/launch',
    submittedAt: null,
    forced: false,
  });

/** What programs send in place of an id. */
const NO_IDS = [
  null,
  '',
  ' ',
  'null',
  'undefined',
  'NaN',
  {},
  [],
  ['7'],
  true,
  1.5,
  2 ** 60,
  'x'.repeat(256),
];

describe('any 2xx is a success', () => {
  test.each([200, 201, 202, 203, 206, 299])('of the token endpoint: %i', async (status) => {
    lms.tokenAnswer = { status, body: { access_token: 'token', expires_in: 3600 } };

    const outcome = await lms.ags.sendScore(lms.target, `${lms.url}/li/1`, score());

    expect(outcome.ok).toBe(true);
  });

  test('and a token is had for scores alone where results are not for tools', async () => {
    lms.tokenAnswer = (scopes) =>
      scopes.includes(AGS_SCOPE.result)
        ? { status: 400, body: { error: 'invalid_scope' } }
        : { body: { access_token: 'token', expires_in: 3600 } };

    const sent = await lms.ags.sendScore(lms.target, `${lms.url}/li/1`, score());
    const looked = await lms.ags.readResult(lms.target, `${lms.url}/li/1`, '77');

    expect(sent.ok).toBe(true);
    expect(looked).toMatchObject({ ok: false, fault: { reason: 'scope_missing', noToken: true } });
  });

  test.each([
    [200, ''],
    [200, '{}'],
    [200, ' []'],
    [200, 'OK'],
    [201, '<ok/>'],
    [201, '{"resultUrl":"x"}'],
    [202, 'null'],
    [204, undefined],
    [205, ''],
  ])('for a score: %i with %j', async (status, body) => {
    lms.answer = () => ({ status, body });

    const outcome = await lms.ags.sendScore(lms.target, `${lms.url}/li/1`, score());

    expect(outcome).toMatchObject({ ok: true, status });
  });

  test.each([200, 201, 202])('for lists and results: %i', async (status) => {
    const own = { userId: '77', resultScore: 8, resultMaximum: 10 };
    lms.answer = ({ url }) => {
      if (url.pathname.endsWith('/results')) return { status, body: [own] };
      return { status, body: url.pathname === '/members' ? { members: [{ user_id: '1' }] } : [] };
    };

    const [result, items, page] = [
      await lms.ags.readResult(lms.target, `${lms.url}/li/1`, '77'),
      await lms.ags.listLineItems(lms.target, `${lms.url}/items`),
      await readRosterPage(lms.services, lms.platform, `${lms.url}/members`),
    ];

    expect([result.ok, items.ok, page.ok]).toEqual([true, true, true]);
  });

  const made = { label: 'Module', scoreMaximum: 10, resourceId: 'r-1', tag: 'waymark' };
  test.each([
    ['the new column', () => ({ status: 200, body: { ...made, id: `${lms.url}/items/9` } })],
    ['where it is', () => ({ status: 201, headers: { location: '/items/9' } })],
    ['nothing at all', () => ({ status: 204 })],
    ['an id that is no address', () => ({ status: 201, body: { ...made, id: 9 } })],
  ])('for a new column, told by %s: it is never made twice', async (_case, answer) => {
    lms.answer = ({ method }) =>
      method === 'POST' ? answer() : { body: [{ ...made, id: `${lms.url}/items/9` }, null] };

    const outcome = await lms.ags.createLineItem(lms.target, `${lms.url}/items`, made);

    expect(outcome).toMatchObject({ ok: true, value: { id: `${lms.url}/items/9`, resourceId: 'r-1' } });
    expect(lms.calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);
  });

  test.each([200, 201, 202])('for a registration and its configuration: %i', async (status) => {
    const registering = {
      outbound: lms.services.outbound,
      config: { publicUrl: lms.url, allowLocalPlatforms: true },
    };
    const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'registration_endpoint'];
    const said = Object.fromEntries(endpoints.map((name) => [name, `${lms.url}/${name}`]));
    const scopes = [null, 5, 'openid'];
    const tool = { 'https://purl.imsglobal.org/spec/lti-tool-configuration': { deployment_id: 3 } };
    lms.answer = ({ method }) =>
      method === 'GET'
        ? { status, body: { ...said, issuer: lms.url, scopes_supported: scopes } }
        : { status, body: { client_id: 12, ...tool } };

    const configuration = await readPlatformConfiguration(registering, `${lms.url}/config`, null);
    const registered = await postRegistration(registering, configuration, null);

    expect(configuration.scopes).toEqual(['openid']);
    expect(registered).toEqual({ clientId: '12', deploymentId: '3' });
  });
});

describe('a list with odd members', () => {
  test('of columns keeps the good ones, says how many it left out, and takes numbers for ids', async () => {
    const good = {
      id: `${lms.url}/items/1`,
      label: 'One',
      scoreMaximum: '10',
      resourceId: 5,
      resourceLinkId: 7,
    };
    lms.answer = () => ({
      body: [
        null,
        'x',
        4,
        {},
        { id: 3 },
        { id: 'no address' },
        good,
        { ...good, id: `${lms.url}/items/2`, label: 9 },
      ],
    });

    const outcome = await lms.ags.listLineItems(lms.target, `${lms.url}/items`);

    expect(outcome).toMatchObject({
      ok: true,
      skipped: 6,
      value: [
        { label: 'One', scoreMaximum: 10, resourceId: '5', resourceLinkId: '7' },
        { label: '', scoreMaximum: 10 },
      ],
    });
  });

  test('of a roster has nobody without an id, and takes numbers for ids', async () => {
    const odd = [null, 'x', {}, ...NO_IDS.map((user_id) => ({ user_id, roles: ['Learner'] }))];
    lms.answer = () => ({
      body: {
        members: [...odd, { user_id: 12, roles: ['Learner', null, 5], status: null }, { user_id: 'b' }],
      },
    });

    const page = await readRosterPage(lms.services, lms.platform, `${lms.url}/members`);

    expect(page).toMatchObject({ ok: true, value: { skipped: odd.length, next: null } });
    expect(page.ok && page.value.members).toEqual([
      { sub: '12', roles: ['Learner'], active: true },
      { sub: 'b', roles: [], active: true },
    ]);
  });

  test('of a roster is kept without them, and says how many they were', async () => {
    const institutionId = randomUUID();
    lms.answer = () => ({ body: { members: [{ user_id: null }, { user_id: 7 }, { user_id: 'null' }] } });
    const source = { institutionId, contextId: 'c', platform: lms.platform, url: `${lms.url}/members` };

    const sync = await syncRoster({ ...deps, ...lms.services }, source);

    const subs = (await RosterMemberModel.find({ institutionId }).lean()).map(({ sub }) => sub);
    expect(sync).toMatchObject({ complete: true, skipped: 2 });
    expect(subs).toEqual(['7']);
  });

  test.each([[{}], [{ members: null }], [{ members: {} }], ['nothing'], [null]])(
    'that is no list at all is a fault, not an empty course: %j',
    async (body) => {
      lms.answer = () => ({ body });

      const page = await readRosterPage(lms.services, lms.platform, `${lms.url}/members`);

      expect(page.ok).toBe(false);
    },
  );
});

describe('a reading of a roster', () => {
  const institutionId = randomUUID();
  const read = (members: unknown[][], contextId = 'c') => {
    lms.answer = ({ url }) => {
      const page = Number(url.searchParams.get('page') ?? 0);
      const next = `<${lms.url}/members?page=${page + 1}>; rel="next"`;
      return { body: { members: members[page] }, headers: page + 1 < members.length ? { link: next } : {} };
    };
    const source = { institutionId, contextId, platform: lms.platform, url: `${lms.url}/members` };
    return syncRoster({ ...deps, ...lms.services }, source);
  };
  const states = async (contextId = 'c') => {
    const members = await RosterMemberModel.find({ institutionId, contextId }).sort({ sub: 1 }).lean();
    return members.map(({ sub, state, lapsed = false }) => [sub, state, lapsed]);
  };
  const active = { user_id: '1' };
  const inactive = { user_id: '1', status: 'Inactive' };

  test('that names nobody at all says of nobody that they are gone', async () => {
    await read([[active, { user_id: '2' }]], 'emptied');

    const sync = await read([[]], 'emptied');

    expect(sync).toMatchObject({ complete: true, left: 0 });
    expect(await states('emptied')).toEqual([
      ['1', 'present', false],
      ['2', 'present', false],
    ]);
  });

  test.each<[string, unknown[][]]>([
    ['the active one first', [[active, inactive]]],
    ['the active one last', [[inactive, active]]],
    ['on two pages', [[active], [inactive]]],
  ])('that names somebody twice, once as gone, has them in the course: %s', async (name, pages) => {
    await read(pages, name);

    expect(await states(name)).toEqual([['1', 'present', false]]);
  });

  test('that was overtaken by another one takes nobody back into its time', async () => {
    await read([[active]], 'overtaken');
    const newer = { institutionId, contextId: 'overtaken' };
    await RosterMemberModel.updateOne({ ...newer, sub: '1' }, { $set: { run: 7 } });

    await read([[active]], 'overtaken');

    expect(await RosterMemberModel.findOne({ ...newer, sub: '1' }).lean()).toMatchObject({ run: 7 });
  });

  test('keeps what roles can mean, however long their list is', async () => {
    const roles = Array<string>(20_000).fill('x'.repeat(1_000));

    const sync = await read([[{ ...active, roles: ['Learner', ...roles] }]], 'roles');

    const kept = await RosterMemberModel.findOne({ institutionId, contextId: 'roles' }).lean();
    expect(sync).toMatchObject({ complete: true });
    expect(kept?.roles).toEqual(['Learner']);
  });
});
