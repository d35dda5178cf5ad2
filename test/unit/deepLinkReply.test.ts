import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { AppError } from '../../server/errors.ts';
import {
  requireAcceptable,
  requireReturnUrl,
  signDeepLinkReply,
  type LinkItem,
} from '../../server/lti/deepLinking.ts';
import { formatPolicy, parsePolicy, resourceIdOf } from '../../server/lti/policy.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const deps = {
  clock: { now: () => new Date() },
  keys: { signingKey: () => Promise.resolve({ kid: 'k1', privateKey }) },
};
const settings = {
  returnUrl: 'https://lms.example/return?course=3',
  acceptTypes: ['ltiResourceLink'],
  acceptMultiple: true,
  acceptLineItem: true,
  documentTargets: ['iframe'],
  data: 'csrf:abc&<x>',
};
const item = (change: Partial<LinkItem> = {}): LinkItem => ({
  title: 'Run it with one class',
  text: '',
  url: 'https://waymark.example/lti/launch',
  custom: { wm_pathway: randomUUID(), wm_policy: 'latest;rule=approved;points=10' },
  lineItem: { label: 'Run it', scoreMaximum: 10, resourceId: 'wm:1', tag: 'waymark' },
  ...change,
});
const DL = 'https://purl.imsglobal.org/spec/lti-dl/claim';

function refusalOf(work: () => unknown): string {
  try {
    work();
    return 'done';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

describe('56: the address of a reply', () => {
  test.each([
    'http://lms.example/return',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://lms.example/"><script>alert(1)</script>',
    'https://lms.example/a\nb',
    'https://lms;a.example/return',
    "https://lms'.example/return",
    'https://user:pw@lms.example/return',
    'not an address',
  ])('%s is refused', (address) => {
    expect(refusalOf(() => requireReturnUrl(address, false))).toMatch(/^NOT_DEEP_LINKING/u);
  });

  test('on this machine passes by http only where that is allowed', () => {
    const address = 'http://127.0.0.1:3100/return?course=3';

    expect(requireReturnUrl(address, true)).toBe(address);
    expect(refusalOf(() => requireReturnUrl(address, false))).toMatch(/^NOT_DEEP_LINKING/u);
  });

  test.each([
    ['https://lms.example/return?a=1&b=2', 'https://lms.example/return?a=1&b=2'],
    ["https://lms.example/O'Brien/return", "https://lms.example/O'Brien/return"],
    ["https://lms.example/return?name=O'Brien", 'https://lms.example/return?name=O%27Brien'],
    ['https://lms.example/return?title=a b', 'https://lms.example/return?title=a%20b'],
    ['https://lms.example/kür|s/{1}?x=`^', 'https://lms.example/k%C3%BCr|s/%7B1%7D?x=`^'],
  ])('%s is taken, and encoded where a form needs it', (address, encoded) => {
    expect(requireReturnUrl(address, false)).toBe(encoded);
  });
});

describe('57: an item that an LMS would drop', () => {
  test.each([
    ['of a type it does not take', { acceptTypes: ['link', 'html'] }, [item()]],
    ['beyond the one it takes', { acceptMultiple: false }, [item(), item({ title: 'The second' })]],
    ['with a column it does not take', { acceptLineItem: false }, [item()]],
    ['with a title too long for Moodle', {}, [item({ title: 'x'.repeat(256) })]],
    [
      'with half points',
      {},
      [item({ lineItem: { label: '', scoreMaximum: 12.5, resourceId: 'r', tag: 't' } })],
    ],
    [
      'with 1000 points',
      {},
      [item({ lineItem: { label: '', scoreMaximum: 1000, resourceId: 'r', tag: 't' } })],
    ],
    ['with a key in capitals', {}, [item({ custom: { wmPathway: 'x' } })]],
    ['with a line break in a value', {}, [item({ custom: { wm_policy: 'a\nb' } })]],
  ])('%s is named instead', (_case, change, items) => {
    const refusal = refusalOf(() => requireAcceptable({ ...settings, ...change }, items));

    expect(refusal).toMatch(/^ITEM_NOT_ACCEPTED: “.+” can’t be added: /u);
    expect(refusal).toContain(items.at(-1)?.title.slice(0, 20));
  });

  test('is not one without a column where none is taken, nor one where the LMS says nothing about columns', () => {
    expect(
      refusalOf(() => requireAcceptable({ ...settings, acceptLineItem: false }, [item({ lineItem: null })])),
    ).toBe('done');
    expect(refusalOf(() => requireAcceptable({ ...settings, acceptLineItem: null }, [item()]))).toBe('done');
  });
});

test('58: a reply is signed for the platform, lives five minutes and brings data back unchanged', async () => {
  const platform = { issuer: 'https://lms.example', clientId: 'client-1' };

  const jwt = await signDeepLinkReply(deps, { platform, deploymentId: '7', settings, items: [item()] });

  const verified = await jwtVerify(jwt, createPublicKey(privateKey), {
    issuer: 'client-1',
    audience: 'https://lms.example',
    algorithms: ['RS256'],
  });
  const { payload } = verified;
  expect(verified.protectedHeader).toMatchObject({ alg: 'RS256', kid: 'k1' });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(300);
  expect(payload['nonce']).toMatch(/^[0-9a-f-]{36}$/u);
  expect(payload[`${DL}/data`]).toBe('csrf:abc&<x>');
  expect(payload['https://purl.imsglobal.org/spec/lti/claim/deployment_id']).toBe('7');
  expect(payload['https://purl.imsglobal.org/spec/lti/claim/message_type']).toBe('LtiDeepLinkingResponse');
  expect(payload['https://purl.imsglobal.org/spec/lti/claim/version']).toBe('1.3.0');
  expect(payload[`${DL}/content_items`]).toMatchObject([
    { type: 'ltiResourceLink', lineItem: { scoreMaximum: 10 } },
  ]);
});

test('messages of a reply go out under their right names', async () => {
  const platform = { issuer: 'https://lms.example', clientId: 'client-1' };
  const reply = { platform, deploymentId: '7', settings: { ...settings, data: null }, items: [] };

  const jwt = await signDeepLinkReply(deps, { ...reply, message: 'Done.', errorMessage: 'Not done.' });

  const { payload } = await jwtVerify(jwt, createPublicKey(privateKey));
  expect(payload).toMatchObject({ [`${DL}/msg`]: 'Done.', [`${DL}/errormsg`]: 'Not done.' });
  expect(payload).not.toHaveProperty([`${DL}/data`]);
});

describe('the policy of a link', () => {
  test('comes back as it was written', () => {
    const policy = { version: 'latest', rule: 'share', points: 40 } as const;

    expect(parsePolicy(formatPolicy(policy), 'approved')).toEqual(policy);
    expect(formatPolicy(policy)).toBe('latest;rule=share;points=40');
  });

  test.each([null, '', '$Unresolved', 'LATEST; RULE = bogus ;points=0', 'latest;points=12.5', ';;;='])(
    '%j has defaults for what is not understood',
    (text) => {
      expect(parsePolicy(text, 'share')).toEqual({ version: 'latest', rule: 'share', points: 10 });
    },
  );

  test('its column has the same name in every course', () => {
    expect(resourceIdOf('p', null)).toBe('wm:p');
    expect(resourceIdOf('p', 'm')).toBe('wm:p:m');
  });
});
