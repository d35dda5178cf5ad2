import { beforeAll, describe, expect, test } from '@jest/globals';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { SessionModel } from '../../../server/features/sessions/session.model.ts';
import { useCommandLog } from '../../support/commandLog.ts';
import { useLtiWorld } from '../../support/ltiWorld.ts';
import { claimName, type Claims } from '../../support/testPlatform.ts';

// what was looked up once is not forgotten, however long the tests take
const world = useLtiWorld({ platforms: { now: () => 0 } });
const commands = useCommandLog();

beforeAll(async () => {
  await world.launch();
});
// a page of their own for people without cookies, or redirects: neither asks the database
const LOGINS = [
  ['by redirect', world.loginByRedirect],
  ['by the login page', world.login],
] as const;

async function commandsOf(claims: (claims: Claims) => Claims): Promise<string[]> {
  const login = await world.loginByRedirect();
  const answered = await world.launch({ claims, login });
  expect(answered.status).toBe(200);
  return commands.namesOf(login.answered, answered);
}

describe('database commands of login and launch, caches warm', () => {
  test.each(LOGINS)('none for a login %s', async (_how, login) => {
    const { answered } = await login();

    expect(commands.namesOf(answered)).toEqual([]);
  });

  test('2 for a known person in a known course', async () => {
    const used = await commandsOf((claims) => claims);

    expect(used).toEqual(['aggregate', 'insert']);
  });

  test('3 for a known person whose browser keeps no cookie', async () => {
    const login = await world.login();
    const token = await world
      .platform()
      .sign(world.platform().claims(login.nonce, world.deps.config.publicUrl));

    const asked = await world.launch({ login, token, cookie: null });
    const answered = await world.launch({
      login,
      token,
      cookie: null,
      headers: { 'x-lti-binding': login.binding },
    });

    expect(answered.status).toBe(200);
    expect(commands.namesOf(asked, answered)).toEqual(['find', 'aggregate', 'insert']);
  });

  test('4 for a new person', async () => {
    const used = await commandsOf((claims) => ({ ...claims, sub: 'new person' }));

    expect(used).toHaveLength(4);
  });

  test('6 where all is new', async () => {
    const used = await commandsOf((claims) => ({
      ...claims,
      sub: 'another',
      [claimName('context')]: { id: 'new course', title: 'New' },
      [claimName('resource_link')]: { id: 'new link' },
    }));

    expect(used).toHaveLength(6);
  });

  test('3 when only a name changed', async () => {
    const used = await commandsOf((claims) => ({ ...claims, name: 'Teacher 15' }));

    expect(used).toHaveLength(3);
  });

  test('2 for a deep linking request of a known person', async () => {
    const designer = (claims: Claims): Claims => ({
      ...claims,
      [claimName('message_type')]: 'LtiDeepLinkingRequest',
      [claimName('roles')]: ['Instructor'],
      'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings': {
        deep_link_return_url: 'https://lms.example/return',
        accept_types: ['ltiResourceLink'],
      },
    });
    await commandsOf(designer);

    const used = await commandsOf(designer);

    expect(used).toHaveLength(2);
  });
});

/** Names of the indexes in a plan, winning parts only. */
function indexesOf(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(indexesOf);
  if (typeof plan !== 'object' || plan === null) return [];
  return Object.entries(plan).flatMap(([name, value]) => {
    if (name === 'rejectedPlans') return [];
    return name === 'indexName' ? [String(value)] : indexesOf(value);
  });
}

describe('what a launch and a request look up, among 2,000 of each', () => {
  beforeAll(async () => {
    const institutionId = world.institutionId();
    const model = await SessionModel.findOne({ institutionId }).lean();
    const sessions = Array.from({ length: 2_000 }, (_, i) => ({
      ...model,
      _id: `s${i}`,
      key: `k${i}`,
      bearerHashes: [`b${i}`],
    }));
    await SessionModel.collection.insertMany(sessions as never[]);
    const people = Array.from({ length: 2_000 }, (_, i) => ({
      _id: `p${i}`,
      institutionId,
      platformId: 'p',
      sub: `${i}`,
    }));
    await PersonModel.collection.insertMany(people as never[]);
  });

  test('the session of a bearer is found by its index, one document examined', async () => {
    const filter = { institutionId: world.institutionId(), bearerHashes: 'b7', endedAt: null };
    const plan: unknown = await SessionModel.find({ ...filter, expiresAt: { $gt: new Date() } }).explain(
      'executionStats',
    );

    expect(new Set(indexesOf(plan))).toEqual(new Set(['session_by_bearer']));
    expect(plan).toMatchObject({ executionStats: { totalDocsExamined: 1 } });
  });

  test('a person by the id that the LMS uses', async () => {
    const filter = { institutionId: world.institutionId(), platformId: 'p', sub: '7' };
    const plan: unknown = await PersonModel.find(filter).explain('executionStats');

    expect(new Set(indexesOf(plan))).toEqual(new Set(['person_by_sub']));
    expect(plan).toMatchObject({ executionStats: { totalDocsExamined: 1 } });
  });
});
