import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { withDatabase } from '../../scripts/lib/mongod.mjs';
import { attemptEndpoints } from '../../contract/attempts.ts';
import { pathwayEndpoints } from '../../contract/pathways.ts';
import { documentOf } from '../../contract/richText.ts';
import { DeliveryModel } from '../../server/features/grades/deliveries/delivery.model.ts';
import { RepeatedJobModel } from '../../server/jobs/repeatedJob.model.ts';
import { seedScores } from '../support/scoreSeed.ts';
import { createUpload, headUpload, patchUpload, TUS } from '../support/files/tusClient.ts';
import { filmBytes } from '../support/files/content.ts';
import { useApp } from '../support/app.ts';
import type { AppProcess } from '../support/appProcess.ts';
import { useAppProcesses } from '../support/appProcesses.ts';
import { FIRST_MODULE } from '../support/work.ts';

const MIB = 1024 ** 2;
const world = useApp();
const startProcess = useAppProcesses();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Another process on the world's database, which must not need its limit to end. */
function start(env: Record<string, string> = {}): Promise<AppProcess> {
  return startProcess({
    PUBLIC_URL: world.url,
    MONGODB_URI: withDatabase(process.env['WAYMARK_TEST_MONGODB_URI'] ?? '', mongoose.connection.name),
    SECRET_KEYS: 'a-secret-key-for-tests-of-at-least-32-characters',
    WORKERS: '0',
    SHUTDOWN_SECONDS: '120',
    SHUTDOWN_NOTICE_SECONDS: '0',
    ...env,
  });
}

const CLOSED = 'no longer accepting requests; waiting for those in progress';
const TIME_IS_UP = 'shutdown timed out; cutting off what is still in progress';
const messages = (app: AppProcess): string[] => app.lines.map(({ msg }) => msg);

/** A connection that the browser keeps open; with `path` after one request over it. */
async function connection(app: AppProcess, path?: string): Promise<Socket> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  ends.push(() => socket.destroy());
  await once(socket, 'connect');
  if (path !== undefined) await ask(socket, path);
  return socket;
}

/** One request over a connection that is open. @returns the head of the answer */
async function ask(socket: Socket, path: string): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
}

/** A save whose body stays half sent until `finish`. */
function slowSave(app: AppProcess, bearer: string, attemptId: string) {
  const body = { draftId: randomUUID(), baseRevision: 0, document: documentOf('Half of the class.') };
  const text = Buffer.from(JSON.stringify(body));
  const path = attemptEndpoints.saveDraft.path
    .replace(':id', attemptId)
    .replace(':pieceKey', FIRST_MODULE.prompt.key);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` };
  const sending = request(`${app.url}/api/v1${path}`, {
    method: 'PUT',
    headers: { ...headers, 'content-length': text.length },
  });
  const answered = once(sending, 'response').then(([answer]) => {
    (answer as IncomingMessage).resume();
    return answer as IncomingMessage;
  });
  answered.catch(() => undefined);
  sending.write(text.subarray(0, 20));
  return { answered, finish: () => sending.end(text.subarray(20)) };
}

async function openAttempt() {
  const teacher = await world.launch('teacher-1', world.links.module);
  const { body } = await teacher.call(pathwayEndpoints.open, { body: {} });
  return { teacher, attemptId: body.attemptId ?? '' };
}

describe('SIGTERM', () => {
  it('ends an idle process at once, however many connections browsers hold open', async () => {
    const app = await start({ WORKERS: '2' });
    await connection(app);
    await connection(app, '/healthz');
    await connection(app, '/api/v1/session');

    app.signal('SIGTERM');

    expect(await app.ended).toBe(0);
    expect(messages(app)).not.toContain(TIME_IS_UP);
    expect(messages(app).at(-1)).toBe('stopped');
  });

  it('first says that it is not ready and lets go of connections, while requests are still taken', async () => {
    const app = await start({ SHUTDOWN_NOTICE_SECONDS: '60' });
    const kept = await connection(app, '/healthz');
    const another = await connection(app, '/healthz');

    app.signal('SIGTERM');
    await app.said('stopping');

    const head = await ask(kept, '/api/v1/session');
    const ready = await ask(another, '/readyz');
    const fresh = await fetch(`${app.url}/healthz`);
    expect(head).toMatch(/^HTTP\/1\.1 401 /);
    expect(head).toMatch(/^connection: close$/im);
    expect(ready).toMatch(/^HTTP\/1\.1 503 /);
    expect(fresh.status).toBe(200);
    expect(messages(app)).not.toContain(CLOSED);
  });

  it('lets a request under way end, refuses new ones after the notice, then ends with 0', async () => {
    const { teacher, attemptId } = await openAttempt();
    const app = await start({ SHUTDOWN_NOTICE_SECONDS: '0.2' });
    const save = slowSave(app, teacher.bearer, attemptId);
    const kept = await connection(app, '/healthz');

    app.signal('SIGTERM');
    await app.said(CLOSED);
    const refused = await fetch(`${app.url}/healthz`).then(
      () => 'answered',
      () => 'refused',
    );
    const open = app.child.exitCode;
    save.finish();
    const answer = await save.answered;

    expect(answer.statusCode).toBe(200);
    expect(answer.headers.connection).toBe('close');
    expect(refused).toBe('refused');
    expect(open).toBeNull();
    expect(await app.ended).toBe(0);
    expect(kept.destroyed || kept.readableEnded || kept.closed || !kept.writable).toBe(true);
  });

  it('stops an upload under way at a checkpoint, from where it goes on at another process', async () => {
    const { teacher, attemptId } = await openAttempt();
    const { bearer } = teacher;
    const app = await start();
    const size = 6 * MIB;
    const location = await createUpload(app.url, { size, bearer, attemptId, filename: 'film.mp4' });
    const patch = request(`${app.url}${location}`, {
      method: 'PATCH',
      headers: {
        ...TUS,
        authorization: `Bearer ${bearer}`,
        'content-type': 'application/offset+octet-stream',
        'content-length': size,
        'upload-offset': 0,
      },
    });
    const answered = once(patch, 'response');
    for (const part of filmBytes(size, 0, 3 * MIB)) patch.write(part);
    const stored = mongoose.connection.collection('artifacts.chunks');
    while ((await stored.countDocuments({})) === 0) await new Promise((resolve) => setTimeout(resolve, 20));

    app.signal('SIGTERM');
    const [answer] = (await answered) as [IncomingMessage];
    patch.destroy();

    const offset = Number(answer.headers['upload-offset']);
    expect(answer.statusCode).toBe(204);
    expect(offset).toBeGreaterThan(0);
    expect(await app.ended).toBe(0);
    const head = await headUpload(`${world.url}${location}`, bearer);
    expect(Number(head.headers['upload-offset'])).toBe(offset);
    const rest = { offset, length: size - offset, body: filmBytes(size, offset), bearer };
    expect((await patchUpload(`${world.url}${location}`, rest)).status).toBe(204);
  });

  it('breaks off a call to an LMS that does not answer, and gives the score back before the call would have ended', async () => {
    let hear = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const lms: Server = createServer((req, res) => {
      req.resume();
      const json = (body: unknown) =>
        res.setHeader('content-type', 'application/json').end(JSON.stringify(body));
      if (req.url === '/token') json({ access_token: 'a', token_type: 'Bearer', expires_in: 3600 });
      else if (req.url?.includes('/results')) json([]);
      else hear();
    });
    await new Promise<void>((resolve) => lms.listen(0, '127.0.0.1', resolve));
    ends.push(() => {
      lms.closeAllConnections();
      lms.close();
    });
    const lmsUrl = `http://127.0.0.1:${(lms.address() as AddressInfo).port}`;
    const institutionId = await seedScores(world.deps, lmsUrl, 1);
    const app = await start({ WORKERS: '1' });
    await asked;

    app.signal('SIGTERM');

    expect(await app.ended).toBe(0);
    const head = await DeliveryModel.findOne({ institutionId }).lean();
    expect(head).toMatchObject({ state: 'waiting', mustRead: true });
    expect(head?.lease).toBeUndefined();
    expect(messages(app)).not.toContain(TIME_IS_UP);
  });

  it('gives the repeated jobs back', async () => {
    const app = await start({ WORKERS: '1' });
    while ((await RepeatedJobModel.countDocuments({ endedAt: { $ne: null } })) < 3)
      await new Promise((resolve) => setTimeout(resolve, 20));

    app.signal('SIGTERM');

    expect(await app.ended).toBe(0);
    expect(await RepeatedJobModel.countDocuments({ holder: { $ne: null } })).toBe(0);
  });

  it('told twice ends the process at once, whatever is under way', async () => {
    const { teacher, attemptId } = await openAttempt();
    const app = await start();
    slowSave(app, teacher.bearer, attemptId);
    await connection(app, '/healthz');

    app.signal('SIGTERM');
    await app.said(CLOSED);
    app.signal('SIGTERM');

    expect(await app.ended).toBe(143);
  });

  it('at its limit cuts off what is still under way, and says so', async () => {
    const { teacher, attemptId } = await openAttempt();
    const app = await start({ SHUTDOWN_SECONDS: '1' });
    const save = slowSave(app, teacher.bearer, attemptId);
    await connection(app, '/healthz');

    app.signal('SIGTERM');

    expect(await app.ended).toBe(0);
    expect(messages(app)).toContain(TIME_IS_UP);
    await expect(save.answered).rejects.toThrow();
  });
});

describe('SIGINT at a terminal', () => {
  it('waits for no balancer', async () => {
    const app = await start({ WORKERS: '1', SHUTDOWN_NOTICE_SECONDS: '60' });
    await connection(app, '/healthz');

    app.signal('SIGINT');

    // the notice would have left its time-out running for a minute
    expect(await app.ended).toBe(0);
  });
});
