import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createApp } from '../../../server/app.ts';
import { createInvite } from '../../../server/features/platforms/invites.service.ts';
import { LaunchRefusalModel } from '../../../server/lti/launchRefusal.model.ts';
import { LaunchRefused } from '../../../server/lti/launchRefused.ts';
import { RateLimiter, limitedAddress } from '../../../server/lti/rateLimiter.ts';
import { RefusalLog } from '../../../server/lti/refusals.ts';
import { createSealer } from '../../../server/seal.ts';
import { uploadHeaders } from '../../support/files/tusClient.ts';
import { useCommandLog, type SentCommand } from '../../support/commandLog.ts';
import { blockOf, useLtiWorld, type Answered } from '../../support/ltiWorld.ts';
import { mountedRoutes, type MountedRoute } from '../../support/routes.ts';
import { makeSigningKey, type Claims } from '../../support/testPlatform.ts';

let nowMs = 1_000_000;
const now = (): number => nowMs;

/**
 * Limits so low that a handful of requests goes over each of them: what a flood of ten times as many leaves to others does not hang
 * on how high they are. What is counted anew somewhere shall be counted by these two, and is found by the table of all routes.
 */
const FEW = 4;
const FLOOD = 10 * FEW;
const AT_ONCE = 20;
const few = () => new RateLimiter({ perMinute: FEW, now });
const world = useLtiWorld({ rateLimits: { refusals: few(), faults: few() }, lines: { now } });
const commands = useCommandLog();

/** Somebody in the same building whose things are in order. */
interface Neighbour {
  bearer: string;
  attemptId: string;
  key: string;
  resumeCookie: string;
}
async function moveIn(): Promise<Neighbour> {
  const sub = randomUUID();
  const page = await world.launch({ claims: (claims) => ({ ...claims, sub }) });
  const { bearer, key } = blockOf(page.text, 'waymark-session') as { bearer: string; key: string };
  const resumeCookie = page.setCookies.find(({ name }) => name === `__Host-wm_${key}`)?.value ?? '';
  await world.api('/me/consent', { method: 'POST', bearer, body: { weeklyMinutes: 60 } });
  const map = await world.api('/enrolments/open', { method: 'POST', bearer, body: {} });
  const { enrolmentId } = JSON.parse(map.text) as { enrolmentId: string };
  const shown = await world.api(`/enrolments/${enrolmentId}/map`, { bearer });
  const attemptId = /"attemptId":"([0-9a-f-]{36})"/.exec(shown.text)?.[1] ?? '';
  return { bearer, attemptId, key, resumeCookie };
}
/** All that such a person does: launches once more, works, hands in a file, loads anew, opens a window; and their LMS registers. */
async function goOn({ bearer, attemptId, key, resumeCookie }: Neighbour): Promise<Record<string, number>> {
  const launched = await world.launch();
  const called = await world.api('/session', { bearer });
  const upload = { size: 5, bearer, attemptId, filename: 'a.txt' };
  const sent = await world.request('/api/v1/uploads', { method: 'POST', headers: uploadHeaders(upload) });
  const resumed = await resume(key, resumeCookie);
  const made = await world.api('/session/window-code', { method: 'POST', bearer, body: {} });
  const redeemed = await world.api('/session/redeem', {
    method: 'POST',
    body: JSON.parse(made.text) as object,
  });
  // it has passed all limits where the address that it names is asked
  let asked = 0;
  world.platform().onRequest = (_req, _body, res) => {
    asked += 1;
    res.writeHead(404).end();
  };
  await get(`/lti/register${await newInvite()}&openid_configuration=${nowhere()}`);
  const answers = { launched, called, sent, resumed, redeemed };
  const statuses = Object.entries(answers).map(([what, { status }]) => [what, status] as const);
  return { ...Object.fromEntries(statuses), asked };
}
const WELL = { launched: 200, called: 200, sent: 201, resumed: 200, redeemed: 200, asked: 1 };
const nowhere = () => encodeURIComponent(`${world.platform().url}/none`);
async function newInvite(): Promise<string> {
  const want = { institutionId: world.institutionId(), autoApprove: false };
  return new URL(await createInvite(world.deps, want)).search;
}

type Send = (n: number) => Promise<Answered>;

async function flood(send: Send): Promise<Answered[]> {
  const answers: Answered[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < FLOOD) {
      next += 1;
      answers.push(await send(next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return answers;
}

const text = (bytes: number): string => randomBytes(bytes).toString('base64url');
const uuidBytes = (): string => text(16);
const foreign = createSealer([{ id: 'abcdef01', material: randomBytes(32) }]);
const get = (path: string) => world.request(path);
const resume = (key: string, value: string) =>
  world.api('/session/resume', {
    method: 'POST',
    headers: { 'x-waymark': '1', cookie: `__Host-wm_${key}=${value}` },
    body: { key },
  });

/** Each kind of request that has proven nothing: what is sent the nth time, and its answer. */
const GARBAGE: [kind: string, status: number, prepare: () => Promise<Send> | Send][] = [
  ['a login of nobody', 400, () => () => {
    const query = world.pageQuery({ iss: `https://${text(6)}.example`, client_id: text(6) });
    return get(`/lti/login?${query}`);
  }],
  ['a login of an issuer without a client id', 400, () => () => {
    const query = new URLSearchParams({ ...world.loginParams({ iss: `https://${text(6)}.example` }) });
    query.delete('client_id');
    return get(`/lti/login?${query.toString()}`);
  }],
  ['a login without its fields', 400, () => () => get(`/lti/login?iss=${text(9)}`)],
  ['a login for somewhere else', 400, () => () =>
    get(`/lti/login?${world.pageQuery({ target_link_uri: `https://${text(6)}.example/` })}`)],
  ['a launch without a form', 400, () => () => world.request('/lti/launch', { method: 'POST', body: text(9) })],
  ['a state that is none', 400, () => () => world.post({ state: 'a b', id_token: text(40) })],
  ['a state of our shape', 401, () => () =>
    world.post({ state: `${text(6)}.${text(12)}.${text(16)}.${text(200)}`, id_token: text(40) })],
  ['a state that another key sealed', 401, () => () =>
    world.post({ state: foreign.seal('{}', 'login-state'), id_token: text(40) })],
  ['a state that was changed', 401, async () => {
    const { state } = await world.login();
    return () => world.post({ state: `${state.slice(0, -20)}${text(15)}`, id_token: text(40) });
  }],
  ['an error of no login', 401, () => () => world.post({ state: text(60), error: 'access_denied' })],
  ['a good login with a token that is none', 400, async () => {
    const { state, cookie } = await world.login();
    return () => world.post({ state, id_token: text(40) }, { cookie });
  }],
  ['a good login with a token of somebody else', 401, async () => {
    const { state, cookie, nonce } = await world.login();
    const { privateKey } = await makeSigningKey();
    const claims = world.platform().claims(nonce, world.deps.config.publicUrl);
    const idToken = await world.platform().sign(claims, {}, privateKey);
    return () => world.post({ state, id_token: idToken }, { cookie });
  }],
  ['a good login with a token of an unknown issuer', 401, async () => {
    const { state, cookie, nonce } = await world.login();
    const claims = (n: number): Claims => ({
      ...world.platform().claims(nonce, world.deps.config.publicUrl),
      iss: `https://${n}.example`,
    });
    return async (n) => world.post({ state, id_token: await world.platform().sign(claims(n)) }, { cookie });
  }],
  ['a bearer that is none', 401, () => () => world.api('/session', { bearer: text(9) })],
  ['a bearer of our shape', 401, () => () => world.api('/session', { bearer: `wm.${uuidBytes()}.${text(32)}` })],
  ['a bearer of our shape at an upload', 401, () => () =>
    world.request('/api/v1/uploads', {
      method: 'POST',
      headers: uploadHeaders({ size: 5, bearer: `wm.${uuidBytes()}.${text(32)}` }),
    })],
  ['a bearer that once was a code', 401, async () => {
    const { bearer } = await moveIn();
    const made = await world.api('/session/window-code', { method: 'POST', bearer, body: {} });
    const { code } = JSON.parse(made.text) as { code: string };
    return () => world.api('/session', { bearer: `wm.${code}` });
  }],
  ['no bearer', 401, () => () => world.api('/session', {})],
  ['a one-time code', 401, () => () =>
    world.api('/session/redeem', { method: 'POST', body: { code: `${uuidBytes()}.${text(32)}` } })],
  ['a resume cookie', 401, async () => {
    const page = await world.launch();
    const key = String(blockOf(page.text, 'waymark-session')['key']);
    return () => resume(key, `${uuidBytes()}.${text(32)}`);
  }],
  ['a key to resume', 401, () => () => resume(text(32), `${uuidBytes()}.${text(32)}`)],
  ['a page of no launch', 200, () => () => get(`/app/${text(32)}/`)],
  ['a link to a file', 403, () => () =>
    get(`/files/${randomUUID()}?exp=${Math.floor(Date.now() / 1000) + 100}&sig=${text(64)}`)],
  ['an invite', 403, () => () =>
    get(`/lti/register?invite=${text(32)}&openid_configuration=${encodeURIComponent(world.platform().url)}`)],
  ['an address where nothing is', 404, () => (n) => get(`/api/v1/nothing/${n}`)],
]; // prettier-ignore

/** The two things that garbage may cost, whoever sends how much: the operator's lines, and the list of what is registered. */
const isUnavoidable = ({ name, collection }: SentCommand): boolean =>
  (name === 'insert' && collection === 'launchRefusals') || (name === 'find' && collection === 'platforms');

describe('requests of one address that have proven nothing, ten times as many as any limit allows', () => {
  test.each(GARBAGE)('%s: are refused without a look-up, and a good neighbour goes on', async (_kind, status, prepare) => {
    nowMs += 120_000;
    const neighbour = await moveIn();
    const send = await prepare();
    await send(0);
    const began = performance.now();

    const answers = await flood(send);
    await world.tool().refusals.flush();

    const seconds = (performance.now() - began) / 1000;
    const sent = commands.of(...answers);
    expect([...new Set(answers.map((answered) => answered.status))]).toEqual([status]);
    expect(sent.filter((command) => !isUnavoidable(command))).toEqual([]);
    // lines go out together twice a second, the list is read once a second
    expect(sent.length).toBeLessThanOrEqual(3 * seconds + 2);
    expect(await goOn(neighbour)).toEqual(WELL);
  }, 240_000); // prettier-ignore

  test('leave as many lines as one address may, and those of another address stay', async () => {
    nowMs += 120_000;
    const refused = () => world.post({ state: 'a b', id_token: 'x' });
    const first = await refused();
    for (let n = 0; n < 60; n += 1) await refused();

    const last = await refused();

    expect(await world.findRefusal(first)).toMatchObject({ reason: 'STATE_MALFORMED' });
    expect(await world.findRefusal(last)).toBeNull();
  });
});

/** An address below a route, and how it is asked: anybody may try anything there. */
const toRequest = ({ method, path }: MountedRoute): [string, string] => [
  path.replace(/\*\w+/g, 'rest').replace(/:\w+/g, () => randomUUID()),
  method === '_all' ? 'POST' : method.toUpperCase(),
];

describe('a route, whichever it is', () => {
  test('counts nothing against an address that has proven nothing there, and looks nothing up below /api/v1', async () => {
    nowMs += 120_000;
    const neighbour = await moveIn();
    const floods: [string, Answered[]][] = [];

    for (const route of mountedRoutes(createApp(world.tool()))) {
      const [path, method] = toRequest(route);
      const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
      const body = ['GET', 'HEAD'].includes(method) ? {} : { body: '{' };
      const answers = await flood((n) => {
        const authorization = `Bearer wm.${uuidBytes()}.${text(32)}`;
        const shown = n % 2 === 0 ? { authorization } : {};
        return world.request(path, { method, headers: { ...headers, ...shown }, ...body });
      });
      floods.push([`${method} ${path}`, answers]);
    }
    const after = await goOn(neighbour);

    const isOdd = ({ status }: Answered): boolean => status === 429 || status >= 500;
    const api = floods.filter(([route]) => route.includes(' /api/v1'));
    expect(floods.filter(([, answers]) => answers.some(isOdd))).toEqual([]);
    expect(api.filter(([, answers]) => commands.of(...answers).length > 0)).toEqual([]);
    expect(after).toEqual(WELL);
    // more than any limit by address that one would think of
    expect(floods.flatMap(([, answers]) => answers).length).toBeGreaterThan(2_000);
  }, 240_000);
});

describe('lines about refusals', () => {
  test('of many addresses that have proven nothing leave the place of those about real people', async () => {
    const log = new RefusalLog(world.tool(), { perMinute: FEW, now });
    const refuse = (person: string | null, address: string): string => {
      const refused = new LaunchRefused('ROLE_MENTOR');
      refused.person = person;
      const correlationId = randomUUID();
      log.record(refused, { correlationId, route: 'POST /launch', address });
      return correlationId;
    };
    nowMs += 120_000;

    const unproven = Array.from({ length: FLOOD }, (_, n) => refuse(null, `192.0.2.${n}`));
    const proven = refuse('platform person', '192.0.2.1');
    await log.flush();

    expect(await LaunchRefusalModel.countDocuments({ _id: { $in: unproven } })).toBe(FEW);
    expect(await LaunchRefusalModel.countDocuments({ _id: proven })).toBe(1);
  });
});

describe('500 good launches from one address', () => {
  test('in ten seconds all pass', async () => {
    let passed = 0;

    for (let round = 0; round < 25; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => world.launch()));
      passed += answers.filter(({ status }) => status === 200).length;
    }

    expect(passed).toBe(500);
  }, 240_000);
});

describe('what was proven, and is refused over and over', () => {
  const mentor = (claims: Claims): Claims => ({
    ...claims,
    sub: 'mentor',
    'https://purl.imsglobal.org/spec/lti/claim/roles': [
      'http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor',
    ],
  });

  test('a launch is turned away for that person only, without a look-up, until a minute later', async () => {
    nowMs += 120_000;
    for (let n = 0; n < FEW; n += 1) await world.launch({ claims: mentor });

    const beyond = await world.launch({ claims: mentor });
    const neighbour = await world.launch();
    nowMs += 61_000;
    const later = await world.launch({ claims: mentor });

    expect([beyond, neighbour, later].map(({ status }) => status)).toEqual([429, 200, 403]);
    expect(Number(beyond.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(commands.of(beyond)).toEqual([]);
  });

  test('a bearer whose session has ended is not looked up any more', async () => {
    nowMs += 120_000;
    const { bearer } = await moveIn();
    await world.api('/session', { method: 'DELETE', bearer });
    for (let n = 0; n < FEW; n += 1) await world.api('/session', { bearer });

    const beyond = await world.api('/session', { bearer });

    expect(beyond.status).toBe(401);
    expect(commands.of(beyond)).toEqual([]);
  });

  test('an invite may be tried 30 times in ten minutes, and another one is not held up', async () => {
    const [one, another] = [await newInvite(), await newInvite()];
    const attempt = (search: string) => get(`/lti/register${search}&openid_configuration=${nowhere()}`);
    for (let n = 0; n < 30; n += 1) await attempt(one);

    const beyond = await attempt(one);
    const other = await attempt(another);

    expect(beyond.status).toBe(429);
    expect(other.status).not.toBe(429);
  });
});

describe('an address as limits count it', () => {
  test.each([
    ['a /64 of IPv6', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['another /64', '2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['IPv4 written as IPv6', '::ffff:192.0.2.1', '192.0.2.1', true],
    ['another IPv4', '192.0.2.1', '192.0.2.2', false],
  ])('%s', (_what, one, other, same) => {
    expect(limitedAddress(one) === limitedAddress(other)).toBe(same);
  });
});
