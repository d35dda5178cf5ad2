import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../../server/errors.ts';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import { findUsedBytes } from '../../../server/features/artifacts/artifacts.service.ts';
import { chunkCollection } from '../../../server/features/artifacts/storage/chunks.ts';
import { idOf, settledArtifact } from '../../support/files/artifacts.ts';
import { codeOf } from '../../support/files/asserts.ts';
import { INSTITUTION, OTHER_INSTITUTION, TEACHER } from '../../support/files/artifactServer.ts';
import { filmBytes, filmDigest } from '../../support/files/content.ts';
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

describe('what an upload is refused for', () => {
  it.each([
    ['nothing in it', { size: 0 }, 422, 'ARTIFACT_REFUSED'],
    ['more than the limit', { size: 5000 }, 413, 'ARTIFACT_TOO_LARGE'],
    ['an attempt that is no id', { size: 5, attemptId: 'x' }, 400, 'VALIDATION_FAILED'],
    ['a name of 5,000 letters', { size: 5, filename: 'x'.repeat(5000) }, 400, 'VALIDATION_FAILED'],
    ['fields that nobody knows', { size: 5, metadata: { institutionId: 'x' } }, 400, 'VALIDATION_FAILED'],
    ['criteria that are no ids', { size: 5, criteria: ['x'] }, 400, 'VALIDATION_FAILED'],
  ])('%s', async (_what, upload, status, code) => {
    const app = await artifacts.start({ config: { maxArtifactBytes: 4096 } });

    const url = `${app.url}/api/v1/uploads`;
    const reply = await ask({ method: 'POST', url, headers: uploadHeaders(upload) });

    expect(reply.status).toBe(status);
    expect(codeOf(reply.text)).toBe(code);
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
    expect(await ArtifactModel.countDocuments({ institutionId: INSTITUTION })).toBe(0);
  });

  it('an attempt that may not be written to: nothing is kept of it', async () => {
    const mayAddArtifact = () => Promise.reject(new AppError('RUN_ARCHIVED', 'From an earlier round.'));
    const app = await artifacts.start({ ports: { mayAddArtifact } });

    await expect(createUpload(app.url, { size: 5 })).rejects.toThrow(/RUN_ARCHIVED/);
    expect(await ArtifactModel.countDocuments({ institutionId: INSTITUTION })).toBe(0);
    expect(await findUsedBytes(INSTITUTION)).toBe(0);
  });

  it('the twenty-first artifact of an attempt, also when many come at once', async () => {
    const app = await artifacts.start();
    for (let i = 0; i < 18; i++) await createUpload(app.url, { size: 5 });

    const last = await Promise.allSettled([1, 2, 3, 4, 5].map(() => createUpload(app.url, { size: 5 })));

    expect(last.filter((one) => one.status === 'fulfilled')).toHaveLength(2);
    const reasons = last.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(reasons.every((reason) => reason.includes('ARTIFACT_LIMIT'))).toBe(true);
    expect(await findUsedBytes(INSTITUTION)).toBe(100);
  });

  it('a quota that is used up, counted per institution', async () => {
    const app = await artifacts.start({ config: { quotaBytes: 1000 } });
    await createUpload(app.url, { size: 900 });

    await expect(createUpload(app.url, { size: 101 })).rejects.toThrow(/QUOTA_EXCEEDED/);
    await createUpload(app.url, { size: 101, bearer: 'stranger' });
    expect(await findUsedBytes(INSTITUTION)).toBe(900);
    expect(await findUsedBytes(OTHER_INSTITUTION)).toBe(101);
  });

  it('more bytes than it announced: none of them count', async () => {
    const app = await artifacts.start();
    const location = await createUpload(app.url, { size: 100 });

    const reply = await patchUpload(`${app.url}${location}`, {
      offset: 0,
      length: 101,
      body: [Buffer.alloc(101)],
    });

    expect(reply.status).toBe(413);
    expect((await headUpload(`${app.url}${location}`)).headers['upload-offset']).toBe('0');
  });

  it('more bytes than it announced when it hides its length: what came before goes too', async () => {
    const app = await artifacts.start();
    const size = MIB + 100;
    const location = await createUpload(app.url, { size });
    const url = `${app.url}${location}`;
    const headers = {
      ...TUS,
      authorization: 'Bearer teacher',
      'content-type': 'application/offset+octet-stream',
      'transfer-encoding': 'chunked',
      'upload-offset': 0,
    };

    const reply = await ask({ method: 'PATCH', url, headers, body: filmBytes(2 * MIB) });
    const offset = Number((await headUpload(url)).headers['upload-offset']);
    const again = await patchUpload(url, { offset, length: size - offset, body: filmBytes(size, offset) });

    expect(reply.status).toBe(413);
    expect(offset).toBe(0);
    expect(again.status).toBe(204);
    expect((await settledArtifact(app.url, idOf(location))).sha256).toBe(filmDigest(size));
  });

  it('a large program with its first chunk already', async () => {
    const app = await artifacts.start();
    const size = 8 * MIB;
    const location = await createUpload(app.url, { size, filename: 'lesson.pdf' });
    const program = Buffer.alloc(2 * MIB);
    program.write('\x7fELF\x02\x01\x01', 'latin1');

    const reply = await patchUpload(`${app.url}${location}`, {
      offset: 0,
      length: program.length,
      body: [program],
    });

    expect(reply.status).toBe(422);
    expect(JSON.parse(reply.text)).toMatchObject({
      code: 'ARTIFACT_REFUSED',
      message: 'This is a program, not a document. Hand in a PDF or a link instead.',
      details: { code: 'program' },
    });
    expect(await settledArtifact(app.url, idOf(location))).toMatchObject({
      state: 'refused',
      refusal: { code: 'program' },
      url: null,
    });
    expect(await chunkCollection().countDocuments({})).toBe(0);
    expect(await findUsedBytes(INSTITUTION)).toBe(0);
  });
});

describe('who may upload', () => {
  it.each(['POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS', 'GET'])(
    'nobody without a bearer: %s',
    async (method) => {
      const app = await artifacts.start();
      const location = await createUpload(app.url, { size: 5 });

      const reply = await ask({ method, url: `${app.url}${location}`, headers: TUS });

      expect(reply.status).toBe(401);
    },
  );

  it.each([
    ['a colleague', 'colleague'],
    ['someone of another institution', 'stranger'],
  ])('%s sees no upload there', async (_who, bearer) => {
    const app = await artifacts.start();
    const url = `${app.url}${await createUpload(app.url, { size: 5 })}`;
    const headers = { ...TUS, authorization: `Bearer ${bearer}` };

    const answers = [
      await headUpload(url, bearer),
      await patchUpload(url, { offset: 0, length: 5, body: [Buffer.from('hello')], bearer }),
      await ask({ method: 'DELETE', url, headers }),
    ];

    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404]);
    expect((await headUpload(url)).headers['upload-offset']).toBe('0');
  });

  it.each(['..', '%2e%2e%2f', 'x', `${OTHER_INSTITUTION}:${TEACHER}`, '$ne'])(
    'an address that is no id leads nowhere: %s',
    async (id) => {
      const app = await artifacts.start();

      const reply = await headUpload(`${app.url}/api/v1/uploads/${id}`);

      expect(reply.status).toBe(404);
    },
  );

  it('a request without tus’ version, or with one of another, is refused in our words', async () => {
    const app = await artifacts.start();
    const url = `${app.url}/api/v1/uploads`;
    const { 'tus-resumable': _, ...without } = uploadHeaders({ size: 5 });

    const replies = [
      await ask({ method: 'POST', url, headers: without }),
      await ask({
        method: 'POST',
        url,
        headers: { ...uploadHeaders({ size: 5 }), 'tus-resumable': '0.2.2' },
      }),
      await ask({
        method: 'POST',
        url,
        headers: { ...uploadHeaders({ size: 5 }), 'upload-metadata': '***' },
      }),
      await ask({ method: 'POST', url, headers: { ...uploadHeaders({ size: 5 }), 'upload-length': '-5' } }),
    ];

    expect(replies.map((reply) => [reply.status, codeOf(reply.text)])).toEqual([
      [412, 'PRECONDITION_FAILED'],
      [412, 'PRECONDITION_FAILED'],
      [400, 'VALIDATION_FAILED'],
      [400, 'VALIDATION_FAILED'],
    ]);
  });
});
