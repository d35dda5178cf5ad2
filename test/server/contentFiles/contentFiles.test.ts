import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contentFileEndpoints } from '../../../contract/contentFiles.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import { findUsedBytes } from '../../../server/features/artifacts/artifacts.service.ts';
import { chunkCollection } from '../../../server/features/artifacts/storage/chunks.ts';
import { AssignmentModel } from '../../../server/features/assignments/assignment.model.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { ContentFileModel } from '../../../server/features/contentFiles/contentFile.model.ts';
import { storeContentFile } from '../../../server/features/contentFiles/contentFiles.service.ts';
import { sweepContentFiles } from '../../../server/features/contentFiles/sweep.service.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { isFileInDraft } from '../../../server/features/studio/draftFiles.service.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { listed, pathwayWithFile } from '../../support/bundles/sampleBundle.ts';
import { beginContentUpload, sendBytes, uploadContent, uploadIdOf } from '../../support/contentUploads.ts';
import { sha256 } from '../../support/files/asserts.ts';
import { photo } from '../../support/files/samples.ts';
import { withRole } from '../../support/rightsWorld.ts';
import { beginCopy } from '../../support/studio.ts';

const world = useApp();
const DAY_MS = 24 * 3_600_000;

let designer: Caller;
let teacher: Caller;
let draftId: string;
beforeAll(async () => {
  designer = await world.launch('designer', world.links.pathway);
  teacher = await world.launch('teacher-1', world.links.module);
});
beforeEach(async () => {
  draftId = await beginCopy(designer);
});

/** A text that no other test has. */
const newPlan = (): Buffer => Buffer.from(`# A plan\n\n${randomUUID()}\n`);
const inDraft = (id = draftId) => ({ purpose: 'content' as const, draftId: id });
const filesOf = (institutionId: string, digest: string) =>
  ContentFileModel.find({ institutionId, sha256: digest }).lean();

async function store(institutionId: string, bytes: Buffer): Promise<void> {
  const file = { institutionId, size: bytes.length, sha256: sha256(bytes), mediaType: 'text/plain' };
  await storeContentFile(world.deps, file, () => Readable.from([bytes]));
}

async function download(caller: Caller, digest: string): Promise<{ status: number; bytes: Buffer | null }> {
  const { status, body } = await caller.call(contentFileEndpoints.link, {
    params: { sha256: digest },
    body: { name: 'plan.md' },
  });
  if (status !== 200) return { status, bytes: null };
  const answer = await fetch(`${world.url}${body.url}`);
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
}

/** Makes a draft refer to a file. */
async function refer(id: string, bytes: Buffer): Promise<void> {
  const [module] = pathwayWithFile(bytes).modules;
  const block = module?.steps[0]?.blocks.find(({ type }) => type === 'file');
  if (!block) throw new Error('the sample has no file');
  const changes = [{ key: block.key, baseRevision: 0, value: { type: 'block' as const, block } }];
  await designer.call(studioEndpoints.save, { params: { id }, body: { windowId: randomUUID(), changes } });
}

/** What the sweep does so many days from now. */
const sweepIn = (days: number) =>
  sweepContentFiles({
    ...world.deps,
    clock: { now: () => new Date(Date.now() + days * DAY_MS) },
    listInstitutionIds: () => Promise.resolve([world.institutionId]),
    isInDraft: isFileInDraft,
  });

describe('a file that a designer uploads', () => {
  it('is downloaded as it is, under its name and as no page of ours', async () => {
    const bytes = newPlan();

    const upload = await uploadContent(designer, bytes, inDraft());
    const { body } = await designer.call(contentFileEndpoints.link, {
      params: { sha256: upload.sha256 ?? '' },
      body: { name: 'Lesson plan.md' },
    });
    const answer = await fetch(`${world.url}${body.url}`);

    expect(upload).toMatchObject({ state: 'ready', mediaType: 'text/plain', size: bytes.length });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
    expect(answer.headers.get('content-disposition')).toContain('Lesson%20plan.md');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('is for designers while only a draft offers it, and for teachers once it is published', async () => {
    const bytes = newPlan();
    await uploadContent(designer, bytes, inDraft());

    const before = await download(teacher, sha256(bytes));
    await publishPathway(world.deps, world.institutionId, pathwayWithFile(bytes));
    const after = await download(teacher, sha256(bytes));

    expect(before.status).toBe(404);
    expect(after).toEqual({ status: 200, bytes });
  });

  it('loses the metadata of a picture before its digest is made', async () => {
    const image = await photo('jpeg', 6);

    const upload = await uploadContent(designer, image, { ...inDraft(), name: 'class.jpg' });
    const stored = await download(designer, upload.sha256 ?? '');

    expect(upload.notes).toContain('metadata_stripped');
    expect(upload.sha256).toBe(sha256(stored.bytes ?? Buffer.alloc(0)));
    expect(stored.bytes?.includes('Sample phones')).toBe(false);
  });

  it('is refused with the reason if it is a program', async () => {
    const upload = await uploadContent(designer, Buffer.from('#!/bin/sh\nexit\n'), inDraft());

    expect(upload).toMatchObject({ state: 'refused', sha256: null, refusal: { code: 'program' } });
  });

  it('is refused before its first byte if it is larger than a bundle can hold', async () => {
    const begun = await beginContentUpload(designer, { ...inDraft(), size: 21 * 1024 ** 2 });

    expect(begun.status).toBe(413);
  });

  it('is not begun by a teacher', async () => {
    const begun = await beginContentUpload(teacher, { ...inDraft(), size: 5 });

    expect(begun.status).toBe(403);
  });

  it('is nobody else’s to look at', async () => {
    const { id } = await uploadContent(designer, newPlan(), inDraft());
    const reviewer = await world.launch('reviewer', world.links.module);

    const { status } = await reviewer.call(contentFileEndpoints.upload, { params: { id } });

    expect(status).toBe(404);
  });

  it('is no evidence', async () => {
    const { id } = await uploadContent(designer, newPlan(), inDraft());

    const answer = await designer.raw('GET', `/api/v1/artifacts/${id}`);

    expect([403, 404]).toContain(answer.status);
  });
});

describe('the same bytes', () => {
  it('are stored and counted once, if they are uploaded twice at once', async () => {
    const bytes = newPlan();
    const before = await findUsedBytes(world.institutionId);

    const uploads = await Promise.all([
      uploadContent(designer, bytes, inDraft()),
      uploadContent(designer, bytes, inDraft()),
    ]);

    const files = await filesOf(world.institutionId, sha256(bytes));
    expect(uploads.map(({ sha256: digest }) => digest)).toEqual([sha256(bytes), sha256(bytes)]);
    expect(files).toHaveLength(1);
    expect(await findUsedBytes(world.institutionId)).toBe(before + bytes.length);
  });

  it('leave no other chunks than those that are kept', async () => {
    const bytes = newPlan();
    const uploads = [
      await uploadContent(designer, bytes, inDraft()),
      await uploadContent(designer, bytes, inDraft()),
    ];

    const [file] = await filesOf(world.institutionId, sha256(bytes));
    const chunks = await chunkCollection()
      .find({ data: { $eq: bytes } })
      .toArray();

    expect(uploads).toHaveLength(2);
    expect(chunks.map((chunk) => chunk.files_id)).toEqual([file?.fileId]);
  });

  it('are stored once, if they are imported twice at once', async () => {
    const bytes = newPlan();

    await Promise.all([store(world.institutionId, bytes), store(world.institutionId, bytes)]);

    const files = await filesOf(world.institutionId, sha256(bytes));
    expect(files.map(({ state }) => state)).toEqual(['stored']);
  });

  it('are two files in two institutions, and one is not reached from the other', async () => {
    const bytes = newPlan();
    const other = await ensureInstitution(world.deps, `Other ${randomUUID()}`);
    await store(other._id, bytes);

    const seen = await download(designer, sha256(bytes));
    await store(world.institutionId, bytes);

    const [[mine], [theirs]] = [
      await filesOf(world.institutionId, sha256(bytes)),
      await filesOf(other._id, sha256(bytes)),
    ];
    expect(seen.status).toBe(404);
    expect(mine?.fileId).not.toBe(theirs?.fileId);
  });
});

describe('an upload that has begun', () => {
  it('goes no further once its draft is put away, and says so', async () => {
    const bytes = newPlan();
    const id = uploadIdOf(await beginContentUpload(designer, { ...inDraft(), size: bytes.length }));
    await designer.call(studioEndpoints.discard, { params: { id: draftId } });

    const sent = await sendBytes(designer, id, bytes);

    expect(sent.status).toBe(404);
    expect(await sent.json()).toMatchObject({ message: expect.stringContaining('draft') });
    expect(await filesOf(world.institutionId, sha256(bytes))).toEqual([]);
  });

  it('goes no further once its author has lost the role, and can still be removed', async () => {
    const bytes = newPlan();
    const admin = await world.launch('teacher-5', world.links.module);
    const role = { role: 'admin', contextId: null } as const;
    const assignment = await withRole(world, world, admin, role);
    const id = uploadIdOf(await beginContentUpload(admin, { ...inDraft(), size: bytes.length }));
    await AssignmentModel.deleteOne({ institutionId: world.institutionId, _id: assignment });

    const sent = await sendBytes(admin, id, bytes);
    const removed = await admin.raw('DELETE', `/api/v1/uploads/${id}`, {
      headers: { 'tus-resumable': '1.0.0' },
    });

    expect(sent.status).toBe(403);
    expect(removed.status).toBe(204);
    expect(
      await ArtifactModel.findOne({ institutionId: world.institutionId, _id: id, removedAt: null }),
    ).toBeNull();
  });
});

describe('the sweep', () => {
  it('drops a file that nothing refers to after a month, with its bytes and its room', async () => {
    const bytes = newPlan();
    const before = await findUsedBytes(world.institutionId);
    await store(world.institutionId, bytes);
    const [file] = await filesOf(world.institutionId, sha256(bytes));

    await sweepIn(29);
    const early = await filesOf(world.institutionId, sha256(bytes));
    await sweepIn(31);

    expect(early).toHaveLength(1);
    expect(await filesOf(world.institutionId, sha256(bytes))).toEqual([]);
    expect(await chunkCollection().countDocuments({ files_id: file?.fileId ?? '' })).toBe(0);
    expect(await findUsedBytes(world.institutionId)).toBeLessThanOrEqual(before);
  });

  it('keeps what an open draft refers to, and drops it once the draft was put away', async () => {
    const bytes = newPlan();
    await store(world.institutionId, bytes);
    await refer(draftId, bytes);

    await sweepIn(31);
    const whileOpen = await filesOf(world.institutionId, sha256(bytes));
    await designer.call(studioEndpoints.discard, { params: { id: draftId } });
    await sweepIn(62);

    expect(whileOpen).toHaveLength(1);
    expect(await filesOf(world.institutionId, sha256(bytes))).toEqual([]);
  });

  it('keeps what a published version offers for good', async () => {
    const bytes = newPlan();
    await store(world.institutionId, bytes);
    await publishPathway(world.deps, world.institutionId, pathwayWithFile(bytes));

    await sweepIn(10_000);

    expect(await filesOf(world.institutionId, sha256(bytes))).toMatchObject([{ published: true }]);
  });

  it('removes the bytes of a process that was killed while it stored them', async () => {
    const [bytes, fileId] = [newPlan(), randomUUID()];
    const { size, sha256: digest } = listed('', bytes);
    await ContentFileModel.create({
      ...{ _id: randomUUID(), institutionId: world.institutionId, sha256: digest, size, fileId },
      ...{ mediaType: 'text/plain', state: 'storing', published: false, createdAt: new Date() },
      sweepAt: new Date(Date.now() + 3_600_000),
    });
    await chunkCollection().insertOne({ files_id: fileId, n: 0, data: bytes } as never);

    await sweepIn(1);

    expect(await chunkCollection().countDocuments({ files_id: fileId })).toBe(0);
    expect(await filesOf(world.institutionId, digest)).toEqual([]);
  });

  it('puts off a file that a draft begins to refer to at the same moment, or drops it before', async () => {
    const bytes = newPlan();
    await store(world.institutionId, bytes);
    await ContentFileModel.updateOne(
      { institutionId: world.institutionId, sha256: sha256(bytes) },
      { $set: { sweepAt: new Date() } },
    );

    await Promise.all([sweepIn(0), refer(draftId, bytes)]);

    const [file] = await filesOf(world.institutionId, sha256(bytes));
    if (file) expect(file.sweepAt?.getTime()).toBeGreaterThan(Date.now() + 20 * 3_600_000);
    expect(['stored', undefined]).toContain(file?.state);
  });
});

describe('storing', () => {
  it('keeps nothing if the bytes are not those that were announced', async () => {
    const bytes = newPlan();
    const file = {
      institutionId: world.institutionId,
      size: bytes.length,
      sha256: sha256(bytes),
      mediaType: 'text/plain',
    };

    const stored = storeContentFile(world.deps, file, () => Readable.from([newPlan()]));

    await expect(stored).rejects.toThrow(/not those that were announced/);
    expect(await filesOf(world.institutionId, sha256(bytes))).toEqual([]);
  });

  it('is refused where there is no room, and leaves nothing', async () => {
    const poor = await ensureInstitution(world.deps, `Poor ${randomUUID()}`);
    const deps = { ...world.deps, config: { quotaBytes: 10 } };
    const bytes = newPlan();
    const file = {
      institutionId: poor._id,
      size: bytes.length,
      sha256: sha256(bytes),
      mediaType: 'text/plain',
    };

    const stored = storeContentFile(deps, file, () => Readable.from([bytes]));

    await expect(stored).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await filesOf(poor._id, sha256(bytes))).toEqual([]);
  });
});
