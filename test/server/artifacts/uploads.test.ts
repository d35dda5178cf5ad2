import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import { ArtifactFileModel } from '../../../server/features/artifacts/artifactFile.model.ts';
import { findUsedBytes } from '../../../server/features/artifacts/artifacts.service.ts';
import { chunkCollection } from '../../../server/features/artifacts/storage/chunks.ts';
import { UploadLockModel } from '../../../server/features/artifacts/uploadLock.model.ts';
import { idOf, settledArtifact, uploadAll } from '../../support/files/artifacts.ts';
import { codeOf, download, film, sha256 } from '../../support/files/asserts.ts';
import { INSTITUTION } from '../../support/files/artifactServer.ts';
import { filmBytes, filmDigest } from '../../support/files/content.ts';
import { pdf } from '../../support/files/samples.ts';
import { useArtifacts } from '../../support/files/testApp.ts';
import {
  ask,
  createUpload,
  headUpload,
  patchUpload,
  TUS,
  uploadHeaders,
} from '../../support/files/tusClient.ts';

const MIB = 1024 * 1024;
const artifacts = useArtifacts();

describe('an upload', () => {
  it.each([1000, MIB - 1, MIB, MIB + 1, 3 * MIB + 7])('of %s bytes comes back byte by byte', async (size) => {
    const app = await artifacts.start();

    const view = await uploadAll(app.url, film(size));

    expect(view).toMatchObject({ state: 'ready', size, sha256: filmDigest(size), uploadedBytes: size });
    expect(sha256(await download(app.url, view.url))).toBe(filmDigest(size));
  });

  it.each([MIB, 700_001, 5 * MIB])('in PATCHes of %s bytes is the same content', async (part) => {
    const app = await artifacts.start();
    const size = 6 * MIB + 123;

    const view = await uploadAll(app.url, { ...film(size), part });

    expect(view.sha256).toBe(filmDigest(size));
    expect(sha256(await download(app.url, view.url))).toBe(filmDigest(size));
  });

  it('that goes on at another process with each PATCH is the same content', async () => {
    const apps = [await artifacts.start(), await artifacts.start()] as const;
    const size = 7 * MIB + 5;
    const location = await createUpload(apps[0].url, { size });

    for (let at = 0, i = 0; at < size; at += MIB + 77, i++) {
      const end = Math.min(at + MIB + 77, size);
      const app = apps[i % 2 === 0 ? 0 : 1];
      const patch = { offset: at, length: end - at, body: filmBytes(size, at, end) };
      expect((await patchUpload(`${app.url}${location}`, patch)).status).toBe(204);
    }

    const view = await settledArtifact(apps[0].url, idOf(location));
    expect(view.sha256).toBe(filmDigest(size));
    expect(sha256(await download(apps[1].url, view.url))).toBe(filmDigest(size));
  });

  it('is an ordinary GridFS file, named under its institution', async () => {
    const app = await artifacts.start();

    await uploadAll(app.url, film(2 * MIB + 1));

    const files = await ArtifactFileModel.find({ institutionId: INSTITUTION }).lean();
    const chunks = await chunkCollection()
      .find({ files_id: files[0]?._id ?? '' })
      .sort({ n: 1 })
      .toArray();
    expect(files).toMatchObject([{ length: 2 * MIB + 1, chunkSize: MIB }]);
    expect(chunks.map((chunk) => chunk.n)).toEqual([0, 1, 2]);
  });

  it('says where it lies and until when', async () => {
    const app = await artifacts.start();

    const url = `${app.url}/api/v1/uploads`;
    const reply = await ask({ method: 'POST', url, headers: uploadHeaders({ size: 5 }) });

    expect(reply.headers.location).toMatch(/^\/api\/v1\/uploads\/[0-9a-f-]{36}$/);
    expect(Date.parse(reply.headers['upload-expires'] as string) - Date.now()).toBeGreaterThan(
      6 * 24 * 3_600_000,
    );
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('begun twice under one client id is one artifact', async () => {
    const app = await artifacts.start();
    const again = { size: 10, clientId: randomUUID() };

    const locations = await Promise.all([1, 2, 3].map(() => createUpload(app.url, again)));

    expect(new Set(locations).size).toBe(1);
    expect(await ArtifactModel.countDocuments({ institutionId: INSTITUTION })).toBe(1);
    expect(await findUsedBytes(INSTITUTION)).toBe(10);
  });

  it('begun again under the same client id for another content is refused', async () => {
    const app = await artifacts.start();
    const clientId = randomUUID();
    await createUpload(app.url, { size: 10, clientId });

    await expect(createUpload(app.url, { size: 11, clientId })).rejects.toThrow(/IDEMPOTENCY_KEY_REUSED/);
  });

  it('whose body came with the POST is kept too, though that is not announced', async () => {
    const app = await artifacts.start();
    const data = pdf();

    const reply = await ask({
      method: 'POST',
      url: `${app.url}/api/v1/uploads`,
      headers: {
        ...uploadHeaders({ size: data.length }),
        'content-type': 'application/offset+octet-stream',
        'content-length': data.length,
      },
      body: [data],
    });

    expect(reply).toMatchObject({ status: 201, headers: { 'upload-offset': String(data.length) } });
    expect(await settledArtifact(app.url, idOf(reply.headers.location ?? ''))).toMatchObject({
      state: 'ready',
      sha256: sha256(data),
    });
  });
});

describe('an upload that breaks off', () => {
  it('keeps what came, says so, and goes on from there', async () => {
    const app = await artifacts.start();
    const size = 4 * MIB;
    const location = await createUpload(app.url, { size });
    const url = `${app.url}${location}`;
    // announces all and closes after a part
    const broken = async function (): Promise<void> {
      const { request } = await import('node:http');
      await new Promise<void>((resolve) => {
        const headers = {
          ...TUS,
          authorization: 'Bearer teacher',
          'content-type': 'application/offset+octet-stream',
          'content-length': size,
          'upload-offset': 0,
        };
        const req = request(url, { method: 'PATCH', headers });
        req.on('error', () => resolve());
        req.write(Buffer.concat([...filmBytes(size, 0, 2.5 * MIB)]), () =>
          setTimeout(() => req.destroy(), 200),
        );
      });
    };
    await broken();

    const head = await headUpload(url);
    const offset = Number(head.headers['upload-offset']);
    const patch = { offset, length: size - offset, body: filmBytes(size, offset) };
    const reply = await patchUpload(url, patch);

    expect(head.headers['cache-control']).toBe('no-store');
    expect(offset).toBe(2.5 * MIB);
    expect(reply.status).toBe(204);
    expect((await settledArtifact(app.url, idOf(location))).sha256).toBe(filmDigest(size));
  });

  it('is freed at once when the same upload is asked for at another process', async () => {
    const [first, second] = [await artifacts.start(), await artifacts.start()];
    const size = 3 * MIB;
    const location = await createUpload(first.url, { size });
    const { request } = await import('node:http');
    const headers = {
      ...TUS,
      authorization: 'Bearer teacher',
      'content-type': 'application/offset+octet-stream',
      'content-length': size,
      'upload-offset': 0,
    };
    // a PATCH that brings a part and then nothing more
    const stuck = request(`${first.url}${location}`, { method: 'PATCH', headers });
    stuck.on('error', () => undefined);
    stuck.write(Buffer.concat([...filmBytes(size, 0, MIB + 10)]));
    while ((await chunkCollection().countDocuments({})) === 0) await sleep(10);

    // the first process is alive and extends its lease: only what it gives up can be had
    const head = await headUpload(`${second.url}${location}`);

    expect(head).toMatchObject({ status: 200, headers: { 'upload-offset': String(MIB + 10) } });
    stuck.destroy();
  });

  it('cannot be written to by a PATCH that was overtaken: its chunks and its word no longer count', async () => {
    const app = await artifacts.start();
    const size = 2 * MIB;
    const location = await createUpload(app.url, { size });
    const id = idOf(location);
    const [stand] = await ArtifactModel.find({ institutionId: INSTITUTION, _id: id }).lean();
    // another writer took the upload, put a chunk down and died
    await ArtifactModel.updateOne(
      { institutionId: INSTITUTION, _id: id },
      { $inc: { 'upload.epoch': 1 }, $set: { 'upload.open': true } },
    );
    await chunkCollection().insertOne({
      _id: stand?._id as never,
      files_id: stand?.fileId ?? '',
      n: 0,
      data: Buffer.from('of a dead writer'),
    });

    const reply = await patchUpload(`${app.url}${location}`, {
      offset: 0,
      length: size,
      body: filmBytes(size),
    });

    expect(reply.status).toBe(204);
    const view = await settledArtifact(app.url, id);
    expect(sha256(await download(app.url, view.url))).toBe(filmDigest(size));
  });

  it('takes a PATCH at another place than where it stands for a conflict', async () => {
    const app = await artifacts.start();
    const location = await createUpload(app.url, { size: 100 });

    const reply = await patchUpload(`${app.url}${location}`, {
      offset: 50,
      length: 1,
      body: [Buffer.from('x')],
    });

    expect(reply.status).toBe(409);
    expect(codeOf(reply.text)).toBe('UPLOAD_OFFSET_CONFLICT');
  });

  it('waits for a lease that is held, and says 423 when it does not come free', async () => {
    const app = await artifacts.start();
    const location = await createUpload(app.url, { size: 100 });
    // someone holds it far into the future
    await UploadLockModel.create({
      _id: idOf(location),
      institutionId: INSTITUTION,
      holder: 'another',
      until: new Date(Date.now() + 3_600_000),
      wanted: false,
    });

    const reply = await headUpload(`${app.url}${location}`);

    expect(reply.status).toBe(423);
    const [lock] = await UploadLockModel.find({ institutionId: INSTITUTION }).lean();
    expect(lock?.wanted).toBe(true);
  });

  it('is taken out by DELETE with all that came, and is gone then', async () => {
    const app = await artifacts.start();
    const location = await createUpload(app.url, { size: 3 * MIB });
    const url = `${app.url}${location}`;
    await patchUpload(url, { offset: 0, length: 2 * MIB, body: filmBytes(3 * MIB, 0, 2 * MIB) });
    const headers = { ...TUS, authorization: 'Bearer teacher' };

    const reply = await ask({ method: 'DELETE', url, headers });

    expect(reply.status).toBe(204);
    expect((await headUpload(url)).status).toBe(410);
    expect(await chunkCollection().countDocuments({})).toBe(0);
    expect(await findUsedBytes(INSTITUTION)).toBe(0);
  });
});
