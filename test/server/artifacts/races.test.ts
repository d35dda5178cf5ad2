import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { ArtifactModel, type ArtifactDoc } from '../../../server/features/artifacts/artifact.model.ts';
import { noScanner, type Scanner } from '../../../server/features/artifacts/scanner/scanner.ts';
import { chunkCollection } from '../../../server/features/artifacts/storage/chunks.ts';
import { digestStored } from '../../../server/features/artifacts/storage/chunkReader.ts';
import { sweepArtifacts } from '../../../server/features/artifacts/sweep.service.ts';
import { beginUpload } from '../../../server/features/artifacts/uploads/beginUpload.ts';
import {
  claimUpload,
  deleteUncheckedChunks,
  claimForWriting,
} from '../../../server/features/artifacts/uploads/uploadClaim.ts';
import type { UploadKey } from '../../../server/features/artifacts/uploads/uploadId.ts';
import { UploadWriting } from '../../../server/features/artifacts/uploads/uploadWriting.ts';
import { INSTITUTION, sessionOf } from '../../support/files/artifactServer.ts';
import { filmBytes, filmDigest } from '../../support/files/content.ts';
import { useArtifacts } from '../../support/files/testApp.ts';

const MIB = 1024 * 1024;
const SIZE = 4 * MIB + 9;
const artifacts = useArtifacts();

async function get({ artifactId }: UploadKey): Promise<ArtifactDoc> {
  const doc = await ArtifactModel.findOne({ institutionId: INSTITUTION, _id: artifactId }).lean();
  if (!doc) throw new Error('there is no upload');
  return doc;
}

/** Writes all that is missing, as a PATCH does. @returns whether it came to an end */
async function goOn(key: UploadKey, offset: number): Promise<boolean> {
  const writing = await UploadWriting.begin(key, offset).catch(() => null);
  if (!writing) return false;
  try {
    for (const part of filmBytes(SIZE, offset)) await writing.append(part);
    return (await writing.end()).complete;
  } catch {
    return false;
  } finally {
    await writing.release();
  }
}

async function begin(): Promise<UploadKey> {
  const { deps } = await artifacts.start();
  const metadata = { attemptId: randomUUID(), filename: 'a.mp4', clientId: randomUUID(), criteria: '' };
  const artifactId = await beginUpload(deps, sessionOf(randomUUID()), { size: SIZE, metadata });
  return { institutionId: INSTITUTION, artifactId };
}

/** Numbers of the chunks that are stored. */
async function chunksOf(key: UploadKey): Promise<number[]> {
  const { fileId } = await get(key);
  const chunks = await chunkCollection()
    .find({ files_id: fileId }, { projection: { n: 1 } })
    .sort({ n: 1 })
    .toArray();
  return chunks.map(({ n }) => n);
}

async function append(writing: UploadWriting, from: number, to: number): Promise<void> {
  for (const part of filmBytes(SIZE, from, to)) await writing.append(part);
}

const CONFLICT = { code: 'UPLOAD_OFFSET_CONFLICT' };

describe('a writer that was overtaken', () => {
  it.each([
    ['less than a chunk', 0, 1000],
    ['whole chunks', 0, 2 * MIB],
    ['whole chunks and a part of one', 0, 2 * MIB + 5],
    ['what follows a tail', 700, MIB + 9],
    ['the last byte', 0, SIZE],
    ['nothing', 0, 0],
  ])('with %s can’t say that it is here: the upload stands where it stood', async (_what, from, to) => {
    const key = await begin();
    if (from > 0) {
      const before = await UploadWriting.begin(key, 0);
      await append(before, 0, from);
      await before.end();
      await before.release();
    }
    const overtaken = await UploadWriting.begin(key, from);
    await append(overtaken, from, to);
    // answered by the database, and so among what the next one clears away
    const whole = Math.floor(to / MIB);
    while ((await chunksOf(key)).length < whole);
    const next = await UploadWriting.begin(key, from);

    const ended = await overtaken.end().catch((error: unknown) => error);

    const { state, upload } = await get(key);
    await Promise.all([overtaken.release(), next.release()]);
    expect(ended).toMatchObject(CONFLICT);
    expect({ state, offset: upload.offset, n: upload.n }).toEqual({ state: 'uploading', offset: from, n: 0 });
    expect(await goOn(key, from)).toBe(true);
    expect(await digestStored((await get(key)).fileId, SIZE)).toBe(filmDigest(SIZE));
  });

  it('between its claim and its clean-up takes away nothing of the one that came after', async () => {
    const key = await begin();
    const dead = await UploadWriting.begin(key, 0);
    const late = await claimUpload(key, 0);
    const next = await UploadWriting.begin(key, 0);
    await append(next, 0, 2 * MIB);
    const stand = await next.end();

    const cleared = await deleteUncheckedChunks(late).catch((error: unknown) => error);

    await Promise.all([dead.release(), next.release()]);
    expect(late.upload.open).toBe(true);
    expect(stand).toEqual({ offset: 2 * MIB, complete: false });
    expect(cleared).toMatchObject(CONFLICT);
    expect(await chunksOf(key)).toEqual([0, 1]);
    expect(await goOn(key, 2 * MIB)).toBe(true);
    expect(await digestStored((await get(key)).fileId, SIZE)).toBe(filmDigest(SIZE));
  });
});

describe('a writer that nobody overtakes', () => {
  it('is never told so, however many other writes are under way when it begins', async () => {
    const key = await begin();
    let isBusy = true;
    const others = Array.from({ length: 8 }, async () => {
      const documents = (): object[] => Array.from({ length: 20 }, () => ({}));
      while (isBusy)
        await mongoose.connection.collection('others').insertMany(documents(), { writeConcern: { w: 1 } });
    });

    const faults: unknown[] = [];
    for (let round = 0; round < 150; round++) {
      await claimForWriting(key, 0).catch((error: unknown) => faults.push(error));
    }
    isBusy = false;
    await Promise.all(others);

    expect(faults).toEqual([]);
  });
});

describe('an upload whose writer died, with chunks that it had not checked in', () => {
  it.each([2, 3, 5])(
    'is whole after %s processes went on with it at once, however they meet in the clean-up',
    async (count) => {
      for (let round = 0; round < 4; round++) {
        const key = await begin();
        const dead = await UploadWriting.begin(key, 0);
        // of the dead writer: other bytes than will be sent again would show at once
        const { fileId } = await get(key);
        const left = [0, 1, 2].map((n) => ({ files_id: fileId, n, data: Buffer.alloc(MIB, 0xee) }));
        await chunkCollection().insertMany(left as never);

        // without the lease that would let one go first
        const first = await Promise.all(Array.from({ length: count }, () => goOn(key, 0)));
        for (let again = 0; again < 10 && (await get(key)).state === 'uploading'; again++) {
          await goOn(key, (await get(key)).upload.offset);
        }
        await dead.release();

        expect(first.filter(Boolean).length).toBeLessThanOrEqual(1);
        expect((await get(key)).state).toBe('checking');
        expect(await digestStored(fileId, SIZE)).toBe(filmDigest(SIZE));
        expect(await chunkCollection().countDocuments({ files_id: fileId })).toBe(5);
      }
    },
    60_000,
  );
});

describe('an upload that is due to go', () => {
  it('and comes to its end while the sweep is at others is kept, whole', async () => {
    const app = await artifacts.start();
    const key = await begin();
    const first = await begin();
    await goOn(first, 0);
    const due = (ago: number) => ({ $set: { sweepAt: new Date(Date.now() - ago) } });
    await ArtifactModel.updateOne({ institutionId: INSTITUTION, _id: first.artifactId }, due(2000));
    await ArtifactModel.updateOne({ institutionId: INSTITUTION, _id: key.artifactId }, due(1000));
    const scanner: Scanner = {
      ...noScanner,
      kind: 'clamd',
      scan: async () => {
        await goOn(key, 0);
        return { verdict: 'clean' };
      },
    };

    await sweepArtifacts({
      ...app.deps,
      scanner,
      listInstitutionIds: () => Promise.resolve([INSTITUTION]),
    });

    const kept = await get(key);
    expect(kept).toMatchObject({ state: 'checking', removedAt: null });
    expect(await digestStored(kept.fileId, SIZE)).toBe(filmDigest(SIZE));
  });
});
