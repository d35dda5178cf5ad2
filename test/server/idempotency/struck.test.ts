import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { deliveryEndpoints } from '../../../contract/grades.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { useApp } from '../../support/app.ts';
import { startFaulty, type Faulty } from '../../support/faultyServer.ts';
import { send, readStored, type PostReply } from '../../support/keyedPosts.ts';
import { POSTS, type ReadyPost } from '../../support/posts.ts';

const world = useApp();
const running: Faulty[] = [];
afterEach(async () => {
  for (const { kill } of running) kill();
  await Promise.all(running.splice(0).map(({ died }) => died));
});

/** Another district's link, ready to be sent. */
async function linkOf(): Promise<ReadyPost & { institutionId: string }> {
  const [, how] = POSTS.find(([{ path }]) => path === attemptEndpoints.addLink.path) ?? [];
  if (!how) throw new Error('the table has no link');
  await mongoose.connection.collection('limiter').deleteMany({});
  const district = await world.addDistrict();
  const endpoint = attemptEndpoints.addLink;
  return { ...(await how(world.deps, district)), endpoint, institutionId: district.institutionId };
}

async function start(how: Parameters<typeof startFaulty>[1]): Promise<Faulty> {
  const faulty = await startFaulty(world.deps, how);
  running.push(faulty);
  return faulty;
}

const linksIn = (found: Record<string, unknown[]>): unknown[] | undefined =>
  found['attempts']?.flatMap((attempt) => (attempt as { links: unknown[] }).links);

/** Repeats as the client does: as long as it is told that the first one is at it. */
async function repeat(post: ReadyPost, key: string): Promise<PostReply> {
  for (;;) {
    const told = await send(world.url, post, key);
    if (told.status !== 409 || told.retryAfter === null) return told;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What the time does to a lease, where nothing holds it. */
async function letRunOut(key: string): Promise<void> {
  const past = { $set: { leaseUntil: new Date(Date.now() - 1) } };
  await mongoose.connection.collection('idempotencyKeys').updateOne({ key }, past);
}

const STAGES = ['write', 'commit'] as const;

describe.each(STAGES)('a process that is killed in its transaction, at its %s', (at) => {
  it('leaves nothing, and the repeat is told at once to wait and is done within seconds', async () => {
    const post = await linkOf();
    const key = randomUUID();
    const before = await readStored(post.institutionId);
    const dying = await start({ at, signal: 'SIGKILL' });
    await send(dying.url, post, key).catch(() => null);
    await dying.died;

    const soon = await send(world.url, post, key);
    const between = await readStored(post.institutionId);
    if (at === 'write') await letRunOut(key);
    const again = await repeat(post, key);

    expect(soon).toMatchObject({ status: 409, retryAfter: '2', body: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
    expect(between).toEqual(before);
    expect(again.status).toBe(201);
    expect(linksIn(await readStored(post.institutionId))).toHaveLength(1);
  });
});

describe('a grade column that was made in the LMS by a process that was killed before it was kept here', () => {
  it('is found there by the repeat, which keeps it with its line of audit', async () => {
    const [, how] = POSTS.find(([, , way]) => way === 'making a column') ?? [];
    if (!how) throw new Error('the table makes no column');
    await mongoose.connection.collection('limiter').deleteMany({});
    const district = await world.addDistrict();
    const { institutionId, lms } = district;
    const post = { ...(await how(world.deps, district)), endpoint: deliveryEndpoints.act };
    const { courses, gradebook } = lms.lms;
    const items = () => courses.list().flatMap(({ id }) => gradebook.ofCourse(id)).length;
    const [key, before, count] = [randomUUID(), await readStored(institutionId), items()];
    const dying = await start({ at: 'write', signal: 'SIGKILL' });
    await send(dying.url, post, key).catch(() => null);
    await dying.died;
    const between = await readStored(institutionId);
    await letRunOut(key);

    const again = await repeat(post, key);

    expect(between).toEqual(before);
    expect(again.status).toBe(200);
    expect(items()).toBe(count + 1);
    const { auditPending = [] } = await readStored(institutionId);
    expect(JSON.stringify(auditPending).match(/delivery\.column_changed/gu)).toHaveLength(1);
  });
});

describe.each(STAGES)('a process that is frozen in its transaction, at its %s, and goes on later', (at) => {
  it('commits nothing once its key was taken over, and its own caller is told so', async () => {
    const post = await linkOf();
    const key = randomUUID();
    const frozen = await start({ at, signal: 'SIGSTOP' });
    const first = send(frozen.url, post, key);
    await frozen.stands;
    if (at === 'write') await letRunOut(key);

    const again = await repeat(post, key);
    const before = await readStored(post.institutionId);
    frozen.goOn();
    const late = await first;

    expect(again.status).toBe(201);
    expect(late).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
    expect(await readStored(post.institutionId)).toEqual(before);
    expect(linksIn(before)).toHaveLength(1);
    expect(await send(frozen.url, post, key)).toEqual(again);
  });
});

describe('a process that is frozen between its commit and its answer', () => {
  it('answers, when it goes on, as the repeat was answered', async () => {
    const post = await linkOf();
    const key = randomUUID();
    const frozen = await start({ at: 'answer', signal: 'SIGSTOP' });
    const first = send(frozen.url, post, key);
    await frozen.stands;

    const again = await send(world.url, post, key);
    frozen.goOn();

    expect(await first).toEqual(again);
    expect(linksIn(await readStored(post.institutionId))).toHaveLength(1);
  });
});

describe('the same key', () => {
  it('of another institution is another key', async () => {
    const [mine, theirs] = [await linkOf(), await linkOf()];
    const key = randomUUID();

    const told = await Promise.all([mine, theirs].map((post) => send(world.url, post, key)));

    expect(told.map(({ status }) => status)).toEqual([201, 201]);
    for (const post of [mine, theirs]) expect(linksIn(await readStored(post.institutionId))).toHaveLength(1);
  });

  it('of another person is another key', async () => {
    const people = [
      await world.launch('teacher-1', world.links.module),
      await world.launch('teacher-2', world.links.module),
    ];
    const idempotencyKey = randomUUID();

    const opened = await Promise.all(
      people.map((person) => person.call(pathwayEndpoints.open, { body: {}, idempotencyKey })),
    );

    expect(opened.map(({ status }) => status)).toEqual([200, 200]);
    expect(opened[0]?.body.attemptId).not.toBe(opened[1]?.body.attemptId);
  });

  it('with another body is refused, while the first one is under way and after it is done', async () => {
    const post = await linkOf();
    const key = randomUUID();
    const other = { ...post, body: { ...(post.body as object), name: 'Another name' } };

    const together = await Promise.all([send(world.url, post, key), send(world.url, other, key)]);
    const afterwards = await send(world.url, together[0].status === 201 ? other : post, key);

    expect(together.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    for (const told of [...together.filter(({ status }) => status === 409), afterwards])
      expect(told).toMatchObject({ status: 409, retryAfter: null, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(linksIn(await readStored(post.institutionId))).toHaveLength(1);
  });
});
