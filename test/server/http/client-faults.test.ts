import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ENDPOINTS } from '../../../contract/endpoints.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { assignRole } from '../../../server/features/assignments/assignments.service.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { FIRST_MODULE } from '../../support/work.ts';

const world = useApp();
let callers: Caller[] = [];
let attemptId = '';
beforeAll(async () => {
  const teacher = await world.launch('teacher-1', world.links.module);
  attemptId = (await teacher.call(pathwayEndpoints.open, { body: {} })).body.attemptId ?? '';
  const admin = await world.launch('teacher-5', world.links.module);
  const { body } = await admin.call(sessionEndpoints.get);
  const actor = { institutionId: world.institutionId, personId: null, id: null };
  await assignRole(world.deps, actor, { personId: body.person.id, role: 'admin', contextId: null });
  callers = [teacher, await world.launch('reviewer', world.links.module), admin];
});

interface Sent {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends bytes as they are: `fetch` tidies up what a hostile client would not. */
function send({ method, path, headers = {}, body }: Sent): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(world.url);
  return new Promise((resolve, reject) => {
    const req = httpRequest({ hostname, port, method, path, headers, agent: false }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => parts.push(part));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
    });
    req.once('error', reject);
    req.end(body);
  });
}

const bearerOf = (caller: Caller): Record<string, string> => ({ authorization: `Bearer ${caller.bearer}` });
/** Somebody who may: else nothing is read at all. */
function callerFor(who: readonly string[]): Caller {
  const index = who.includes('admin') ? 2 : who.includes('reviewer') || who.includes('designer') ? 1 : 0;
  return callers[index] ?? first();
}
const first = (): Caller => callers[0] ?? world.callerOf({ bearer: '', key: '' });
const isClientFault = (status: number): boolean => status >= 400 && status < 500;

const BODY_ROUTES: [string, string, string, string][] = [
  ['a login', 'POST', '/lti/login', 'application/x-www-form-urlencoded'],
  ['a launch', 'POST', '/lti/launch', 'application/x-www-form-urlencoded'],
  ['a route for everybody', 'POST', '/api/v1/session/redeem', 'application/json'],
  ['a route with a session', 'PATCH', '/api/v1/me', 'application/json'],
];
const GARBAGE = Buffer.from('this is not compressed at all, whatever the header says');
const whole = JSON.stringify({ weeklyMinutes: 60 });

describe.each(BODY_ROUTES)('the body of %s', (_name, method, path, type) => {
  test.each([
    ['gzip, garbage', 'gzip', GARBAGE],
    ['br, garbage', 'br', GARBAGE],
    ['deflate, garbage', 'deflate', GARBAGE],
    ['zstd, garbage', 'zstd', GARBAGE],
    ['gzip, nothing', 'gzip', Buffer.alloc(0)],
    ['gzip, cut off', 'gzip', gzipSync(whole).subarray(0, 12)],
    ['gzip, with a wrong sum', 'gzip', Buffer.concat([gzipSync(whole).subarray(0, -8), Buffer.alloc(8)])],
    ['br, cut off', 'br', brotliCompressSync(whole).subarray(0, 5)],
    ['deflate, cut off', 'deflate', deflateSync(whole).subarray(0, 5)],
    ['gzip, 64 MB of blanks', 'gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20))],
    ['an encoding of nobody', 'x-unknown', GARBAGE],
    ['two encodings', 'gzip, br', GARBAGE],
    ['an encoding with signs in it', '"><script>', GARBAGE],
  ])('with %s is the client’s fault', async (_what, encoding, body) => {
    const headers = { ...bearerOf(first()), 'content-type': type, 'content-encoding': encoding };

    const { status } = await send({ method, path, headers, body });

    expect(isClientFault(status)).toBe(true);
  });

  test.each(['charset=nonsense', 'charset=utf-7', 'charset="', 'charset=', ';;;', 'charset=utf-16le'])(
    'in %s is the client’s fault',
    async (parameter) => {
      const headers = { ...bearerOf(first()), 'content-type': `${type}; ${parameter}` };

      const { status } = await send({ method, path, headers, body: '{"weeklyMinutes":' });

      expect(isClientFault(status)).toBe(true);
    },
  );
});

const BASE64 = (text: string): string => Buffer.from(text).toString('base64');
const metadata = (): string =>
  Object.entries({ attemptId, clientId: randomUUID(), filename: 'a.txt', criteria: FIRST_MODULE.A })
    .map(([name, value]) => `${name} ${BASE64(value)}`)
    .join(',');

describe('an upload', () => {
  const upload = `/api/v1/uploads/${randomUUID()}`;
  const begin = { 'upload-length': '5', 'upload-metadata': '' };
  const write = { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' };
  const cases: [string, string, string, Record<string, string>, (number | null)?][] = [
    ['an offset below 0', 'PATCH', upload, { ...write, 'upload-offset': '-1' }, 400],
    ['an offset beyond all numbers', 'PATCH', upload, { ...write, 'upload-offset': '9'.repeat(400) }, 400],
    ['an offset with an exponent', 'PATCH', upload, { ...write, 'upload-offset': '1e+21' }],
    ['an offset that is a text', 'PATCH', upload, { ...write, 'upload-offset': 'here' }, 400],
    ['no offset', 'PATCH', upload, { 'content-type': write['content-type'] }],
    ['no type', 'PATCH', upload, { 'upload-offset': '0' }],
    ['another type', 'PATCH', upload, { ...write, 'content-type': 'text/plain' }],
    ['a length told late', 'PATCH', upload, { ...write, 'upload-length': '5' }],
    ['garbage as id', 'PATCH', '/api/v1/uploads/%00', write],
    ['a broken escape as id', 'PATCH', '/api/v1/uploads/%E0%A4%A', write],
    ['a path below its id', 'PATCH', `${upload}/more`, write],
    ['a length below 0', 'POST', '/api/v1/uploads', { ...begin, 'upload-length': '-5' }, 400],
    ['a length beyond all numbers', 'POST', '/api/v1/uploads', { ...begin, 'upload-length': '1e+300' }],
    ['a length that is a text', 'POST', '/api/v1/uploads', { ...begin, 'upload-length': 'long' }, 400],
    ['no length', 'POST', '/api/v1/uploads', { 'upload-metadata': begin['upload-metadata'] }],
    ['a length to come', 'POST', '/api/v1/uploads', { 'upload-defer-length': '1' }, 400],
    ['two lengths', 'POST', '/api/v1/uploads', { ...begin, 'upload-defer-length': '1' }],
    ['parts to be joined', 'POST', '/api/v1/uploads', { ...begin, 'upload-concat': 'partial' }, 400],
    ['joined parts', 'POST', '/api/v1/uploads', { ...begin, 'upload-concat': 'final;/a /b' }, 400],
    ['metadata that is none', 'POST', '/api/v1/uploads', { ...begin, 'upload-metadata': '%%% ,,,' }, 400],
    ['metadata twice', 'POST', '/api/v1/uploads', { ...begin, 'upload-metadata': 'a YQ==,a YQ==' }, 400],
    [
      'metadata of nobody',
      'POST',
      '/api/v1/uploads',
      { ...begin, 'upload-metadata': '__proto__ YQ==,constructor YQ==' },
    ],
    ['another version', 'PATCH', upload, { ...write, 'tus-resumable': '0.2.2' }, 412],
    ['no version', 'POST', '/api/v1/uploads', { ...begin, 'tus-resumable': '' }, 412],
    ['a method of nobody', 'PUT', upload, {}],
    ['a search', 'GET', upload, {}],
  ];

  // a row that is one short would make a callback of the last parameter
  const rows = cases.map(([what, method, path, headers, status = null]) => {
    return [what, { method, path, headers }, status] as const;
  });

  test.each(rows)('with %s is the client’s fault', async (_what, { method, path, headers }, status) => {
    const more = headers['upload-metadata'] === '' ? { 'upload-metadata': metadata() } : {};
    const all = { ...bearerOf(first()), 'tus-resumable': '1.0.0', ...headers, ...more };

    const answer = await send({ method, path, headers: all, ...(method === 'GET' ? {} : { body: 'abcde' }) });

    expect(isClientFault(answer.status)).toBe(true);
    if (status !== null) expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ code: expect.any(String) });
  });

  test('behind two proxies, which name two protocols, begins', async () => {
    const headers = {
      ...bearerOf(first()),
      'tus-resumable': '1.0.0',
      'upload-length': '5',
      'upload-metadata': metadata(),
      'x-forwarded-proto': 'https, http',
    };

    const { status } = await send({ method: 'POST', path: '/api/v1/uploads', headers });

    expect(status).toBe(201);
  });
});

describe('a range', () => {
  test.each([
    ['beyond the end', { range: 'bytes=99999999-' }, 416],
    ['that ends before it begins', { range: 'bytes=5-1' }, null],
    ['in another unit', { range: 'pages=1-2' }, null],
    ['of garbage', { range: 'bytes=\u00ff;--' }, null],
    ['under a condition that does not hold', { 'if-match': '"none"' }, 412],
  ])('%s of a picture is never our fault', async (_what, headers, status) => {
    const answer = await send({ method: 'GET', path: '/lti/logo.png', headers });

    expect(answer.status).toBeLessThan(500);
    if (status !== null) expect(answer.status).toBe(status);
  });
});

const SHAPES = [
  '%E0%A4%A',
  '%',
  '%zz',
  '%00',
  '%ED%A0%80',
  '..%2f..%2fetc%2fpasswd',
  '%252e',
  "'",
  '{}',
  'a'.repeat(6000),
];
const PLACES = [
  '/app/',
  '/app/key/',
  '/files/',
  '/assets/',
  '/lti/',
  '/lti/config/',
  '/api/v1/',
  '/api/v1/attempts/',
  '/api/v1/uploads/',
  '/',
];

describe('an address', () => {
  test.each(SHAPES)('with %.30s in its path is never our fault, wherever that stands', async (shape) => {
    const asked: number[] = [];
    for (const place of PLACES) {
      for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE', 'PROPFIND']) {
        const { status } = await send({ method, path: place + shape, headers: bearerOf(first()) });

        if (status >= 500) throw new Error(`${method} ${place}${shape} answered ${status}`);
        asked.push(status);
      }
    }

    expect(asked).toHaveLength(PLACES.length * 6);
  });

  const queries = [
    'cursor=%ED%A0%80', 'cursor=%00', 'cursor=1.x', `cursor=${'9'.repeat(15)}.${randomUUID()}`, 'cursor=-1.0', `cursor=${randomUUID()}`,
    `cursor=${Buffer.from('9007199254740991|x').toString('base64url')}`, `cursor=${Buffer.from('-1|\u0000').toString('base64url')}`,
    'cursor=a&cursor=b', 'cursor[$gt]=', 'search=%00', 'search=%ED%A0%80', 'search=%E0%A4%A', 'search=(((', 'search=%5C', '__proto__=x', '__proto__[x]=1', 'show=__proto__', 'show=constructor', '%', '&&&==',
  ]; // prettier-ignore

  test.each(ENDPOINTS.map((row) => [`${row.endpoint.method} ${row.endpoint.path}`, row] as const))(
    '%s with a query of garbage is never our fault',
    async (_name, { endpoint }) => {
      if (endpoint === sessionEndpoints.signOff) return;
      const path = `/api/v1${endpoint.path.replace(/:\w+/g, attemptId)}`;
      const method = endpoint.method.toUpperCase();
      const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };

      const asked = endpoint.query ? queries : queries.slice(0, 3);
      const statuses = await Promise.all(
        asked.map(async (query) => {
          const all = { ...headers, ...bearerOf(callerFor(endpoint.who)) };
          const sent = { method, path: `${path}?${query}`, headers: all };
          const { status } = await send(endpoint.body ? { ...sent, body: '{}' } : sent);
          return `${query} ${status}`;
        }),
      );

      expect(statuses.filter((said) => / 5\d\d$/.test(said))).toEqual([]);
    },
  );
});

describe('a body of JSON', () => {
  const written = ENDPOINTS.filter(({ endpoint }) => endpoint.body !== undefined);
  const odd = fc.constantFrom(
    '\ud800',
    'a\u0000b',
    '',
    '__proto__',
    '<script>',
    'x'.repeat(3000),
    '2026-13-45T99:99:99Z',
    '$where',
  );
  const value = fc.oneof(
    odd,
    fc.constantFrom(null, true, -1, 1e21, 0.1, Number.MAX_SAFE_INTEGER, [], {}, [null], { $gt: '' }),
    fc.jsonValue(),
  );
  const shapeOf = (row: (typeof written)[number]): string[] => {
    const schema = row.endpoint.body as { shape?: object } | undefined;
    return Object.keys(schema?.shape ?? {});
  };

  test.each(written.map((row) => [`${row.endpoint.method} ${row.endpoint.path}`, row] as const))(
    'of whatever values for %s is never our fault',
    async (_name, row) => {
      const { endpoint } = row;
      const names = fc.constantFrom(...shapeOf(row), '__proto__', 'constructor', 'institutionId');
      const path = `/api/v1${endpoint.path.replace(/:\w+/g, attemptId)}`;

      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(names, value), { maxLength: 5 }), async (members) => {
          // written out, since an object literal would lose `__proto__`
          const body = `{${members.map(([name, said]) => `${JSON.stringify(name)}:${JSON.stringify(said)}`).join(',')}}`;
          const headers = {
            ...bearerOf(callerFor(endpoint.who)),
            'content-type': 'application/json',
            'idempotency-key': randomUUID(),
          };
          const { status } = await send({ method: endpoint.method.toUpperCase(), path, headers, body });

          expect(status).toBeLessThan(500);
        }),
        { numRuns: 20 },
      );
    },
    60_000,
  );
});

describe('every answer', () => {
  test.each(['/lti/login', '/app/key/', '/api/v1/session', '/healthz'])(
    'lets no script use camera, microphone or place: %s',
    async (path) => {
      const response = await fetch(`${world.url}${path}`);

      const policy = response.headers.get('permissions-policy') ?? '';
      for (const feature of ['camera', 'microphone', 'geolocation', 'display-capture'])
        expect(policy).toContain(`${feature}=()`);
      expect(policy).toContain('clipboard-write=(self)');
    },
  );
});
