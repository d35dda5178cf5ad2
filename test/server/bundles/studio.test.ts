import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bundleEndpoints, type ImportBundle } from '../../../contract/bundles.ts';
import type { PathwayContent } from '../../../contract/content.ts';
import { copyContent } from '../../../contract/contentCopies.ts';
import { findingId } from '../../../contract/lint/findings.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import { readBundle } from '../../../server/bundles/readBundle.ts';
import { PathwayVersionModel } from '../../../server/features/catalog/pathway.model.ts';
import { contentHash } from '../../../server/features/catalog/publishing.service.ts';
import { ContentFileModel } from '../../../server/features/contentFiles/contentFile.model.ts';
import { openContentFile } from '../../../server/features/contentFiles/contentFiles.service.ts';
import { StudioDraftModel } from '../../../server/features/studio/studio.model.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { pathwayWithFile, PLAN, zipFiles } from '../../support/bundles/sampleBundle.ts';
import { beginContentUpload, sendBytes, uploadBundle, uploadIdOf } from '../../support/contentUploads.ts';

const world = useApp();
const { check, import: importOne, exportVersion, exportDraft } = bundleEndpoints;

/** Made before anything is connected: it takes longer than a connection is kept. */
const CROWDED = zipFiles(
  {},
  ...Array.from({ length: 100_000 }, (_, n) => ({ name: `files/${n}`, data: '' })),
);

let designer: Caller;
beforeAll(async () => {
  designer = await world.launch('designer', world.links.pathway);
});

/** A pathway with a file that the institution does not have yet. */
function newPathway(changes: Partial<PathwayContent> = {}): PathwayContent {
  return { ...copyContent(pathwayWithFile(), randomUUID(), randomUUID), source: 'Made up', ...changes };
}
const zipOf = (content: PathwayContent, files: Record<string, Buffer | string> = { 'files/plan.md': PLAN }) =>
  zipFiles({ 'pathway.json': JSON.stringify(content), ...files });

async function upload(content: PathwayContent, caller = designer): Promise<string> {
  return uploadBundle(caller, zipOf(content));
}
const importing = (body: ImportBundle, caller = designer) => caller.call(importOne, { body });
const versionsOf = (key: string, institutionId = world.institutionId) =>
  PathwayVersionModel.find({ institutionId, pathwayKey: key }).sort({ n: 1 }).lean();
const draftsOf = (key: string) =>
  StudioDraftModel.find({ institutionId: world.institutionId, contentKey: key, state: 'open' }).lean();

async function download(url: string): Promise<Buffer> {
  const answer = await fetch(`${world.url}${url}`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

describe('checking a bundle', () => {
  it('says what is in it and what the lint finds, and keeps nothing', async () => {
    const content = newPathway({ vision: '' });
    const uploadId = await upload(content);

    const { status, body } = await designer.call(check, { body: { uploadId } });

    expect(status).toBe(200);
    expect(body).toMatchObject({ version: null, isSame: false, draft: null });
    expect(body.files).toEqual([{ path: 'files/plan.md', size: PLAN.length }]);
    expect(body.findings.map(({ code }) => code)).toContain('missing_summary');
    expect(await versionsOf(content.key)).toEqual([]);
    expect(await draftsOf(content.key)).toEqual([]);
  });

  it('says whether the institution has the same already', async () => {
    const content = newPathway();
    const uploadId = await upload(content);
    await importing({ as: 'version', uploadId, reasons: [] });

    const { body } = await designer.call(check, { body: { uploadId } });

    expect(body).toMatchObject({ version: 1, isSame: true });
  });

  it.each([
    ['a path that leads out of it', { name: '../evil.txt', data: 'x' }, 'bad_path'],
    ['a bomb', { name: 'files/bomb.txt', data: Buffer.alloc(8 * 1024 ** 2), packed: true }, 'bomb'],
    ['a program', { name: 'files/run.txt', data: '#!/bin/sh\n' }, 'file_type'],
    ['the same name twice', { name: 'files/PLAN.md', data: 'x' }, 'duplicate_path'],
  ])('with %s gives the reason in words', async (_what, entry, fault) => {
    const files = { 'pathway.json': JSON.stringify(pathwayWithFile()), 'files/plan.md': PLAN };
    const uploadId = await uploadBundle(designer, zipFiles(files, entry));

    const answer = await designer.call(check, { body: { uploadId } });

    expect(answer).toMatchObject({ status: 422, error: { code: 'BUNDLE_REFUSED', details: { fault } } });
    expect(answer.error.message.length).toBeGreaterThan(20);
  });

  it.each([
    ['of an unknown schema version', '{"schemaVersion": 99}', 'unknown_version'],
    ['with a member twice', '{"schemaVersion": 2, "schemaVersion": 2}', 'duplicate_member'],
  ])('%s gives the reason in words', async (_what, pathway, fault) => {
    const uploadId = await uploadBundle(designer, zipFiles({ 'pathway.json': pathway }));

    const answer = await designer.call(check, { body: { uploadId } });

    expect(answer).toMatchObject({ status: 422, error: { code: 'BUNDLE_REFUSED', details: { fault } } });
  });

  it('of a hundred thousand files is refused by its directory', async () => {
    const uploadId = await uploadBundle(designer, CROWDED);

    const answer = await designer.call(check, { body: { uploadId } });

    expect(answer).toMatchObject({ status: 422, error: { details: { fault: 'too_many_files' } } });
  });

  it('that is cut off is refused as damaged', async () => {
    const whole = zipOf(newPathway());
    const uploadId = await uploadBundle(designer, whole.subarray(0, whole.length - 200));

    const answer = await designer.call(check, { body: { uploadId } });

    expect(answer).toMatchObject({ status: 422, error: { details: { fault: 'damaged' } } });
  });

  it('that has not arrived whole is not there yet', async () => {
    const whole = zipOf(newPathway());
    const begun = await beginContentUpload(designer, {
      purpose: 'bundle',
      size: whole.length,
      name: 'a.zip',
    });
    await sendBytes(designer, uploadIdOf(begun), whole.subarray(0, 100));

    const answer = await designer.call(check, { body: { uploadId: uploadIdOf(begun) } });

    expect(answer.status).toBe(404);
  });

  it('that somebody else uploaded is not there', async () => {
    const uploadId = await upload(newPathway());
    const reviewer = await world.launch('reviewer', world.links.module);

    const answer = await reviewer.call(check, { body: { uploadId } });

    expect(answer.status).toBe(404);
  });
});

describe('importing a bundle', () => {
  it('as a version publishes what was exported elsewhere under the same hash, byte for byte', async () => {
    const district = await world.addDistrict();
    const there = await district.launch('designer', district.links.pathway);
    const content = newPathway();
    await importing({ as: 'version', uploadId: await upload(content), reasons: [] });
    const { body: link } = await designer.call(exportVersion, {
      params: { key: content.key, n: '1' },
      body: {},
    });
    const zip = await download(link.url);

    await importing({ as: 'version', uploadId: await uploadBundle(there, zip), reasons: [] }, there);

    const [[here], [imported]] = [
      await versionsOf(content.key),
      await versionsOf(content.key, district.institutionId),
    ];
    expect(imported?.contentHash).toBe(here?.contentHash);
    const [file] = await ContentFileModel.find({ institutionId: district.institutionId }).lean();
    expect(await buffer(openContentFile(district.institutionId, file?.sha256 ?? ''))).toEqual(PLAN);
  });

  it('as a draft begins one with all its parts, which can be exported as it is', async () => {
    const content = newPathway();
    const draftId = randomUUID();

    const { status } = await importing({ as: 'draft', uploadId: await upload(content), draftId });
    const { body: link } = await designer.call(exportDraft, { params: { id: draftId }, body: {} });
    const exported = await readBundle(await download(link.url), (bundle) => bundle.content);

    expect(status).toBe(200);
    expect(exported).toEqual(content);
    expect(await versionsOf(content.key)).toEqual([]);
  });

  it('as a draft of a pathway that is published begins its next version', async () => {
    const content = newPathway();
    await importing({ as: 'version', uploadId: await upload(content), reasons: [] });

    const uploadId = await upload({ ...content, title: 'Changed' });
    await importing({ as: 'draft', uploadId, draftId: randomUUID() });

    expect(await draftsOf(content.key)).toMatchObject([{ baseVersion: 1 }]);
  });

  it.each(['draft', 'version'] as const)('as a %s never goes over an open draft', async (as) => {
    const content = newPathway();
    const first = randomUUID();
    await importing({ as: 'draft', uploadId: await upload(content), draftId: first });
    const uploadId = await upload({ ...content, title: 'Changed' });

    const answer = await importing(
      as === 'draft' ? { as, uploadId, draftId: randomUUID() } : { as, uploadId, reasons: [] },
    );

    expect(answer).toMatchObject({ status: 409, error: { code: 'STUDIO_DRAFT_OPEN' } });
    expect(await draftsOf(content.key)).toMatchObject([{ _id: first, revision: 1 }]);
    expect(await versionsOf(content.key)).toEqual([]);
  });

  it('makes one draft or one version, however often it is repeated', async () => {
    const [asDraft, asVersion] = [newPathway(), newPathway()];
    const [uploadId, versionUpload, draftId] = [await upload(asDraft), await upload(asVersion), randomUUID()];

    for (let time = 0; time < 2; time += 1) {
      const drafted = await importing({ as: 'draft', uploadId, draftId });
      const published = await importing({ as: 'version', uploadId: versionUpload, reasons: [] });
      expect([drafted.body.draftId, published.body.n]).toEqual([draftId, 1]);
    }

    expect(await draftsOf(asDraft.key)).toHaveLength(1);
    expect(await versionsOf(asVersion.key)).toHaveLength(1);
  });

  it('twice at once makes one draft', async () => {
    const content = newPathway();
    const uploadId = await upload(content);

    const answers = await Promise.all(
      [1, 2].map(() => importing({ as: 'draft', uploadId, draftId: randomUUID() })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await draftsOf(content.key)).toHaveLength(1);
  });

  it('as a version is refused with what the lint finds, and keeps nothing', async () => {
    const content = newPathway({ title: '' });

    const answer = await importing({ as: 'version', uploadId: await upload(content), reasons: [] });

    expect(answer).toMatchObject({ status: 422, error: { code: 'NOT_PUBLISHABLE' } });
    expect(await versionsOf(content.key)).toEqual([]);
  });

  it('as a version with warnings needs a reason for each, which is kept', async () => {
    const content = newPathway({ vision: '' });
    const uploadId = await upload(content);
    const { body } = await designer.call(check, { body: { uploadId } });
    const reasons = body.findings.map((finding) => ({ finding: findingId(finding), reason: 'Next week.' }));

    const without = await importing({ as: 'version', uploadId, reasons: [] });
    const withReasons = await importing({ as: 'version', uploadId, reasons });

    expect([without.status, withReasons.status]).toEqual([422, 200]);
    expect(await versionsOf(content.key)).toMatchObject([{ reasons }]);
  });

  it('is not for teachers', async () => {
    const teacher = await world.launch('teacher-1', world.links.module);

    const answer = await importing({ as: 'version', uploadId: randomUUID(), reasons: [] }, teacher);

    expect(answer.status).toBe(403);
  });
});

describe('exporting', () => {
  it('an earlier version gives what was published then, under the same hash', async () => {
    const content = newPathway();
    await importing({ as: 'version', uploadId: await upload(content), reasons: [] });
    const later = await upload({ ...content, title: 'Changed' });
    await importing({ as: 'version', uploadId: later, reasons: [] });
    const [first, second] = await versionsOf(content.key);

    const hashes = await Promise.all(
      ['1', '2'].map(async (n) => {
        const { body } = await designer.call(exportVersion, { params: { key: content.key, n }, body: {} });
        return readBundle(await download(body.url), ({ written }) => contentHash(written));
      }),
    );

    expect(hashes).toEqual([first?.contentHash, second?.contentHash]);
    expect(first?.contentHash).not.toBe(second?.contentHash);
  });

  it('a version that there is not is refused where it was asked for', async () => {
    const content = newPathway();
    await importing({ as: 'version', uploadId: await upload(content), reasons: [] });

    const answer = await designer.call(exportVersion, { params: { key: content.key, n: '2' }, body: {} });

    expect(answer).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } });
  });

  it('says in words which file a draft lacks, where it was asked for', async () => {
    const content = newPathway();
    const draftId = randomUUID();
    await importing({ as: 'draft', uploadId: await upload(content), draftId });
    const missing = pathwayWithFile(Buffer.from('Never uploaded.\n')).modules[0]?.steps[0]?.blocks.at(-1);
    const block = content.modules[0]?.steps[0]?.blocks.at(-1);
    if (missing?.type !== 'file' || block?.type !== 'file') throw new Error('the sample has no file');
    const value = { type: 'block' as const, block: { ...block, sha256: missing.sha256 } };
    await designer.call(studioEndpoints.save, {
      params: { id: draftId },
      body: { windowId: randomUUID(), changes: [{ key: block.key, baseRevision: 1, value }] },
    });

    const answer = await designer.call(exportDraft, { params: { id: draftId }, body: {} });

    expect(answer).toMatchObject({ status: 422, error: { code: 'CONTENT_FILE_MISSING' } });
    expect(answer.error.message).toContain('“A lesson plan”');
  });

  it('is by a link that works for nobody else’s pathway, and for no other version', async () => {
    const content = newPathway();
    await importing({ as: 'version', uploadId: await upload(content), reasons: [] });
    const { body: link } = await designer.call(exportVersion, {
      params: { key: content.key, n: '1' },
      body: {},
    });

    const others = [
      link.url.replace(content.key, randomUUID()),
      link.url.replace('/1?', '/2?'),
      link.url.replace('/1?', '/one?'),
      link.url.replace('/1?', '?'),
    ];
    const answers = await Promise.all(others.map((url) => fetch(`${world.url}${url}`)));

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 404]);
  });
});
