import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { limitBodies, type BodyLimits } from '../../../server/http/bodyLimits.ts';
import { requestContext } from '../../../server/http/requestContext.ts';
import { useLtiWorld } from '../../support/ltiWorld.ts';

const LIMITS: BodyLimits = { idleMs: 400, totalMs: 1_500, uploadIdleMs: 800, restMs: 400 };
const world = useLtiWorld({ bodyLimits: LIMITS });

const ID = '6d1f3a52-7a3b-4a57-9a53-2d1f0c9f8e11';
const FORM = 'content-type: application/x-www-form-urlencoded';
const JSON_TYPE = 'content-type: application/json';
const TUS = 'tus-resumable: 1.0.0\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 0';

/** Every kind of route that a body can be sent to. */
const ROUTES: [string, string, string][] = [
  ['a login', 'POST /lti/login', FORM],
  ['a launch', 'POST /lti/launch', FORM],
  ['a page that takes none', 'GET /lti/login', FORM],
  ['a registration', 'GET /lti/register', FORM],
  ['what needs no session', 'POST /api/v1/session/resume', JSON_TYPE],
  ['the API', 'PUT /api/v1/attempts/x/drafts/y', JSON_TYPE],
  ['the API, by DELETE', 'DELETE /api/v1/session', JSON_TYPE],
  ['an upload of nobody', `PATCH /api/v1/uploads/${ID}`, TUS],
  ['the beginning of an upload', 'POST /api/v1/uploads', TUS],
  ['a file', `GET /files/${ID}`, JSON_TYPE],
  ['a page of the client', 'POST /app/key/', FORM],
  ['an asset', 'GET /assets/none.js', FORM],
  ['health', 'POST /healthz', JSON_TYPE],
  ['no place at all', 'POST /nothing/here', JSON_TYPE],
  ['a method of nobody', 'PROPFIND /lti/login', FORM],
];
const ANNOUNCED: [string, string, string][] = [
  ['a length', 'content-length: 5000', 'iss=x'],
  ['chunks', 'transfer-encoding: chunked', '5\r\niss=x\r\n'],
];

async function open(): Promise<Socket> {
  const { hostname, port } = new URL(world.url());
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Begins a request whose body never ends. */
async function begin(line: string, headers: string, part: string): Promise<Socket> {
  const socket = await open();
  socket.resume();
  socket.write(`${line} HTTP/1.1\r\nhost: tool.example\r\n${headers}\r\n\r\n${part}`);
  return socket;
}

/** Bytes one after the other, each before the idle limit, until the other side has had enough. */
async function drip(socket: Socket): Promise<void> {
  while (!socket.destroyed && socket.writable) {
    socket.write('x');
    await sleep(LIMITS.idleMs / 4);
  }
}

/** Also of one that was reset: `once` would fail at that. */
const closed = (socket: Socket): Promise<unknown> =>
  socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));

describe('a body that stops arriving', () => {
  test.each(ANNOUNCED)('is ended on every route, announced by %s', async (_, announced, part) => {
    const sockets = await Promise.all(
      ROUTES.flatMap(([, line, type]) =>
        Array.from({ length: 4 }, () => begin(`${line}`, `${type}\r\n${announced}`, part)),
      ),
    );

    await Promise.all(sockets.map(closed));

    expect((await world.request('/healthz')).status).toBe(200);
  });

  test('is told so where an answer can still be given', async () => {
    const socket = await begin('POST /lti/login', `${FORM}\r\ncontent-length: 500`, 'iss=x');
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));

    await closed(socket);

    const answer = Buffer.concat(parts).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('REQUEST_TIMEOUT');
  });
});

describe('a body that arrives for ever, a little at a time', () => {
  test.each(ROUTES)('is ended: %s', async (_, line, type) => {
    const socket = await begin(line, `${type}\r\ncontent-length: 500000`, 'x');

    await Promise.all([drip(socket), closed(socket)]);

    expect(socket.destroyed).toBe(true);
  });
});

/** Reads what comes and says how much it was, under the same limits. */
async function startReader(): Promise<Server> {
  const app = express();
  app.use(requestContext(pino({ level: 'silent' })), limitBodies(LIMITS));
  app.use(async (req, res) => {
    let bytes = 0;
    for await (const part of req) bytes += (part as Buffer).length;
    res.send(`read ${bytes}`);
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('a body that is slow and whole', () => {
  test('is read', async () => {
    const body = new URLSearchParams(world.loginParams()).toString();
    const socket = await begin(
      'POST /lti/login',
      `${FORM}\r\nconnection: close\r\ncontent-length: ${body.length}`,
      '',
    );
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));

    for (const part of [body.slice(0, 20), body.slice(20, 40), body.slice(40)]) {
      await sleep(LIMITS.idleMs / 4);
      socket.write(part);
    }
    await closed(socket);

    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.1 (?:200|302) /);
  });

  test('is read where it had come, and this process stood still meanwhile', async () => {
    const server = await startReader();
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('error', () => undefined).on('data', (part: Buffer) => parts.push(part));
    const arrives = once(server, 'request');
    socket.write('PUT /api/v1/drafts HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 9\r\n\r\nx');
    await arrives;

    socket.write('y'.repeat(8));
    const until = performance.now() + 2 * LIMITS.idleMs;
    while (performance.now() < until);
    await closed(socket);

    server.close();
    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.1 200 .*read 9/s);
  });
});

describe('an upload', () => {
  /** Sends a byte now and then until well past the limit for all of it, then the last one. */
  async function sendFor(line: string): Promise<string> {
    const server = await startReader();
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('error', () => undefined).on('data', (part: Buffer) => parts.push(part));
    socket.write(
      `${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${TUS}\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const until = performance.now() + 2 * LIMITS.totalMs;
    while (performance.now() < until && socket.writable) {
      socket.write('1\r\nx\r\n');
      await sleep(LIMITS.idleMs / 4);
    }
    socket.write('0\r\n\r\n');
    await closed(socket);
    server.close();
    return Buffer.concat(parts).toString();
  }

  test('may take as long as it likes while bytes come', async () => {
    expect(await sendFor(`PATCH /api/v1/uploads/${ID}`)).toMatch(/^HTTP\/1\.1 200 .*read \d+/s);
  });

  test('is one by its place: the same elsewhere is ended', async () => {
    expect(await sendFor('PATCH /api/v1/drafts')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('is ended once nothing comes any more', async () => {
    const server = await startReader();
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write(`PATCH /api/v1/uploads/${ID} HTTP/1.1\r\nhost: x\r\n${TUS}\r\ncontent-length: 50\r\n\r\nx`);

    await closed(socket);

    expect(socket.destroyed).toBe(true);
    server.close();
  });
});
