import { createHmac, createPublicKey, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../contract/errors.ts';
import type { RefusalReason } from '../../server/lti/refusalReasons.ts';
import { useLtiWorld, type LaunchOptions, type LoggedIn } from '../support/ltiWorld.ts';
import { claimName, makeSigningKey, startTestPlatform, type Claims } from '../support/testPlatform.ts';
import { expectAccepted, expectRefused } from './support.ts';

const world = useLtiWorld();

const now = (): number => Math.floor(Date.now() / 1000);
const without = (name: string) => (claims: Claims) =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
const having = (change: Claims) => (claims: Claims) => ({ ...claims, ...change });

async function tokenFor(login: LoggedIn, how: (claims: Claims) => Promise<string>): Promise<LaunchOptions> {
  return { login, token: await how(world.platform().claims(login.nonce, world.deps.config.publicUrl)) };
}

function unsigned(header: object, claims: Claims, sign: (text: string) => string): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${sign(text)}`;
}

describe('signature and header', () => {
  test.each(['Learner', 'Instructor'])('1: a valid launch of a %s opens a session', async (role) => {
    const roles = [`http://purl.imsglobal.org/vocab/lis/v2/membership#${role}`];

    const info = await expectAccepted(world, () =>
      world.launch({ claims: having({ [claimName('roles')]: roles }) }),
    );

    expect(info['roles']).toEqual(
      role === 'Learner' ? ['participant'] : ['designer', 'participant', 'reviewer'],
    );
  });

  test('2: no kid', async () => {
    const options = await tokenFor(await world.login(), (claims) =>
      world.platform().sign(claims, { kid: undefined as never }),
    );

    await expectRefused(world, () => world.launch(options), 'TOKEN_REFUSED', 'KID_MISSING');
  });

  test('3: an unknown kid asks for the key set once more, then no further within the second', async () => {
    await world.launch();
    world.deps.clock.advance(2_000);
    const calls = world.platform().keySetCalls();
    const attempt = async () =>
      world.launch(
        await tokenFor(await world.login(), (claims) => world.platform().sign(claims, { kid: 'nobody' })),
      );

    await expectRefused(world, attempt, 'TOKEN_REFUSED', 'KID_UNKNOWN');
    await expectRefused(world, attempt, 'TOKEN_REFUSED', 'KID_UNKNOWN');

    expect(world.platform().keySetCalls()).toBe(calls + 1);
  });

  test('4: a platform that changed its key gets in', async () => {
    await world.launch();
    world.deps.clock.advance(2_000);
    const fresh = await makeSigningKey('fresh');
    world.platform().published.push(fresh.publicJwk);
    const options = await tokenFor(await world.login(), (claims) =>
      world.platform().sign(claims, { kid: 'fresh' }, fresh.privateKey),
    );

    await expectAccepted(world, () => world.launch(options));
  });

  test('5: a bad signature', async () => {
    const other = await makeSigningKey();
    const options = await tokenFor(await world.login(), (claims) =>
      world.platform().sign(claims, {}, other.privateKey),
    );

    await expectRefused(world, () => world.launch(options), 'TOKEN_REFUSED', 'SIGNATURE');
  });

  test('6: alg none', async () => {
    const { kid } = world.platform().key;
    const options = await tokenFor(await world.login(), (claims) =>
      Promise.resolve(unsigned({ alg: 'none', kid }, claims, () => 'AA')),
    );

    await expectRefused(world, () => world.launch(options), 'TOKEN_REFUSED', 'ALG');
  });

  test('7: HS256 signed with the public PEM', async () => {
    const { kid, publicJwk } = world.platform().key;
    const pem = createPublicKey({ key: publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const options = await tokenFor(await world.login(), (claims) =>
      Promise.resolve(
        unsigned({ alg: 'HS256', kid }, claims, (text) =>
          createHmac('sha256', pem).update(text).digest('base64url'),
        ),
      ),
    );

    await expectRefused(world, () => world.launch(options), 'TOKEN_REFUSED', 'ALG');
  });

  test('8: RS512 with the same key', async () => {
    const options = await tokenFor(await world.login(), (claims) =>
      world.platform().sign(claims, { alg: 'RS512' }),
    );

    await expectRefused(world, () => world.launch(options), 'TOKEN_REFUSED', 'ALG');
  });

  test.each([
    [['b64'], { b64: true }],
    [['exp'], { exp: 1 }],
    [['x'], {}],
    [[], {}],
    [null, {}],
  ])('8: a header whose “crit” is %j, as a JWS library that knows it would make it', async (crit, more) => {
    const { kid, privateKey } = world.platform().key;
    const options = await tokenFor(await world.login(), (claims) =>
      Promise.resolve(
        unsigned({ alg: 'RS256', kid, crit, ...more }, claims, (text) =>
          sign('sha256', Buffer.from(text), privateKey).toString('base64url'),
        ),
      ),
    );

    await expectRefused(world, () => world.launch(options), 'TOKEN_REFUSED', 'CRIT');
  });

  test.each([
    ['garbage', 'garbage'],
    ['three parts that are none', 'a.b.c'],
    ['a two-part token', 'eyJhbGciOiJSUzI1NiJ9.e30'],
    ['an empty token', ''],
    ['a header that is a list', `${Buffer.from('[]').toString('base64url')}.e30.AA`],
  ])('9: %s', async (_, token) => {
    await expectRefused(world, () => world.launch({ token }), 'LAUNCH_MALFORMED', 'TOKEN_MALFORMED');
  });
});

describe('issuer and audience', () => {
  const refused: [string, (claims: Claims) => Claims, ErrorCode, RefusalReason][] = [
    ['10: wrong iss', having({ iss: 'https://elsewhere.example' }), 'TOKEN_REFUSED', 'ISS'],
    ['12: unknown aud', having({ aud: 'nobody' }), 'TOKEN_REFUSED', 'AUD'],
    ['10: iss that is no web address', having({ iss: 'urn:lms' }), 'TOKEN_REFUSED', 'CLAIM_ISS'],
    ['10: iss that is a list', having({ iss: ['https://lms.example'] }), 'TOKEN_REFUSED', 'CLAIM_ISS'],
    ['12: aud that is a number', having({ aud: 5 }), 'TOKEN_REFUSED', 'CLAIM_AUD'],
    [
      '14: aud=[other,cid] without azp',
      having({ aud: ['other', 'client-1'] }),
      'TOKEN_REFUSED',
      'AZP_MISSING',
    ],
    ['15: azp is not the client id, aud a string', having({ azp: 'other' }), 'TOKEN_REFUSED', 'AZP'],
    [
      '15: azp is not the client id, aud a list',
      having({ aud: ['client-1', 'other'], azp: 'other' }),
      'TOKEN_REFUSED',
      'AZP',
    ],
  ];
  test.each(refused)('%s', async (_, claims, code, reason) => {
    await expectRefused(world, () => world.launch({ claims }), code, reason);
  });

  test('11: iss right, aud of another of our client ids', async () => {
    const second = await startTestPlatform('client-2');
    await world.addPlatform(second, {
      issuer: world.platform().issuer,
      jwksUrl: `${world.platform().url}/jwks`,
    });

    await expectRefused(
      world,
      () => world.launch({ claims: having({ aud: 'client-2' }) }),
      'TOKEN_REFUSED',
      'AUD',
    );

    await second.close();
  });

  test.each([
    ['13: aud=[cid] without azp', having({ aud: ['client-1'] })],
    [
      '15: azp is the client id beside another audience',
      having({ aud: ['other', 'client-1'], azp: 'client-1' }),
    ],
  ])('%s is accepted', async (_, claims) => {
    await expectAccepted(world, () => world.launch({ claims }));
  });
});

describe('times', () => {
  const at = (exp: number, iat: number) => (claims: Claims) => ({
    ...claims,
    exp: now() + exp,
    iat: now() + iat,
  });
  const refused: [string, (claims: Claims) => Claims, ErrorCode, RefusalReason][] = [
    ['16: expired beyond the tolerance of 60 s', at(-75, -135), 'LAUNCH_EXPIRED', 'TOKEN_EXPIRED'],
    ['18: no exp', without('exp'), 'TOKEN_REFUSED', 'EXP_MISSING'],
    ['18: exp that is text', having({ exp: '9999999999' }), 'TOKEN_REFUSED', 'EXP_MISSING'],
    ['19: no iat', without('iat'), 'TOKEN_REFUSED', 'IAT_MISSING'],
    ['20: iat more than 60 s ahead', at(600, 420), 'CLOCK_OFF', 'IAT_AHEAD'],
    ['21: iat older than 5 minutes, exp fine', at(600, -330), 'LAUNCH_EXPIRED', 'TOKEN_OLD'],
  ];
  test.each(refused)('%s', async (_, claims, code, reason) => {
    await expectRefused(world, () => world.launch({ claims }), code, reason);
  });

  test('17: expired by less than 60 s is accepted', async () => {
    await expectAccepted(world, () => world.launch({ claims: at(-30, -90) }));
  });

  test('17: a forged token within the tolerance is not', async () => {
    const other = await makeSigningKey();
    const options = await tokenFor(await world.login(), (claims) =>
      world.platform().sign(at(-30, -90)(claims), {}, other.privateKey),
    );

    await expectRefused(world, () => world.launch(options), 'TOKEN_REFUSED', 'SIGNATURE');
  });

  test('20: a clock that is 45 s ahead is accepted', async () => {
    await expectAccepted(world, () => world.launch({ claims: at(105, 45) }));
  });

  test('20: says by how many minutes the clocks differ', async () => {
    const answered = await world.launch({ claims: at(600, 420) });

    expect(answered.text).toContain('The clocks differ by 7 minutes');
  });
});

describe('nonce', () => {
  test('22: absent', async () => {
    await expectRefused(
      world,
      () => world.launch({ claims: without('nonce') }),
      'TOKEN_REFUSED',
      'NONCE_MISSING',
    );
  });

  test('23: not the one of this state', async () => {
    const other = await world.login();

    await expectRefused(
      world,
      () => world.launch({ claims: having({ nonce: other.nonce }) }),
      'TOKEN_REFUSED',
      'NONCE_NOT_OF_LOGIN',
    );
  });
});
