import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import mongoose from 'mongoose';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { bundleEndpoints } from '../../../contract/bundles.ts';
import { contentFileEndpoints } from '../../../contract/contentFiles.ts';
import { deepLinkingEndpoints } from '../../../contract/deepLinking.ts';
import { embedEndpoints } from '../../../contract/embeds.ts';
import { ENDPOINTS } from '../../../contract/endpoints.ts';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { createApp } from '../../../server/app.ts';
import { inTransaction } from '../../../server/db.ts';
import { AppError } from '../../../server/errors.ts';
import { createIdempotency } from '../../../server/features/idempotency/idempotency.service.ts';
import { InviteModel } from '../../../server/features/platforms/invite.model.ts';
import type { IdempotentWork } from '../../../server/http/route.ts';
import { useApp } from '../../support/app.ts';
import { buildSession } from '../../support/liveSession.ts';
import { startFaulty } from '../../support/faultyServer.ts';
import { send, readStored } from '../../support/keyedPosts.ts';
import { POSTS, type ReadyPost } from '../../support/posts.ts';

const world = useApp();
const keys = () => mongoose.connection.collection('idempotencyKeys');

/** Another process' app on the same database: nothing that it knows is the first one's. */
let second: { server: Server; url: string };
beforeAll(async () => {
  const server = createServer(createApp(world.deps));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  second = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
afterAll(async () => {
  second.server.closeAllConnections();
  await new Promise((resolve) => second.server.close(resolve));
});

/** Refuses documents of the keys that do not fit: a real fault of the database, at this one place. */
const allowKeys = (validator: object) =>
  mongoose.connection.db?.command({ collMod: 'idempotencyKeys', validator });

type Prepare = (typeof POSTS)[number][1];
async function prepare(endpoint: Endpoint, how: Prepare): Promise<ReadyPost & { institutionId: string }> {
  // each registers an LMS, and an address may do so a few times only
  await mongoose.connection.collection('limiter').deleteMany({});
  const district = await world.addDistrict();
  const post = await how(world.deps, district);
  return { ...post, endpoint, institutionId: district.institutionId };
}

/** As a request stands whose process died: its time has run out. */
async function letDie(key: string): Promise<void> {
  await keys().updateOne({ key, done: false }, { $set: { leaseUntil: new Date(Date.now() - 1) } });
}

/** A request whose process lives in fact may just extend its time: then it dies once more. */
async function takeOver<T>(key: string, run: () => Promise<T>): Promise<T> {
  for (;;) {
    await letDie(key);
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'IDEMPOTENCY_IN_PROGRESS')) throw error;
    }
  }
}

const nameOf = ({ method, path }: Endpoint): string => `${method.toUpperCase()} ${path}`;
const rows = POSTS.filter(([{ repeats }]) => repeats !== 'anew').map(
  ([endpoint, how, way]) => [way ? `${nameOf(endpoint)}, ${way}` : nameOf(endpoint), endpoint, how] as const,
);

describe('the table of POSTs', () => {
  const posts = ENDPOINTS.map(({ endpoint }) => endpoint).filter(({ method }) => method === 'post');

  it('has every POST of the contract that keeps an answer', () => {
    const kept = posts.filter(({ repeats }) => repeats !== 'anew');

    const named = new Set(rows.map(([, endpoint]) => nameOf(endpoint)));
    expect([...named].toSorted()).toEqual(kept.map(nameOf).toSorted());
  });

  it('leaves out only secrets and signatures for one use', () => {
    const anew = posts.filter(({ repeats }) => repeats === 'anew');

    expect(anew.map(nameOf).toSorted()).toEqual(
      [
        bundleEndpoints.exportDraft,
        bundleEndpoints.exportForm,
        bundleEndpoints.exportVersion,
        contentFileEndpoints.link,
        deepLinkingEndpoints.reply,
        embedEndpoints.frame,
        sessionEndpoints.redeem,
        sessionEndpoints.resume,
        sessionEndpoints.windowCode,
      ]
        .map(nameOf)
        .toSorted(),
    );
  });
});

describe.each(rows)('%s, sent again with the same key', (_name, endpoint, how) => {
  it('stands once with the same answer when the answer could not be stored', async () => {
    const post = await prepare(endpoint, how);
    const key = randomUUID();
    await allowKeys({ answer: null });
    const first = await send(world.url, post, key);
    await allowKeys({});
    const before = await readStored(post.institutionId);

    const again = await send(second.url, post, key);

    expect(first.status).toBe(endpoint.status ?? 200);
    expect(again).toEqual(first);
    expect(await readStored(post.institutionId)).toEqual(before);
  });

  it('is done once by two at the same time, and the other one is told at once', async () => {
    const post = await prepare(endpoint, how);
    const key = randomUUID();

    const told = await Promise.all([send(world.url, post, key), send(second.url, post, key)]);
    const before = await readStored(post.institutionId);
    const again = await send(world.url, post, key);

    const done = told.filter(({ status }) => status === (endpoint.status ?? 200));
    const others = told.filter((one) => !done.includes(one));
    expect(done.length).toBeGreaterThan(0);
    for (const one of done) expect(one).toEqual(again);
    for (const one of others)
      expect(one).toMatchObject({ status: 409, retryAfter: '2', body: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
    expect(await readStored(post.institutionId)).toEqual(before);
  });
});

const committed = rows.filter(([, { repeats }]) => repeats === 'committed');

describe.each(committed)('%s', (_name, endpoint, how) => {
  it('is not done at all when its key can’t be committed with it, and is done once by the repeat', async () => {
    const post = await prepare(endpoint, how);
    const key = randomUUID();
    const before = await readStored(post.institutionId);
    await allowKeys({ done: { $ne: true } });
    const failed = await send(world.url, post, key);
    await allowKeys({});
    const after = await readStored(post.institutionId);

    const again = await send(second.url, post, key);

    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(after).toEqual(before);
    expect(again.status).toBe(endpoint.status ?? 200);
    expect(await readStored(post.institutionId)).not.toEqual(before);
  });
});

describe.each(committed)(
  '%s, whose process is killed between its commit and its answer',
  (_name, endpoint, how) => {
    it('stands once, and the repeat at another process gets its answer at once', async () => {
      const [post, dying] = await Promise.all([prepare(endpoint, how), startFaulty(world.deps)]);
      const key = randomUUID();
      const unanswered = await send(dying.url, post, key).catch(() => null);
      const exit = await dying.died;
      const before = await readStored(post.institutionId);

      const again = await send(second.url, post, key);
      const third = await send(world.url, post, key);

      expect(unanswered).toBeNull();
      expect(exit).toEqual([null, 'SIGKILL']);
      expect(again.status).toBe(endpoint.status ?? 200);
      expect(third).toEqual(again);
      expect(await readStored(post.institutionId)).toEqual(before);
      // a new key finds it done: the work of the dead process stands
      if (endpoint.path === attemptEndpoints.addLink.path)
        expect(
          before['attempts']?.flatMap((attempt) => (attempt as { links: unknown[] }).links),
        ).toHaveLength(1);
    });
  },
);

describe('a key', () => {
  const insert = (institutionId: string): IdempotentWork => ({
    work: () =>
      inTransaction(async (tx) => {
        const invite = { _id: randomUUID(), institutionId };
        await InviteModel.collection.insertOne(invite as never, { session: tx });
        return invite._id;
      }),
    keep: (returned) => returned,
    answer: (kept) => Promise.resolve({ status: 200, body: kept }),
  });
  const callOf = (institutionId: string) => ({
    session: buildSession(institutionId),
    key: randomUUID(),
    fingerprint: 'work',
  });
  const made = (institutionId: string) => InviteModel.collection.countDocuments({ institutionId });

  test('of a process that lives is not taken over, and of one that died within seconds', async () => {
    const institutionId = randomUUID();
    const call = callOf(institutionId);
    const { run } = createIdempotency(world.deps);
    let goOn = (): void => undefined;
    const stalled = run(call, {
      ...insert(institutionId),
      work: () => new Promise<void>((resolve) => (goOn = resolve)).then(insert(institutionId).work),
    });
    while (!(await keys().findOne({ key: call.key }))) await new Promise(setImmediate);

    const whileAlive = run(call, insert(institutionId));
    await expect(whileAlive).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS', retryAfterSeconds: 2 });
    const lease = (await keys().findOne({ key: call.key }))?.['leaseUntil'] as Date;
    const taken = await takeOver(call.key, () => run(call, insert(institutionId)));
    goOn();

    // it was only slow: it must not commit what the other one has done
    await expect(stalled).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    expect(await made(institutionId)).toBe(1);
    expect(await run(call, insert(institutionId))).toEqual(taken);
    expect(lease.getTime() - Date.now()).toBeLessThan(10_000);
  });

  test('is given back by a work that failed, and kept by one that failed after its commit', async () => {
    const institutionId = randomUUID();
    const [early, late] = [callOf(institutionId), callOf(institutionId)];
    const { run } = createIdempotency(world.deps);
    const failing = (when: 'before' | 'after'): IdempotentWork => ({
      ...insert(institutionId),
      async work() {
        if (when === 'after') await insert(institutionId).work();
        throw new Error(when);
      },
    });

    const before = run(early, failing('before'));
    await expect(before).rejects.toThrow('before');
    const after = await run(late, failing('after'));

    expect(await keys().countDocuments({ key: early.key })).toBe(0);
    expect(after.status).toBe(200);
    expect(await run(late, insert(institutionId))).toEqual(after);
    expect(await made(institutionId)).toBe(1);
  });

  test('is refused to a work of two transactions', async () => {
    const institutionId = randomUUID();
    const { run } = createIdempotency(world.deps);
    const work = insert(institutionId);
    const twice: IdempotentWork = { ...work, work: () => work.work().then(work.work) };

    await run(callOf(institutionId), twice).catch(() => null);

    expect(await made(institutionId)).toBe(1);
  });
});
