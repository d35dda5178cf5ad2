import type { KeyObject } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { useLtiWorld, type LaunchOptions } from '../support/ltiWorld.ts';
import { makeSigningKey } from '../support/testPlatform.ts';
import { expectAccepted, expectRefused } from './support.ts';

const world = useLtiWorld();

// hours later, when the last test's doubts are forgotten and its keys are old
beforeEach(() => {
  const platform = world.platform();
  platform.published = [platform.key.publicJwk];
  world.deps.clock.advance(3 * 3600_000);
});

/** A launch that is signed with this key, under the kid that the platform has always had. */
async function signedWith(
  key = world.platform().key.privateKey,
  kid = world.platform().key.kid,
): Promise<LaunchOptions> {
  const login = await world.login();
  const iat = Math.floor(world.deps.clock.now().getTime() / 1000);
  const claims = world.platform().claims(login.nonce, world.deps.config.publicUrl);
  const token = await world.platform().sign({ ...claims, iat, exp: iat + 60 }, { kid }, key);
  return { login, token };
}

const launch = async () => world.launch(await signedWith());

async function replaceKey(): Promise<KeyObject> {
  const fresh = await makeSigningKey(world.platform().key.kid);
  world.platform().published = [fresh.publicJwk];
  return fresh.privateKey;
}

describe('a key that the platform replaced under the same kid', () => {
  test('lets the very next launch in, after the key set was fetched once more', async () => {
    await launch();
    const key = await replaceKey();
    const calls = world.platform().keySetCalls();
    const options = await signedWith(key);

    await expectAccepted(world, () => world.launch(options));

    expect(world.platform().keySetCalls()).toBe(calls + 1);
  });

  test('is fetched once for all launches that come at the same time, and lets all of them in', async () => {
    await launch();
    const key = await replaceKey();
    const calls = world.platform().keySetCalls();
    const launches = [];
    for (let n = 0; n < 6; n += 1) launches.push(await signedWith(key));

    const answers = await Promise.all(launches.map((options) => world.launch(options)));

    expect(answers.map(({ status }) => status)).toEqual(launches.map(() => 200));
    expect(world.platform().keySetCalls()).toBe(calls + 1);
  });

  test('no longer lets in what was signed with the old one', async () => {
    await launch();
    const old = world.platform().key.privateKey;
    const key = await replaceKey();
    await world.launch(await signedWith(key));
    const options = await signedWith(old);

    await expectRefused(world, () => world.launch(options), 'TOKEN_REFUSED', 'SIGNATURE');
  });

  test('is taken beside the old one while the platform publishes both', async () => {
    await launch();
    const fresh = await makeSigningKey(world.platform().key.kid);
    world.platform().published.push(fresh.publicJwk);
    const [withNew, withOld] = [
      await signedWith(fresh.privateKey),
      await signedWith(world.platform().key.privateKey),
    ];

    await expectAccepted(world, () => world.launch(withNew));
    await expectAccepted(world, () => world.launch(withOld));
  });
});

describe('forged tokens', () => {
  test.each([
    ['with a bad signature', undefined],
    ['with an unknown kid', 'nobody'],
  ])('%s never make us hammer the platform, and the real key still gets in', async (_case, kid) => {
    await launch();
    const forger = (await makeSigningKey()).privateKey;
    const calls = world.platform().keySetCalls();

    for (let second = 0; second < 25; second += 1) {
      world.deps.clock.advance(1_000);
      await world.launch(await signedWith(forger, kid));
    }
    const asked = world.platform().keySetCalls() - calls;
    const options = await signedWith();

    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(6);
    await expectAccepted(world, () => world.launch(options));
  });

  test('do not keep a replaced key out for longer than half a minute', async () => {
    await launch();
    const forger = (await makeSigningKey()).privateKey;
    for (let second = 0; second < 10; second += 1) {
      world.deps.clock.advance(1_000);
      await world.launch(await signedWith(forger));
    }
    const key = await replaceKey();

    world.deps.clock.advance(30_000);
    const options = await signedWith(key);

    await expectAccepted(world, () => world.launch(options));
  });

  test('are refused, not believed, when the key set can not be had', async () => {
    await launch();
    const forger = (await makeSigningKey()).privateKey;
    world.platform().published = null as never;
    const options = await signedWith(forger);

    await expectRefused(world, () => world.launch(options), 'TOKEN_REFUSED', 'SIGNATURE');
  });
});

describe('an odd key set', () => {
  test('leaves the good keys usable, whatever stands beside them', async () => {
    const { publicJwk } = world.platform().key;
    const odd = [null, 7, 'key', [], {}, { kid: 'x' }, { ...publicJwk, kid: null }, { kty: 'EC', kid: 'e' }];
    world.platform().published = [...odd, publicJwk] as never;

    await expectAccepted(world, launch);
  });

  test('may name its keys by number', async () => {
    const fresh = await makeSigningKey('17');
    world.platform().published.push({ ...fresh.publicJwk, kid: 17 as never });
    const options = await signedWith(fresh.privateKey, '17');

    await expectAccepted(world, () => world.launch(options));
  });
});
