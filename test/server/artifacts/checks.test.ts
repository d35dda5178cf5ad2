import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ArtifactModel, type ArtifactDoc } from '../../../server/features/artifacts/artifact.model.ts';
import { checkArtifact } from '../../../server/features/artifacts/artifactChecks.ts';
import type { ArtifactDeps } from '../../../server/features/artifacts/artifacts.deps.ts';
import { findUsedBytes, scannerStatus } from '../../../server/features/artifacts/artifacts.service.ts';
import { createScanner } from '../../../server/features/artifacts/scanner/clamd.ts';
import { chunkCollection } from '../../../server/features/artifacts/storage/chunks.ts';
import { findDue, sweepArtifacts } from '../../../server/features/artifacts/sweep.service.ts';
import { idOf, settledArtifact, uploadAll, uploadBuffer } from '../../support/files/artifacts.ts';
import { INSTITUTION, OTHER_INSTITUTION } from '../../support/files/artifactServer.ts';
import { chosenPlan, codeOf, film, sha256 } from '../../support/files/asserts.ts';
import { BAD_WORD, startClamd, type ClamdStandIn } from '../../support/files/clamdStandIn.ts';
import { filmBytes, filmDigest } from '../../support/files/content.ts';
import { pdf, photo } from '../../support/files/samples.ts';
import { useArtifacts } from '../../support/files/testApp.ts';
import { ask, createUpload, headUpload, patchUpload } from '../../support/files/tusClient.ts';

const MIB = 1024 * 1024;
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const artifacts = useArtifacts();

const clamds: ClamdStandIn[] = [];
async function clamdStandIn(limits: Parameters<typeof startClamd>[0] = {}): Promise<ClamdStandIn> {
  const clamd = await startClamd(limits);
  clamds.push(clamd);
  return clamd;
}
afterEach(async () => {
  await Promise.all(clamds.splice(0).map((clamd) => clamd.close()));
});

const listInstitutionIds = () => Promise.resolve([INSTITUTION, OTHER_INSTITUTION]);
/** A sweep some time from now. */
const sweepIn = (deps: ArtifactDeps, ms: number) =>
  sweepArtifacts({ ...deps, clock: { now: () => new Date(Date.now() + ms) }, listInstitutionIds });

async function only(): Promise<ArtifactDoc> {
  const [doc] = await ArtifactModel.find({ institutionId: INSTITUTION }).lean();
  if (!doc) throw new Error('there is no artifact');
  return doc;
}

/** An upload whose process died right after its last byte was checked in. */
async function leftUnchecked(url: string, data: Buffer): Promise<void> {
  const view = await uploadBuffer(url, data);
  await ArtifactModel.updateOne(
    { institutionId: INSTITUTION, _id: view.id },
    {
      $set: {
        state: 'checking',
        kind: null,
        mediaType: null,
        sha256: null,
        checking: { by: randomUUID(), until: new Date(Date.now() - 1000) },
        sweepAt: new Date(),
      },
    },
  );
}

describe('the virus scanner', () => {
  it('is told the kept content, and what is clean says nothing more', async () => {
    const clamd = await clamdStandIn();
    const app = await artifacts.start({ scanner: createScanner({ clamdUrl: clamd.url }) });

    const view = await uploadBuffer(app.url, await photo('jpeg'));

    expect(view).toMatchObject({ state: 'ready', notes: ['metadata_stripped'] });
    expect(clamd.received).toEqual([view.size]);
  });

  it('locks away what it finds: the fact stays, nobody gets the bytes', async () => {
    const clamd = await clamdStandIn();
    const app = await artifacts.start({ scanner: createScanner({ clamdUrl: clamd.url }) });

    const view = await uploadBuffer(app.url, Buffer.concat([pdf(), Buffer.from(BAD_WORD)]));

    expect(view).toMatchObject({ state: 'quarantined', url: null, sha256: null, refusal: { code: 'virus' } });
    expect(await findUsedBytes(INSTITUTION)).toBe(view.size);
  });

  it('that takes less than the content is said so beside it', async () => {
    const clamd = await clamdStandIn({ maxBytes: 100_000 });
    const app = await artifacts.start({ scanner: createScanner({ clamdUrl: clamd.url }) });

    const view = await uploadAll(app.url, film(3 * MIB));

    expect(view).toMatchObject({ state: 'ready', notes: ['video_metadata_stays', 'too_large_to_scan'] });
  });

  it('that is away keeps the artifact in its check, until a sweep finds it back', async () => {
    const away = await clamdStandIn();
    await away.close();
    const app = await artifacts.start({ scanner: createScanner({ clamdUrl: away.url }) });
    const data = pdf();
    const location = await createUpload(app.url, { size: data.length });
    await patchUpload(`${app.url}${location}`, { offset: 0, length: data.length, body: [data] });
    const waiting = await only();
    const back = await clamdStandIn();
    const deps = { ...app.deps, scanner: createScanner({ clamdUrl: back.url }) };

    const early = await sweepIn(deps, 0);
    const late = await sweepIn(deps, HOUR);

    expect(waiting).toMatchObject({ state: 'checking', checkTries: 1, checking: null });
    expect(waiting.checkFault).toMatch(/ECONNREFUSED/);
    expect(early.checked).toBe(0);
    expect(late.checked).toBe(1);
    expect(await settledArtifact(app.url, idOf(location))).toMatchObject({
      state: 'ready',
      sha256: sha256(data),
    });
  });

  it('is told apart on the health page: set up or not', async () => {
    const app = await artifacts.start();

    expect(await scannerStatus(app.deps)).toEqual({ kind: 'none', reachable: null, version: null });
  });
});

describe('a check whose process died', () => {
  it('is made by the next one that asks where the upload stands', async () => {
    const app = await artifacts.start();
    const data = pdf();
    await leftUnchecked(app.url, data);
    const { _id } = await only();

    const head = await headUpload(`${app.url}/api/v1/uploads/${_id}`);

    expect(head.headers['upload-offset']).toBe(String(data.length));
    expect(await settledArtifact(app.url, _id)).toMatchObject({ state: 'ready', sha256: sha256(data) });
  });

  it('is made by the sweep, with the digest read back', async () => {
    const app = await artifacts.start();
    const size = 3 * MIB + 1;
    await leftUnchecked(app.url, Buffer.concat([...filmBytes(size)]));

    const swept = await sweepIn(app.deps, 1000);

    expect(swept).toEqual({ expired: 0, checked: 1, collected: 0, forgotten: 0 });
    expect(await only()).toMatchObject({ state: 'ready', sha256: filmDigest(size), checking: null });
  });

  it('is left to whoever makes it just now', async () => {
    const app = await artifacts.start();
    await leftUnchecked(app.url, pdf());
    const { _id } = await only();
    const held = { by: randomUUID(), until: new Date(Date.now() + 20_000) };
    await ArtifactModel.updateOne({ institutionId: INSTITUTION, _id }, { $set: { checking: held } });

    await checkArtifact(app.deps, { institutionId: INSTITUTION, artifactId: _id });

    expect(await only()).toMatchObject({ state: 'checking', checking: held });
  });

  it('is made once, however many begin it', async () => {
    const clamd = await clamdStandIn();
    const app = await artifacts.start({ scanner: createScanner({ clamdUrl: clamd.url }) });
    await leftUnchecked(app.url, pdf());
    const { _id } = await only();
    const key = { institutionId: INSTITUTION, artifactId: _id };

    await Promise.all([1, 2, 3, 4].map(() => checkArtifact(app.deps, key)));

    // once when it was uploaded, once now
    expect(clamd.received).toHaveLength(2);
    expect(await only()).toMatchObject({ state: 'ready' });
  });
});

describe('a file that can’t be checked', () => {
  const chunkOf = (fileId: string, n: number) => ({ files_id: fileId, n });
  it.each([
    ['its first chunk', (fileId: string) => chunkCollection().deleteOne(chunkOf(fileId, 0))],
    ['a chunk amid', (fileId: string) => chunkCollection().deleteOne(chunkOf(fileId, 1))],
    ['its last chunk', (fileId: string) => chunkCollection().deleteOne(chunkOf(fileId, 2))],
    [
      'the end of a chunk',
      (fileId: string) =>
        chunkCollection().updateOne(chunkOf(fileId, 1), { $set: { data: Buffer.alloc(MIB - 1) } }),
    ],
    [
      'the beginning of a chunk that is too long now',
      (fileId: string) =>
        chunkCollection().updateOne(chunkOf(fileId, 1), { $set: { data: Buffer.alloc(MIB + 1) } }),
    ],
  ])(
    'is refused as not arrived whole where %s is missing; uploaded again it is ready',
    async (_what, lose) => {
      const app = await artifacts.start();
      const size = 2 * MIB + 9;
      await leftUnchecked(app.url, Buffer.concat([...filmBytes(size)]));
      await lose((await only()).fileId);

      await sweepIn(app.deps, 1000);

      const refused = await only();
      expect(refused).toMatchObject({
        state: 'refused',
        refusal: { code: 'incomplete', message: 'It did not arrive whole. Upload it again.' },
        counted: 0,
      });
      expect(await uploadAll(app.url, film(size))).toMatchObject({
        state: 'ready',
        sha256: filmDigest(size),
      });
    },
  );

  it('because its check ends every process, is refused after some', async () => {
    const app = await artifacts.start();
    await leftUnchecked(app.url, pdf());
    const { _id } = await only();
    const key = { institutionId: INSTITUTION, artifactId: _id };
    await ArtifactModel.updateOne({ institutionId: INSTITUTION, _id }, { $set: { failedChecks: 7 } });

    await checkArtifact(app.deps, key);

    expect(await only()).toMatchObject({ state: 'refused', refusal: { code: 'unchecked' } });
  });

  it('because the scanner is away, stays and is told as waiting, however often', async () => {
    const away = await clamdStandIn();
    await away.close();
    const app = await artifacts.start({ scanner: createScanner({ clamdUrl: away.url }) });
    await leftUnchecked((await artifacts.start()).url, pdf());
    const { _id } = await only();
    const key = { institutionId: INSTITUTION, artifactId: _id };

    for (let i = 0; i < 12; i++) await checkArtifact(app.deps, key);

    const url = `${app.url}/api/v1/artifacts/${_id}`;
    const told = await ask({ method: 'GET', url, headers: { authorization: 'Bearer teacher' } });
    expect(await only()).toMatchObject({ state: 'checking', checkTries: 12, refusal: null });
    expect(JSON.parse(told.text)).toMatchObject({ state: 'checking', notes: ['check_delayed'] });
  });
});

describe('the sweep', () => {
  it('lets uploads go that nobody ended within a week, with their bytes', async () => {
    const app = await artifacts.start();
    const size = 4 * MIB;
    const location = await createUpload(app.url, { size });
    await patchUpload(`${app.url}${location}`, { offset: 0, length: MIB, body: filmBytes(size, 0, MIB) });

    const early = await sweepIn(app.deps, WEEK - HOUR);
    const late = await sweepIn(app.deps, WEEK + HOUR);

    expect(early.expired).toBe(0);
    expect(late.expired).toBe(1);
    expect((await headUpload(`${app.url}${location}`)).status).toBe(410);
    expect(await chunkCollection().countDocuments({})).toBe(0);
    expect(await findUsedBytes(INSTITUTION)).toBe(0);
  });

  it('deletes what a straggler wrote after a removal, then the tombstone', async () => {
    const app = await artifacts.start();
    const view = await uploadBuffer(app.url, pdf());
    const { fileId } = await only();
    const headers = { authorization: 'Bearer teacher' };
    await ask({ method: 'DELETE', url: `${app.url}/api/v1/artifacts/${view.id}`, headers });
    await chunkCollection().insertOne({
      _id: fileId as never,
      files_id: fileId,
      n: 0,
      data: Buffer.from('late'),
    });

    const early = await sweepIn(app.deps, HOUR / 2);
    const late = await sweepIn(app.deps, 2 * HOUR);

    expect(early.forgotten).toBe(0);
    expect(late.forgotten).toBe(1);
    expect(await chunkCollection().countDocuments({})).toBe(0);
    expect(await ArtifactModel.countDocuments({ institutionId: INSTITUTION })).toBe(0);
  });

  it('deletes the files that a crash left behind', async () => {
    const app = await artifacts.start();
    await uploadBuffer(app.url, pdf());
    const orphan = randomUUID();
    await chunkCollection().insertOne({
      _id: orphan as never,
      files_id: orphan,
      n: 0,
      data: Buffer.from('x'),
    });
    await ArtifactModel.updateMany(
      { institutionId: INSTITUTION },
      { $set: { garbage: [orphan], sweepAt: new Date() } },
    );

    const swept = await sweepIn(app.deps, 1000);

    expect(swept.collected).toBe(1);
    expect(await chunkCollection().countDocuments({ files_id: orphan })).toBe(0);
    expect(await only()).toMatchObject({ state: 'ready', garbage: [], sweepAt: null });
  });

  it('keeps the fact of a refusal, and nothing of its content', async () => {
    const app = await artifacts.start();
    await uploadBuffer(app.url, Buffer.from('#!/bin/sh\n'));

    await sweepIn(app.deps, 2 * HOUR);

    expect(await only()).toMatchObject({ state: 'refused', refusal: { code: 'program' }, sweepAt: null });
  });

  it('of one institution leaves the others alone', async () => {
    const app = await artifacts.start();
    await createUpload(app.url, { size: 5 });
    await createUpload(app.url, { size: 5, bearer: 'stranger' });
    const clock = { now: () => new Date(Date.now() + WEEK + HOUR) };

    const swept = await sweepArtifacts({ ...app.deps, clock, listInstitutionIds }, OTHER_INSTITUTION);

    expect(swept.expired).toBe(1);
    expect(await ArtifactModel.countDocuments({ institutionId: INSTITUTION, removedAt: null })).toBe(1);
  });

  it('finds what is due by its index', async () => {
    const app = await artifacts.start();
    await uploadBuffer(app.url, pdf());
    const settled = await only();
    const others = Array.from({ length: 300 }, (_, i) => ({ ...settled, _id: `x${i}`, clientId: `x${i}` }));
    await ArtifactModel.insertMany(others);

    const plan = await findDue(INSTITUTION, new Date()).explain('queryPlanner');

    expect(chosenPlan(plan)).toContain('artifact_to_sweep');
  });
});

describe('an upload that was refused', () => {
  it('says why when it is asked for again', async () => {
    const app = await artifacts.start();
    const view = await uploadBuffer(app.url, Buffer.from('#!/bin/sh\n'));

    const url = `${app.url}/api/v1/uploads/${view.id}`;
    const again = await patchUpload(url, { offset: 0, length: 1, body: [Buffer.from('x')] });

    expect(again.status).toBe(422);
    expect(codeOf(again.text)).toBe('ARTIFACT_REFUSED');
  });
});
