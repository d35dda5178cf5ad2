import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { prepareScore, serviceUrl, type AgsClient } from '../../../server/lti/ags.ts';
import { AGS_SCOPE } from '../../../server/lti/claimNames.ts';
import { ToolKeys } from '../../../server/lti/keys.ts';
import { Outbound } from '../../../server/lti/outbound.ts';
import { createLtiServices } from '../../../server/lti/services.ts';
import { quirksOf } from '../../../server/lti/quirks.ts';
import type { ServicePlatform } from '../../../server/lti/token.ts';
import { useServices } from '../../support/services.ts';

const { deps } = useServices();

interface Seen {
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A platform of which each test says what it answers. */
let server: Server;
let base: string;
let seen: Seen[];
let answer: (request: Seen, res: ServerResponse) => void;
let tokenAnswer: (res: ServerResponse) => void;
let keys: ToolKeys;
let outbound: Outbound;
let ags: AgsClient;

const platform = (change: Partial<ServicePlatform> = {}): ServicePlatform => ({
  _id: 'platform',
  issuer: base,
  clientId: 'client-1',
  tokenUrl: `${base}/token`,
  tokenAudience: null,
  family: 'other',
  ...change,
});
const ALL = Object.values(AGS_SCOPE);
const target = (change: Partial<ServicePlatform> = {}) => ({ platform: platform(change), offered: ALL });
const score = (change = {}) =>
  prepareScore(platform(), {
    userId: 'person-77',
    scoreGiven: 8,
    scoreMaximum: 10,
    comment: 'Approved 23 Nov in Waymark',
    timestamp: new Date(),
    firstTry: true,
    launchUrl: 'http://localhost:3000/lti/launch',
    submittedAt: null,
    forced: false,
    ...change,
  });
const grantToken =
  (life: number, more: object = {}) =>
  (res: ServerResponse) =>
    res.end(JSON.stringify({ access_token: `t-${seen.length}`, expires_in: life, ...more }));
const services = (): Seen[] => seen.filter(({ url }) => url !== '/token');

beforeEach(async () => {
  seen = [];
  answer = (_request, res) => res.writeHead(204).end();
  server = createServer((req, res) => {
    let body = '';
    req.on('data', (part: Buffer) => (body += part.toString('utf8')));
    req.on('end', () => {
      const request = { url: req.url ?? '', headers: req.headers, body };
      seen.push(request);
      // as Moodle labels it
      if (req.url === '/token') tokenAnswer(res.setHeader('content-type', 'text/html'));
      else answer(request, res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  tokenAnswer = grantToken(3600);
  keys = new ToolKeys(deps);
  outbound = new Outbound({ version: '1', publicUrl: deps.config.publicUrl, allowLocal: true });
  ({ ags } = createLtiServices({ clock: deps.clock, keys, outbound }));
});
afterEach(async () => {
  deps.clock.set(new Date());
  await outbound.close();
  server.closeAllConnections();
  server.close();
});

describe('an access token', () => {
  test('is asked for with an assertion that a platform without leeway takes', async () => {
    await ags.sendScore(target({ tokenAudience: 'https://audience.example' }), `${base}/li/1`, score());

    const form = new URLSearchParams(seen[0]?.body);
    const assertion = form.get('client_assertion') ?? '';
    const set = createLocalJWKSet(await keys.publicJwks());
    const { payload } = await jwtVerify(assertion, set, { audience: 'https://audience.example' });
    const nowS = Date.now() / 1000;
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    expect(payload).toMatchObject({ iss: 'client-1', sub: 'client-1' });
    expect(payload.nbf).toBeUndefined();
    expect(nowS - (payload.iat ?? 0)).toBeGreaterThanOrEqual(5);
    expect((payload.exp ?? 0) - nowS).toBeGreaterThan(30);
    expect(form.get('scope')?.split(' ')).toEqual(
      expect.arrayContaining([AGS_SCOPE.score, AGS_SCOPE.result]),
    );
  });

  test('is asked for once, however many calls come at the same time', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ags.sendScore(target(), `${base}/li/1`, score())));

    expect(seen.filter(({ url }) => url === '/token')).toHaveLength(1);
    expect(services()).toHaveLength(8);
  });

  test('is renewed a minute before it ends', async () => {
    const asked = (): number => seen.filter(({ url }) => url === '/token').length;
    await ags.sendScore(target(), `${base}/li/1`, score());

    deps.clock.advance(3_530_000);
    await ags.sendScore(target(), `${base}/li/1`, score());
    const before = asked();
    deps.clock.advance(20_000);
    await ags.sendScore(target(), `${base}/li/1`, score());

    expect([before, asked()]).toEqual([1, 2]);
  });

  describe('of a platform that answers 401 to every read', () => {
    const asked = (): number => seen.filter(({ url }) => url === '/token').length;
    const read = () => ags.readResult(target(), `${base}/li/${seen.length}`, 'person-77');
    const refuseReads = (request: Seen, res: ServerResponse): void => {
      res.writeHead(request.url.includes('/results') ? 401 : 204).end();
    };

    test('is asked for twice, however many results of whichever columns are read', async () => {
      answer = refuseReads;

      for (let n = 0; n < 20; n += 1) await read();

      expect(asked()).toBe(2);
      expect(services()).toHaveLength(21);
    });

    test('is tried anew after ten minutes, and reads again as soon as it may', async () => {
      answer = refuseReads;
      await read();
      await read();
      deps.clock.advance(11 * 60_000);

      await read();
      const later = asked();
      answer = (_request, res) => res.end('[]');
      const outcome = await read();

      expect(later).toBe(3);
      expect(outcome.ok).toBe(true);
    });

    test('is asked for anew as before when a score is refused, and then reads with that', async () => {
      answer = refuseReads;
      await read();
      const before = asked();
      const current = `t-${seen.findLastIndex(({ url }) => url === '/token') + 1}`;
      answer = ({ headers, url }, res) => {
        const isOld = headers.authorization === `Bearer ${current}`;
        res.writeHead(isOld ? 401 : 200).end(url.includes('/results') ? '[]' : '');
      };

      const sent = await ags.sendScore(target(), `${base}/li/1`, score());
      const outcome = await read();

      expect([sent.ok, outcome.ok]).toEqual([true, true]);
      expect(asked()).toBe(before + 1);
    });
  });

  test('is asked for again once after a 401, and then no more', async () => {
    answer = (_request, res) => res.writeHead(401).end();

    const outcome = await ags.sendScore(target(), `${base}/li/1`, score());

    expect(outcome).toMatchObject({
      ok: false,
      fault: { status: 401, reason: 'token_refused', retryable: false },
    });
    expect(seen.filter(({ url }) => url === '/token')).toHaveLength(2);
    expect(services()).toHaveLength(2);
  });

  test.each([
    [400, { error: 'invalid_scope' }, 'scope_missing', false],
    [401, { error: 'invalid_client' }, 'token_refused', false],
    [400, { error: 'Cannot handle token with iat prior to …' }, 'token_refused', false],
    [503, {}, 'lms_silent', true],
    [429, {}, 'lms_silent', true],
  ])('that is answered %i %j means %s', async (status, body, reason, retryable) => {
    tokenAnswer = (res) => res.writeHead(status).end(JSON.stringify(body));

    const outcome = await ags.sendScore(target(), `${base}/li/1`, score());

    expect(outcome).toMatchObject({ ok: false, fault: { reason, retryable, nothingDone: true } });
    expect(services()).toHaveLength(0);
  });

  test('that lacks the scope is told from one that is refused', async () => {
    tokenAnswer = grantToken(3600, { scope: AGS_SCOPE.result });
    answer = (_request, res) => res.writeHead(401).end();

    const outcome = await ags.sendScore(target(), `${base}/li/1`, score());

    expect(outcome).toMatchObject({ ok: false, fault: { reason: 'scope_missing' } });
  });
});

describe('a call', () => {
  test('puts the service before the query, with the one right media type and a name', async () => {
    await ags.sendScore(target(), `${base}/li/2/lineitem?type_id=7`, score());

    expect(services()[0]?.url).toBe('/li/2/lineitem/scores?type_id=7');
    expect(services()[0]?.headers).toMatchObject({
      'content-type': 'application/vnd.ims.lis.v1.score+json',
      authorization: 'Bearer t-1',
    });
    expect(services()[0]?.headers['user-agent']).toContain('Waymark/');
    expect(serviceUrl('https://lms.example/li/2?type_id=7', 'results')).toBe(
      'https://lms.example/li/2/results?type_id=7',
    );
  });

  test('reads one person’s result, numbers as numbers or as text', async () => {
    answer = (_request, res) =>
      res.end(JSON.stringify([{ id: 'x', userId: 77, resultScore: '8.5', resultMaximum: 10 }]));

    const outcome = await ags.readResult(target(), `${base}/li/2?type_id=7`, '77');

    expect(services()[0]?.url).toBe('/li/2/results?type_id=7&user_id=77');
    expect(outcome).toMatchObject({ ok: true, value: { score: 8.5, maximum: 10 } });
  });

  test('follows pages of line items, each once, and never to another host', async () => {
    answer = (request, res) => {
      const page = Number(new URL(request.url, base).searchParams.get('page') ?? 1);
      const next = page < 3 ? `${base}/items?page=${page + 1}` : 'https://elsewhere.example/items';
      res.setHeader('link', `<${next}>; rel="next", <${base}/items>; rel="first"`);
      res.end(JSON.stringify([{ id: `${base}/items/${page}`, label: `Column ${page}`, scoreMaximum: 10 }]));
    };

    const outcome = await ags.listLineItems(target(), `${base}/items`, { tag: 'waymark' });

    expect(outcome).toMatchObject({
      ok: true,
      value: [{ label: 'Column 1' }, { label: 'Column 2' }, { label: 'Column 3' }],
    });
    expect(services().map(({ url }) => url)).toEqual([
      '/items?tag=waymark',
      '/items?page=2',
      '/items?page=3',
    ]);
  });

  test('leaves Moodle’s Link header of line items alone', async () => {
    answer = (_request, res) => {
      res.setHeader('link', Buffer.from(`<${base}/items?from=2&amp;limit=2>; rel=“next”`).toString('latin1'));
      res.end(JSON.stringify([{ id: `${base}/items/1`, label: 'One', scoreMaximum: 10 }]));
    };

    const outcome = await ags.listLineItems(target({ family: 'moodle' }), `${base}/items`);

    expect(outcome).toMatchObject({ ok: true, value: [{ label: 'One' }] });
    expect(services()).toHaveLength(1);
  });

  test('keeps what the LMS said without what we had said', async () => {
    const prepared = score();
    answer = (_request, res) => {
      res.statusMessage = `Incorrect score received${prepared.body}`;
      res.writeHead(400).end('[]');
    };

    const outcome = await ags.sendScore(target({ family: 'moodle' }), `${base}/li/1`, prepared);

    expect(outcome).toMatchObject({
      ok: false,
      fault: { reason: 'not_gradable', lmsMessage: 'Incorrect score received' },
    });
  });

  test('keeps no person’s id or address in a message, and no more than 300 characters', async () => {
    answer = (_request, res) =>
      res.writeHead(422).end(JSON.stringify({ error: `No person-77, a@b.example ${'x'.repeat(400)}` }));

    const outcome = await ags.sendScore(target(), `${base}/li/1`, score());

    const said = outcome.ok ? '' : (outcome.fault.lmsMessage ?? '');
    expect(said).toMatch(/^No …, … x+$/u);
    expect(said).toHaveLength(300);
  });
});

describe('an LMS’s habits', () => {
  const refusal = (status: number, message: string) => ({
    service: 'score' as const,
    status,
    message,
    header: () => null,
    scopeGranted: true,
  });

  test.each([
    ['canvas', 422, 'User not found in course or is not a student', 'not_gradable'],
    [
      'canvas',
      422,
      'The maximum number of allowed attempts has been reached for this submission',
      'attempts_used_up',
    ],
    [
      'canvas',
      422,
      'This course has concluded. AGS requests will no longer be accepted for this course.',
      'course_ended',
    ],
    ['canvas', 400, 'Provided timestamp of x before last updated timestamp of y', 'newer_is_there'],
    ['canvas', 400, 'Provided submitted_at timestamp of x in the future', 'refused'],
    ['canvas', 403, '403 Forbidden (Rate Limit Exceeded)', 'lms_silent'],
    ['canvas', 404, '', 'column_gone'],
    ['moodle', 400, 'Incorrect score received', 'not_gradable'],
    ['moodle', 409, 'Refusing score with an earlier timestamp for item 3 and user 8', 'newer_is_there'],
    ['moodle', 500, '', 'lms_silent'],
    ['moodle', 404, '', 'column_gone'],
    ['schoology', 429, '', 'lms_silent'],
    ['other', 403, 'The course has ended', 'course_ended'],
    ['other', 422, '', 'refused'],
  ] as const)('%s: %i “%s” is %s', (family, status, message, reason) => {
    expect(quirksOf(family).judge(refusal(status, message)).reason).toBe(reason);
  });

  test('Canvas near its limit is left alone for a while', () => {
    const { pauseMs } = quirksOf('canvas');

    expect(pauseMs(() => '650.0')).toBe(0);
    expect(pauseMs(() => '20')).toBeGreaterThan(1_000);
    expect(pauseMs(() => null)).toBe(0);
  });
});
