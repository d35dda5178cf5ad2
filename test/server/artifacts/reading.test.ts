import { describe, expect, it } from '@jest/globals';
import { HandedInArtifact, type OwnArtifact } from '../../../contract/artifacts.ts';
import { inTransaction } from '../../../server/db.ts';
import { readTogether } from '../../../server/combinedRead.ts';
import { AppError } from '../../../server/errors.ts';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import {
  findUsedBytes,
  getReadyArtifacts,
  holdArtifacts,
  namedArtifactsPart,
  listArtifacts,
} from '../../../server/features/artifacts/artifacts.service.ts';
import { chunkCollection } from '../../../server/features/artifacts/storage/chunks.ts';
import { idOf, uploadAll, uploadBuffer } from '../../support/files/artifacts.ts';
import { INSTITUTION, OTHER_INSTITUTION, sessionOf } from '../../support/files/artifactServer.ts';
import { chosenPlan, codeOf, film, sha256 } from '../../support/files/asserts.ts';
import { filmBytes } from '../../support/files/content.ts';
import { pdf, photo, picture, WORD, wordDocument } from '../../support/files/samples.ts';
import { useArtifacts } from '../../support/files/testApp.ts';
import { ask, createUpload } from '../../support/files/tusClient.ts';

const MIB = 1024 * 1024;
const ATTEMPT = '33333333-3333-4333-8333-333333333333';
const CRITERION = '44444444-4444-4444-8444-444444444444';
const REQUIREMENT = '55555555-5555-4555-8555-555555555555';
const artifacts = useArtifacts();

const calls = (url: string, bearer = 'teacher') => {
  const to = (method: string, path: string, body?: unknown) =>
    ask({
      method,
      url: `${url}/api/v1/artifacts/${path}`,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: [Buffer.from(JSON.stringify(body))] }),
    });
  return {
    get: (id: string) => to('GET', id),
    getHandedIn: (id: string) => to('GET', `${id}/handed-in`),
    remove: (id: string) => to('DELETE', id),
    change: (id: string, body: unknown) => to('PATCH', id, body),
  };
};

/** Asks for a content with more headers. */
const read = (base: string, view: OwnArtifact, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${base}${view.url ?? ''}`, { method, headers });

describe('a file that is read', () => {
  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=1048570-1048590', 1_048_570, 1_048_591],
    ['bytes=2097152-', 2 * MIB, 3 * MIB + 5],
    ['bytes=-7', 3 * MIB - 2, 3 * MIB + 5],
    ['bytes=1048576-2097151', MIB, 2 * MIB],
  ])('in the range %s', async (range, start, end) => {
    const app = await artifacts.start();
    const size = 3 * MIB + 5;
    const view = await uploadAll(app.url, film(size));

    const reply = await read(app.url, view, { range });

    expect(reply.status).toBe(206);
    expect(reply.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${size}`);
    const wanted = Buffer.concat([...filmBytes(size, start, end)]);
    expect(sha256(Buffer.from(await reply.arrayBuffer()))).toBe(sha256(wanted));
  });

  it('in more than one range is sent whole; beyond its end it is 416 with its size', async () => {
    const app = await artifacts.start();
    const view = await uploadAll(app.url, film(1000));

    const whole = await read(app.url, view, { range: 'bytes=0-1,5-6' });
    const beyond = await read(app.url, view, { range: 'bytes=1000-' });

    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, '1000']);
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
    expect(codeOf(await beyond.text())).toBe('RANGE_REFUSED');
  });

  it('again is 304 by its digest, and a range of another version is sent whole', async () => {
    const app = await artifacts.start();
    const view = await uploadAll(app.url, film(1000));
    const tag = `"${view.sha256 ?? ''}"`;

    const same = await read(app.url, view, { 'if-none-match': tag });
    const part = await read(app.url, view, { range: 'bytes=0-9', 'if-range': tag });
    const other = await read(app.url, view, { range: 'bytes=0-9', 'if-range': '"another"' });
    const weak = await read(app.url, view, { range: 'bytes=0-9', 'if-range': `W/${tag}` });

    expect(same.headers.get('etag')).toBe(tag);
    expect([same.status, part.status, other.status, weak.status]).toEqual([304, 206, 200, 200]);
  });

  it('by HEAD tells its size and sends nothing', async () => {
    const app = await artifacts.start();
    const view = await uploadAll(app.url, film(1000));

    const reply = await read(app.url, view, {}, 'HEAD');

    expect([reply.status, reply.headers.get('content-length'), await reply.text()]).toEqual([
      200,
      '1000',
      '',
    ]);
  });

  it.each([
    {
      what: 'an image',
      make: () => picture().png().toBuffer(),
      type: 'image/png',
      name: /^inline; .*\.png"/,
    },
    {
      what: 'text',
      make: () => Buffer.from('hello'),
      type: 'text/plain; charset=utf-8',
      name: /^inline; .*\.txt"/,
    },
    { what: 'a document', make: () => wordDocument(), type: WORD, name: /^attachment; .*\.docx"/ },
    { what: 'a PDF', make: () => pdf(), type: 'application/pdf', name: /^inline; .*\.pdf"/ },
  ])('that is $what can never act as a page of ours', async ({ what, make, type, name }) => {
    const app = await artifacts.start();
    const view = await uploadBuffer(app.url, await make(), { filename: 'evidence' });

    const { headers } = await read(app.url, view);

    const sandboxed = what !== 'a PDF';
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-disposition')).toMatch(name);
    expect(headers.get('content-security-policy')).toMatch(
      sandboxed ? /'none'; sandbox$/ : /^default-src 'none'; /,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('private, max-age=300');
    expect(headers.get('x-frame-options')).toBeNull();
  });

  it('is over with its session, and with its time', async () => {
    const alive = { value: true };
    let ahead = 0;
    const app = await artifacts.start({
      ports: { findReader: (_institutionId, id) => Promise.resolve(alive.value ? sessionOf(id) : null) },
      clock: { now: () => new Date(Date.now() + ahead) },
    });
    const view = await uploadBuffer(app.url, pdf());

    const open = await read(app.url, view);
    alive.value = false;
    const signedOff = await read(app.url, view);
    alive.value = true;
    ahead = 301_000;
    const late = await read(app.url, view);

    expect([open.status, signedOff.status, late.status]).toEqual([200, 401, 403]);
    expect(codeOf(await late.text())).toBe('FILE_LINK_EXPIRED');
  });

  it('is not there for a link that was not signed, nor once it was taken out', async () => {
    const app = await artifacts.start();
    const view = await uploadBuffer(app.url, pdf());

    const bare = await fetch(`${app.url}/files/${view.id}`);
    await calls(app.url).remove(view.id);
    const gone = await read(app.url, view);

    expect([bare.status, gone.status]).toEqual([403, 404]);
  });

  it('and broken off by its reader ends the reading, and the server lives', async () => {
    const app = await artifacts.start();
    const view = await uploadAll(app.url, film(20 * MIB));
    const stop = new AbortController();

    const reply = await fetch(`${app.url}${view.url ?? ''}`, { signal: stop.signal });
    await reply.body?.getReader().read();
    stop.abort();

    expect((await read(app.url, view, { range: 'bytes=0-9' })).status).toBe(206);
  });
});

describe('who may see an artifact', () => {
  it('a colleague only where the port says so, someone of another institution never', async () => {
    const seen: unknown[] = [];
    const app = await artifacts.start({
      ports: {
        mayReadArtifact: (session, artifact) => {
          seen.push([session.personId, artifact.attemptId]);
          return session.personId.endsWith('2')
            ? Promise.resolve()
            : Promise.reject(new AppError('FORBIDDEN', 'This belongs to someone else.'));
        },
        findFrozen: () => Promise.resolve({ name: 'as handed in.pdf', criteria: [CRITERION] }),
      },
    });
    const view = await uploadBuffer(app.url, pdf());

    const colleague = await calls(app.url, 'colleague').getHandedIn(view.id);
    const stranger = await calls(app.url, 'stranger').getHandedIn(view.id);

    expect([colleague.status, stranger.status]).toEqual([200, 404]);
    expect(seen).toEqual([['aaaaaaaa-0000-4000-8000-000000000002', ATTEMPT]]);
  });

  it('not a colleague whom the port refuses', async () => {
    const mayReadArtifact = () => Promise.reject(new AppError('FORBIDDEN', 'This belongs to someone else.'));
    const app = await artifacts.start({ ports: { mayReadArtifact } });
    const view = await uploadBuffer(app.url, pdf());

    expect((await calls(app.url, 'colleague').getHandedIn(view.id)).status).toBe(403);
    expect((await calls(app.url).get(view.id)).status).toBe(200);
  });

  it('a colleague by the name and criteria that it was handed in with, and never as its owner has it', async () => {
    const frozen = { name: 'as handed in.pdf', criteria: [CRITERION] };
    const app = await artifacts.start({ ports: { findFrozen: () => Promise.resolve(frozen) } });
    const { id } = await uploadBuffer(app.url, pdf());

    const told = await calls(app.url, 'colleague').getHandedIn(id);
    const asOwner = await calls(app.url, 'colleague').get(id);

    expect(HandedInArtifact.parse(JSON.parse(told.text))).toMatchObject({ id, ...frozen });
    expect(asOwner.status).toBe(404);
  });

  it('nobody but its owner while no submission holds it', async () => {
    const app = await artifacts.start();
    const { id } = await uploadBuffer(app.url, pdf());

    const told = await calls(app.url, 'colleague').getHandedIn(id);

    expect(told.status).toBe(404);
  });
});

describe('an own artifact', () => {
  it('is renamed, given to criteria and to what was asked for, by its owner alone', async () => {
    const app = await artifacts.start();
    const { id } = await uploadBuffer(app.url, pdf());

    const own = await calls(app.url).change(id, {
      name: ' Lesson plan.pdf ',
      criteria: [CRITERION],
      requirementKey: REQUIREMENT,
    });
    const others = await calls(app.url, 'colleague').change(id, { name: 'mine' });

    expect(JSON.parse(own.text)).toMatchObject({
      name: 'Lesson plan.pdf',
      criteria: [CRITERION],
      requirementKey: REQUIREMENT,
    });
    expect(others.status).toBe(404);
  });

  it.each([
    ['an operator', { name: { $ne: '' } }],
    ['a field of ours', { state: 'ready' }],
    ['criteria that are no ids', { criteria: ['x'] }],
    ['an empty name', { name: '  ' }],
  ])('is not changed by %s', async (_what, body) => {
    const app = await artifacts.start();
    const { id } = await uploadBuffer(app.url, pdf());

    expect((await calls(app.url).change(id, body)).status).toBe(400);
  });

  it('is taken out with its content and its weight, by its owner alone', async () => {
    const app = await artifacts.start();
    const { id } = await uploadBuffer(app.url, await photo('jpeg'));

    const others = await calls(app.url, 'colleague').remove(id);
    const own = await calls(app.url).remove(id);
    const again = await calls(app.url).remove(id);

    expect([others.status, own.status, again.status]).toEqual([404, 200, 404]);
    expect(await chunkCollection().countDocuments({})).toBe(0);
    expect(await findUsedBytes(INSTITUTION)).toBe(0);
    expect(await listArtifacts(INSTITUTION, ATTEMPT)).toEqual([]);
  });

  it('that a submission holds is taken out of the attempt only: its content stays, and its weight', async () => {
    const frozen = { name: 'a.pdf', criteria: [CRITERION] };
    const app = await artifacts.start({ ports: { findFrozen: () => Promise.resolve(frozen) } });
    const { id, size } = await uploadBuffer(app.url, pdf());

    const removed = await calls(app.url).remove(id);
    const later = [await calls(app.url).remove(id), await calls(app.url).change(id, { name: 'x' })];

    expect([removed.status, ...later.map(({ status }) => status)]).toEqual([200, 404, 404]);
    expect(await listArtifacts(INSTITUTION, ATTEMPT)).toEqual([]);
    expect((await calls(app.url).get(id)).status).toBe(200);
    expect(await chunkCollection().countDocuments({})).toBe(1);
    expect(await findUsedBytes(INSTITUTION)).toBe(size);
    await expect(inTransaction((tx) => holdArtifacts(INSTITUTION, [id], tx))).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_READY',
    });
  });

  it('that a submission takes in between look and removal stays', async () => {
    const submit = { during: () => Promise.resolve() };
    const app = await artifacts.start({
      ports: {
        findFrozen: async () => {
          await submit.during();
          return null;
        },
      },
    });
    const { id } = await uploadBuffer(app.url, pdf());
    submit.during = () => inTransaction((tx) => holdArtifacts(INSTITUTION, [id], tx));

    const reply = await calls(app.url).remove(id);

    expect([reply.status, codeOf(reply.text)]).toEqual([409, 'PIECE_LOCKED']);
    const { kept } = await readTogether({ kept: namedArtifactsPart(INSTITUTION, [id]) });
    expect(kept).toHaveLength(1);
  });

  it('that was taken out cannot be handed in any more', async () => {
    const app = await artifacts.start();
    const { id } = await uploadBuffer(app.url, pdf());
    await calls(app.url).remove(id);

    const submission = inTransaction((tx) => holdArtifacts(INSTITUTION, [id], tx));

    await expect(submission).rejects.toMatchObject({ code: 'ARTIFACT_NOT_READY' });
  });
});

describe('the artifacts of an attempt', () => {
  it('come in their order, those that are ready with the facts that are frozen', async () => {
    const app = await artifacts.start();
    const first = await uploadBuffer(app.url, pdf(), { filename: 'a.pdf' });
    const pending = idOf(await createUpload(app.url, { size: 5 }));
    const refused = await uploadBuffer(app.url, Buffer.from('#!/bin/sh'));

    const all = await listArtifacts(INSTITUTION, ATTEMPT);
    const ready = await getReadyArtifacts(INSTITUTION, ATTEMPT);

    expect(all.map((one) => one._id)).toEqual([first.id, pending, refused.id]);
    expect(ready).toEqual([
      { id: first.id, name: 'a.pdf', mediaType: 'application/pdf', size: first.size, sha256: first.sha256 },
    ]);
    expect(await listArtifacts(OTHER_INSTITUTION, ATTEMPT)).toEqual([]);
  });

  it('are found by their index', async () => {
    const plan = await ArtifactModel.find({ institutionId: INSTITUTION, attemptId: ATTEMPT, removedAt: null })
      .sort({ createdAt: 1 })
      .explain('queryPlanner');

    expect(chosenPlan(plan)).toContain('artifact_by_attempt');
    expect(chosenPlan(plan)).not.toContain('"SORT"');
  });
});
