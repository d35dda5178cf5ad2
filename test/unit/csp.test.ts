import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIssuer, toAddress, toOrigin, toPageAddress } from '../../server/lti/addresses.ts';
import { claimedAncestors, frameAncestors } from '../../server/lti/frames.ts';
import { ANYONE, toPolicy } from '../../server/lti/pages/csp.ts';
import type { Platform } from '../../server/lti/platforms.ts';

/** Hosts that `new URL` takes and that would mean something else in a policy. */
const HOSTS = [
  'a;b.example',
  'a,b.example',
  '*.example',
  "a'b.example",
  'a"b.example',
  'a`b.example',
  'a{b}.example',
  'a(b).example',
  'a!b$c&d.example',
  'a+b=c.example',
  'lms.example.',
];
const SEPARATORS = /[;,*'"\s]/;

const platform: Platform = {
  _id: 'p',
  issuer: 'https://lms.example',
  clientId: 'c',
  authUrl: 'https://sso.lms.example/auth',
  authOrigin: 'https://sso.lms.example',
  tokenUrl: 'https://lms.example/token',
  tokenAudience: null,
  jwksUrl: 'https://lms.example/jwks',
  family: 'canvas',
  name: 'LMS',
  nameFrom: 'operator',
  addedOrigins: ['https://school.example'],
  inviteId: null,
  institutionIdOnRegistration: null,
  autoApprove: false,
  state: 'active',
  createdAt: new Date(0),
};

describe('an origin of a platform', () => {
  test.each(HOSTS)('is none with the host %s, wherever an address is read', (host) => {
    const address = `https://${host}/x`;

    expect(toOrigin(address)).toBeNull();
    expect(toAddress(address, true)).toBeNull();
    expect(toPageAddress(address, true)).toBeNull();
    expect(isIssuer(address)).toBe(false);
    expect(claimedAncestors(address)).toEqual(["'self'"]);
  });

  test.each([
    ['https://lms.example/a/b?c', 'https://lms.example'],
    ['https://LMS.example:8443', 'https://lms.example:8443'],
    ['http://localhost:3100/', 'http://localhost:3100'],
    ['http://[::1]:3100/', 'http://[::1]:3100'],
    ['https://münchen.example/', 'https://xn--mnchen-3ya.example'],
    ['https://my_moodle.school.example/', 'https://my_moodle.school.example'],
  ])('of %s is %s', (address, origin) => {
    expect(toOrigin(address)).toBe(origin);
  });

  test('is the same however often it is asked for, in letters of Latin-1 too', () => {
    const address = 'https://lms.example/prüfung/é';

    const origins = new Set(Array.from({ length: 20_000 }, () => toOrigin(address)));

    expect([...origins]).toEqual(['https://lms.example']);
  });

  test('has no sign in it that separates anything, whatever the address', () => {
    const parts = fc.string({ unit: fc.constantFrom(...'ab.:/;,*\'" @?#[]%\\\u0000é{}'), maxLength: 30 });

    fc.assert(
      fc.property(parts, (rest) => {
        const origin = toOrigin(`https://${rest}`);
        expect(origin === null || !SEPARATORS.test(origin)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a policy', () => {
  const names = (policy: string): string[] =>
    policy.split(';').map((part) => part.trim().split(' ')[0] ?? '');

  test('keeps its directives whatever stands among its sources', () => {
    const source = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(
        ...HOSTS.map((host) => `https://${host}`),
        '*',
        'https://*',
        'https:',
        "'unsafe-inline'",
        'data:',
      ),
    );

    fc.assert(
      fc.property(fc.array(source, { maxLength: 6 }), (sources) => {
        const policy = toPolicy({ 'frame-ancestors': sources, 'form-action': ["'self'", ...sources] });

        expect(names(policy)).toEqual(['frame-ancestors', 'form-action']);
        expect(policy).not.toMatch(/[,*"]|unsafe|data:/);
      }),
    );
  });

  test('names the origins of a platform and the wildcards of its make, and nothing of hosts that mean something else', () => {
    const odd = {
      ...platform,
      addedOrigins: ['https://school.example', ...HOSTS.map((host) => `https://${host}`)],
    };

    const policy = toPolicy({ 'frame-ancestors': frameAncestors(odd, "https://o;frame-src *.example/'") });

    expect(policy).toBe(
      'frame-ancestors https://lms.example https://sso.lms.example https://school.example https://*.instructure.com https://*.canvaslms.com',
    );
  });

  test('without a source that may stand there lets nobody in; everybody only where that is said', () => {
    expect(toPolicy({ 'frame-ancestors': ['*', 'https://*.example'] })).toBe("frame-ancestors 'none'");
    expect(toPolicy({ 'frame-ancestors': ANYONE })).toBe('frame-ancestors *');
  });
});
