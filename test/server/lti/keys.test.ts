import { createHook } from 'node:async_hooks';
import { createPublicKey, createSign, createVerify } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ToolKeys, PUBLISH_LEAD_MS } from '../../../server/lti/keys.ts';
import { LtiKeyModel } from '../../../server/lti/ltiKey.model.ts';
import { useLtiWorld } from '../../support/ltiWorld.ts';

const world = useLtiWorld();

beforeEach(() => LtiKeyModel.deleteMany({}));

describe('the keys of the tool', () => {
  test('one is made by many processes that start at once', async () => {
    const processes = Array.from({ length: 6 }, () => new ToolKeys(world.deps));

    const keys = await Promise.all(processes.map((process) => process.signingKey()));

    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
    expect(await LtiKeyModel.countDocuments({})).toBe(1);
  });

  test('the private half is sealed, and what it signs the published half verifies', async () => {
    const keys = new ToolKeys(world.deps);

    const { kid, privateKey } = await keys.signingKey();

    const [jwk] = (await keys.publicJwks()).keys;
    const signature = createSign('RSA-SHA256').update('x').sign(privateKey);
    const publicKey = createPublicKey({ key: jwk ?? {}, format: 'jwk' });
    expect(createVerify('RSA-SHA256').update('x').verify(publicKey, signature)).toBe(true);
    expect(jwk).toMatchObject({ kid, alg: 'RS256', use: 'sig' });
    expect(Object.keys(jwk ?? {})).not.toContain('d');
    expect(JSON.stringify(await LtiKeyModel.findById(kid).lean())).not.toContain('PRIVATE KEY');
  });

  test('a new one is published at once, signs later, and the old one stays published for a month', async () => {
    const keys = new ToolKeys(world.deps);
    const { kid: old } = await keys.signingKey();
    world.deps.clock.advance(PUBLISH_LEAD_MS);

    const fresh = await keys.rotate();

    const kids = async () => (await keys.publicJwks()).keys.map(({ kid }) => kid);
    expect(await kids()).toEqual([fresh, old]);
    expect((await keys.signingKey()).kid).toBe(old);
    world.deps.clock.advance(PUBLISH_LEAD_MS + 1000);
    expect((await keys.signingKey()).kid).toBe(fresh);
    world.deps.clock.advance(31 * 24 * 3600_000);
    expect(await kids()).toEqual([fresh]);
    world.deps.clock.set(new Date());
  });

  test('making one leaves the event loop free', async () => {
    const made = new Set<number>();
    let cameBack = 0;
    const hook = createHook({
      init: (id, type) => void (type.startsWith('KEYPAIRGEN') && made.add(id)),
      // only what was made on another thread comes back by a call
      before: (id) => void (made.has(id) && (cameBack += 1)),
    }).enable();

    await new ToolKeys(world.deps).signingKey();
    hook.disable();

    expect([made.size, cameBack]).toEqual([1, 1]);
  });

  test('/lti/jwks may be cached and says when it has not changed', async () => {
    const first = await world.request('/lti/jwks');

    const etag = first.headers.get('etag') ?? '';
    // fetch would ask for no cache beside it
    const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
    const again = await world.request('/lti/jwks', { headers });
    expect(first.headers.get('cache-control')).toBe('public, max-age=300');
    expect(again.status).toBe(304);
  });
});

describe('/lti/config', () => {
  test.each(['canvas', 'moodle', 'schoology'])(
    '%s is filled in with the addresses of this tool',
    async (lms) => {
      const answered = await world.request(`/lti/config/${lms}`);

      expect(answered.headers.get('content-type')).toContain('application/json');
      expect(answered.text).toContain('http://localhost:3000/lti/login');
      expect(answered.text).toContain('http://localhost:3000/lti/jwks');
      expect(answered.text).toContain('"localhost:3000"');
      expect(answered.text).not.toContain('{{');
    },
  );
});

describe('what no route of ltijs may answer', () => {
  test.each(['/lti/keys', '/lti/', '/lti', '/keys', '/login'])('%s', async (path) => {
    const answered = await world.request(path);

    expect(answered.status).toBe(404);
  });
});
