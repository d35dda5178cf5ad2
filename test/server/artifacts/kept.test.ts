import { describe, expect, it } from '@jest/globals';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import { ArtifactFileModel } from '../../../server/features/artifacts/artifactFile.model.ts';
import { findUsedBytes } from '../../../server/features/artifacts/artifacts.service.ts';
import { chunkCollection } from '../../../server/features/artifacts/storage/chunks.ts';
import { uploadAll, uploadBuffer } from '../../support/files/artifacts.ts';
import { download, film, sha256 } from '../../support/files/asserts.ts';
import { INSTITUTION } from '../../support/files/artifactServer.ts';
import { pdf, photo, pixelsOf, zipOf } from '../../support/files/samples.ts';
import { useArtifacts } from '../../support/files/testApp.ts';
import { ask } from '../../support/files/tusClient.ts';

const MIB = 1024 * 1024;
const artifacts = useArtifacts();

describe('what is kept of an upload', () => {
  it('an image without place and device, the digest being that of what is kept', async () => {
    const app = await artifacts.start();
    const image = await photo('jpeg', 6);

    const view = await uploadBuffer(app.url, image, { filename: 'IMG_0001.jpg' });
    const stored = await download(app.url, view.url);

    expect(view).toMatchObject({
      state: 'ready',
      kind: 'image',
      notes: ['metadata_stripped', 'not_scanned'],
    });
    expect(view.sha256).toBe(sha256(stored));
    expect(view.size).toBe(stored.length);
    expect(stored.includes('Sample phones')).toBe(false);
    expect(await pixelsOf(stored)).toEqual(await pixelsOf(image));
  });

  it('nothing of the image as it came: no chunk, no file, no byte on the quota', async () => {
    const app = await artifacts.start();

    const view = await uploadBuffer(app.url, await photo('png'));

    const files = await ArtifactFileModel.find({ institutionId: INSTITUTION }).lean();
    const [doc] = await ArtifactModel.find({ institutionId: INSTITUTION }).lean();
    const chunks = await chunkCollection().find({}).toArray();
    expect(files.map((file) => file._id)).toEqual([doc?.fileId]);
    expect(chunks.map((chunk) => chunk.files_id)).toEqual([doc?.fileId]);
    expect(await findUsedBytes(INSTITUTION)).toBe(view.size);
    expect(doc).toMatchObject({ garbage: [], sweepAt: null, strippedMetadata: true });
  });

  it('an image larger than a chunk, with its metadata at both ends', async () => {
    const app = await artifacts.start();
    const small = await photo('png');
    const body = Buffer.alloc(3 * MIB, 7);
    // a private chunk of 3 MiB amid the image: it goes, whatever it holds
    const head = Buffer.from([0, 0x30, 0, 0, ...Buffer.from('prVt')]);
    const image = Buffer.concat([small.subarray(0, 33), head, body, Buffer.alloc(4), small.subarray(33)]);

    const view = await uploadBuffer(app.url, image);

    expect(view.size).toBeLessThan(small.length);
    expect(await pixelsOf(await download(app.url, view.url))).toEqual(await pixelsOf(small));
  });

  it('a film as it came, and the page is told that its metadata stays', async () => {
    const app = await artifacts.start();

    const view = await uploadAll(app.url, film(5000));

    expect(view.notes).toEqual(['video_metadata_stays', 'not_scanned']);
  });

  it('nothing of a zip bomb named .png', async () => {
    const app = await artifacts.start();
    const bomb = await zipOf({ 'a.bin': Buffer.alloc(50 * MIB) });

    const view = await uploadBuffer(app.url, bomb, { filename: 'holiday.png' });

    expect(view).toMatchObject({ state: 'refused', refusal: { code: 'archive' }, kind: null, sha256: null });
    expect(await chunkCollection().countDocuments({})).toBe(0);
  });

  it.each([
    ['a name of 300 letters', `${'x'.repeat(300)}.pdf`, /^x{240,}….pdf$/],
    ['a name of 4,000 letters', `${'x'.repeat(3996)}.pdf`, /^x{240,}….pdf$/],
    ['a name of 300 letters of four bytes', `${'\u{1F3D5}'.repeat(300)}.pdf`, /^[\u{1F3D5}]{120,}….pdf$/u],
    ['a name of 255 letters, and blanks around it', ` ${'y'.repeat(251)}.pdf  `, /^y{251}\.pdf$/],
    ['no name', '', /^file$/],
    ['a name of blanks', '   ', /^file$/],
  ])('%s as far as it fits, with its ending; it is never refused for it', async (_what, filename, kept) => {
    const app = await artifacts.start();

    const view = await uploadBuffer(app.url, pdf(), { filename });
    const renamed = await ask({
      method: 'PATCH',
      url: `${app.url}/api/v1/artifacts/${view.id}`,
      headers: { authorization: 'Bearer teacher', 'content-type': 'application/json' },
      body: [Buffer.from(JSON.stringify({ name: `b${filename}` }))],
    });

    expect(view).toMatchObject({ state: 'ready' });
    expect(view.name).toMatch(kept);
    expect(view.name.length).toBeLessThanOrEqual(255);
    expect(renamed.status).toBe(200);
  });

  it('a name with HTML in it as it was given: it is text, and no more', async () => {
    const app = await artifacts.start();
    const filename = '<img src=x onerror=alert(1)>.pdf';

    const view = await uploadBuffer(app.url, pdf(), { filename });

    expect(view.name).toBe(filename);
  });
});
