import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { getSessionDoc } from '../../server/features/sessions/sessions.service.ts';
import { SAMPLE } from '../support/build.ts';
import { blockOf, useLtiWorld } from '../support/ltiWorld.ts';
import { claimName, MEMBERSHIP, type Claims } from '../support/testPlatform.ts';
import { expectAccepted, expectRefused } from './support.ts';

const world = useLtiWorld();
const SETTINGS = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';

const settings = (change: Claims = {}): Claims => ({
  deep_link_return_url: 'https://lms.example/return?course=3&sesskey=x',
  accept_types: ['ltiResourceLink'],
  accept_presentation_document_targets: ['iframe', 'window'],
  accept_multiple: true,
  data: 'csrf:abc&<x>',
  ...change,
});

function deepLinking(change: Claims = {}, role = 'ContentDeveloper') {
  return (claims: Claims): Claims => {
    const { [claimName('resource_link')]: _, ...rest } = claims;
    return {
      ...rest,
      [claimName('message_type')]: 'LtiDeepLinkingRequest',
      [claimName('roles')]: [`${MEMBERSHIP}#${role}`],
      [SETTINGS]: settings(change),
    };
  };
}

describe('deep linking request', () => {
  test('opens the picker, and its settings stay as they were sent', async () => {
    const answered = await world.launch({ claims: deepLinking() });

    const { bearer } = blockOf(answered.text, 'waymark-session');
    const info = JSON.parse((await world.api('/session', { bearer: String(bearer) })).text) as { id: string };
    expect(info).toMatchObject({
      shows: { kind: 'picker' },
      roles: ['designer', 'participant'],
      startsAs: 'designer',
    });
    const session = await getSessionDoc({ institutionId: world.institutionId(), id: info.id });
    expect(session.deepLinking).toEqual({
      returnUrl: 'https://lms.example/return?course=3&sesskey=x',
      acceptTypes: ['ltiResourceLink'],
      acceptMultiple: true,
      acceptLineItem: null,
      documentTargets: ['iframe', 'window'],
      data: 'csrf:abc&<x>',
    });
    expect(answered.headers.get('content-security-policy')).toMatch(
      /form-action 'self' [^;]*https:\/\/lms\.example/,
    );
  });

  const urls: [string, unknown][] = [
    ['absent', undefined],
    ['of another scheme', 'ftp://lms.example/return'],
    ['a script', 'javascript:alert(1)'],
    ['with markup', 'https://lms.example/"><script>alert(1)</script>'],
    ['with a password', 'https://a:b@lms.example/'],
  ];
  test.each(urls)('56: return URL %s', async (_, url) => {
    const claims = deepLinking({ deep_link_return_url: url });

    const answered = await expectRefused(
      world,
      () => world.launch({ claims }),
      'LAUNCH_MALFORMED',
      'DEEP_LINK_RETURN_URL',
    );

    expect(answered.text).not.toContain('alert(1)');
  });

  test('57: a platform that does not accept links gets as far as the picker, which says so', async () => {
    await expectAccepted(world, () =>
      world.launch({ claims: deepLinking({ accept_types: ['file'], accept_multiple: false }) }),
    );
  });

  test('a learner who asks for it is refused', async () => {
    const answered = await expectRefused(
      world,
      () => world.launch({ claims: deepLinking({}, 'Learner') }),
      'NO_ROLE',
      'DEEP_LINKING_BY_LEARNER',
    );

    expect(answered.text).toContain('Adding links is for those who run the course');
  });

  test('an institution administrator without a role in the course may embed in it', async () => {
    const claims = (all: Claims): Claims => ({
      ...deepLinking()(all),
      [claimName('roles')]: ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator'],
    });

    const info = await expectAccepted(world, () => world.launch({ claims }));

    expect(info['roles']).toEqual(['designer', 'participant']);
  });
});

async function pick(change: Claims, items: number, moduleKey: string | null = null) {
  const answered = await world.launch({ claims: deepLinking(change) });
  const { bearer } = blockOf(answered.text, 'waymark-session');
  const item = {
    pathwayKey: SAMPLE.key,
    moduleKey,
    title: 'Quick checks',
    points: 10,
    rule: 'approved',
  };
  const body = { items: Array.from({ length: items }, () => item) };
  return world.api('/deep-linking/reply', { method: 'POST', bearer: String(bearer), body });
}

describe('deep linking reply', () => {
  test.each([
    ['accept_types lacks ltiResourceLink', { accept_types: ['file'] }, 1],
    ['accept_multiple false and two items', { accept_multiple: false }, 2],
  ])('57: %s: said, and nothing is signed', async (_, change, items) => {
    const answered = await pick(change, items);

    expect(answered.status).toBe(422);
    expect(JSON.parse(answered.text)).toMatchObject({ code: 'ITEM_NOT_ACCEPTED' });
  });

  test('57: accept_multiple false and one item is signed', async () => {
    const answered = await pick({ accept_multiple: false }, 1);

    expect(answered.status).toBe(200);
  });

  test('58: is signed by a key of /lti/jwks, from the client id to the issuer, for 5 minutes at most, with data echoed', async () => {
    const answered = await pick({}, 2);

    const { action, jwt } = JSON.parse(answered.text) as { action: string; jwt: string };
    const keys = JSON.parse((await world.request('/lti/jwks')).text) as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(jwt, createLocalJWKSet(keys), {
      algorithms: ['RS256'],
      issuer: world.platform().clientId,
      audience: world.platform().issuer,
    });
    expect(action).toBe('https://lms.example/return?course=3&sesskey=x');
    expect(keys.keys.map(({ kid }) => kid)).toContain(protectedHeader.kid);
    expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(300);
    const DL = 'https://purl.imsglobal.org/spec/lti-dl/claim';
    expect(payload).toMatchObject({
      [claimName('message_type')]: 'LtiDeepLinkingResponse',
      [claimName('version')]: '1.3.0',
      [claimName('deployment_id')]: 'd1',
      [`${DL}/data`]: 'csrf:abc&<x>',
    });
    expect(payload[`${DL}/content_items`]).toHaveLength(2);
  });

  test('each link says what it shows: a module not what its pathway says of itself', async () => {
    const answered = await pick({}, 1, SAMPLE.modules[0]?.key);

    const { jwt } = JSON.parse(answered.text) as { jwt: string };
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Claims;
    const items = claims['https://purl.imsglobal.org/spec/lti-dl/claim/content_items'] as { text: string }[];
    expect(items[0]?.text).toMatch(/^.+, about \d+ min\. Part of “.+”\.$/);
  });

  test('58: no data in the request, none in the reply', async () => {
    const answered = await pick({ data: undefined }, 1);

    const { jwt } = JSON.parse(answered.text) as { jwt: string };
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Claims;
    expect(Object.keys(claims)).not.toContain('https://purl.imsglobal.org/spec/lti-dl/claim/data');
  });
});
