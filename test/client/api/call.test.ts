import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { addressOf, createCall } from '../../../client/src/api/call.ts';
import type { Call } from '../../../client/src/api/call.ts';
import { ApiError, hasCode, isTransient, OfflineError } from '../../../client/src/api/errors.ts';
import { SessionHolder } from '../../../client/src/api/session.ts';
import { openTextStore } from '../../../client/src/storage/webStorage.ts';
import { endpoint } from '../../../contract/endpoint.ts';
import { pathOf } from '../gallery/pathOf.ts';

const read = endpoint({
  method: 'get',
  path: '/things/:id',
  summary: 'A thing',
  who: ['anyone'],
  params: z.strictObject({ id: z.string() }),
  query: z.strictObject({ show: z.enum(['all', 'mine']).default('all'), page: z.number().optional() }),
  reply: z.strictObject({ name: z.string() }),
});
const make = endpoint({
  method: 'post',
  repeats: 'found',
  path: '/things',
  summary: 'Make a thing',
  who: ['anyone'],
  body: z.strictObject({ name: z.string() }),
  reply: z.strictObject({ name: z.string() }),
  status: 201,
});
const table = endpoint({
  method: 'get',
  path: '/table',
  summary: 'CSV',
  who: ['anyone'],
  reply: z.string(),
  media: 'text/csv',
});

const KEY = 'k'.repeat(43);
const bearer = (letter: string) => `wm.${letter.repeat(22)}.${letter.repeat(43)}`;

interface Seen {
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}
interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

let server: Server;
let seen: Seen[];
let answers: (request: Seen) => Answer;
let session: SessionHolder;
let call: Call;

beforeEach(async () => {
  seen = [];
  answers = () => ({ status: 200, body: { name: 'it' } });
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one = { url: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() };
      seen.push(one);
      const answer = answers(one);
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? null));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const here: typeof fetch = (input, init) => fetch(`http://127.0.0.1:${port}${pathOf(input)}`, init);
  session = new SessionHolder({ fetch: here, store: openTextStore('sessionStorage') });
  session.grant({ key: KEY, bearer: bearer('a') });
  call = createCall({ fetch: here, session });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const refused = (code: string, status: number): Answer => ({
  status,
  body: { code, message: 'No.', correlationId: 'c-1', fields: [{ path: 'body.name', message: 'Too long.' }] },
});

describe('a call to the API', () => {
  it('puts params and query into the address and the bearer into its header', async () => {
    await call(read, { params: { id: 'a/b' }, query: { show: 'mine' } });

    expect(seen[0]?.url).toBe('/api/v1/things/a%2Fb?show=mine');
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${bearer('a')}`);
    expect(seen[0]?.headers.cookie).toBeUndefined();
  });

  it('gives the reply as its schema has it, and refuses any other form', async () => {
    answers = () => ({ status: 200, body: { title: 'wrong' } });

    await expect(call(read, { params: { id: '1' }, query: {} })).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('gives text where the endpoint says so', async () => {
    answers = () => ({ status: 200, body: 'a,b\n1,2', headers: { 'content-type': 'text/csv' } });

    expect(await call(table, {})).toBe('a,b\n1,2');
  });

  it('sends an Idempotency-Key with every POST, and the one that it was given', async () => {
    await call(make, { body: { name: 'x' } });
    await call(make, { body: { name: 'x' } }, { idempotencyKey: 'mine' });

    expect(seen[0]?.headers['idempotency-key']).toMatch(/^[\da-f-]{36}$/);
    expect(seen[1]?.headers['idempotency-key']).toBe('mine');
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ name: 'x' });
  });

  it('turns a refusal into an ApiError with code, sentence, fields and correlation id', async () => {
    answers = () => refused('VALIDATION_FAILED', 400);

    const error: unknown = await call(make, { body: { name: 'x' } }).catch((reason: unknown) => reason);

    expect(hasCode(error, 'VALIDATION_FAILED')).toBe(true);
    expect(error).toMatchObject({ message: 'No.', correlationId: 'c-1', fields: [{ path: 'body.name' }] });
    expect(isTransient(error)).toBe(false);
  });

  it('takes the page of a proxy for a passing fault and honours Retry-After', async () => {
    answers = () => ({ status: 502, body: '<html>bad gateway</html>', headers: { 'retry-after': '7' } });

    const error: unknown = await call(table, {}).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryAfterSeconds: 7 });
    expect(isTransient(error)).toBe(true);
  });

  it('calls it offline when no answer comes', async () => {
    const away = createCall({ fetch: () => Promise.reject(new TypeError('fetch failed')), session });

    await expect(away(table, {})).rejects.toBeInstanceOf(OfflineError);
  });

  it('leaves an abort an abort', async () => {
    const controller = new AbortController();
    controller.abort();

    await expect(call(table, {}, { signal: controller.signal })).rejects.not.toBeInstanceOf(OfflineError);
  });

  it('will not build an address with a missing param', () => {
    expect(() => addressOf(read, { params: {} })).toThrow(TypeError);
  });
});

describe('a session that is over', () => {
  const overUnless =
    (fresh: string) =>
    (request: Seen): Answer => {
      if (request.url.endsWith('/session/resume')) return { status: 200, body: { bearer: fresh, key: KEY } };
      return request.headers.authorization === `Bearer ${fresh}`
        ? { status: 200, body: { name: 'it' } }
        : refused('SESSION_OVER', 401);
    };

  it('is resumed once by the cookie route, and the call goes on with the same Idempotency-Key', async () => {
    answers = overUnless(bearer('b'));

    const reply = await call(make, { body: { name: 'x' } });

    const posts = seen.filter((one) => one.url.endsWith('/things'));
    const resume = seen.find((one) => one.url.endsWith('/session/resume'));
    expect(reply).toEqual({ name: 'it' });
    expect(resume?.headers['x-waymark']).toBe('1');
    expect(JSON.parse(resume?.body ?? '')).toEqual({ key: KEY });
    expect(
      posts.map((one) => one.headers['idempotency-key']).filter((k, i, all) => all.indexOf(k) === i),
    ).toHaveLength(1);
  });

  it('is resumed by one request however many calls ran into it', async () => {
    answers = overUnless(bearer('b'));

    await Promise.all([1, 2, 3, 4].map((n) => call(read, { params: { id: String(n) }, query: {} })));

    expect(seen.filter((one) => one.url.endsWith('/session/resume'))).toHaveLength(1);
  });

  it('ends when it cannot be resumed: the holder says so and the call fails', async () => {
    answers = () => refused('SESSION_OVER', 401);
    let told = 0;
    session.subscribe(() => (told += 1));

    const error: unknown = await call(table, {}).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(ApiError);
    expect(session.state()).toEqual({ status: 'over', why: 'expired' });
    expect(told).toBe(1);
    expect(sessionStorage).toHaveLength(0);
  });
});
