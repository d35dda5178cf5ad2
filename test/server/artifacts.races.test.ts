import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ArtifactModel, type ArtifactDoc } from '../../server/features/artifacts/artifact.model.ts';
import { chunkCollection } from '../../server/features/artifacts/storage/chunks.ts';
import { digestStored } from '../../server/features/artifacts/storage/chunkReader.ts';
import { beginUpload } from '../../server/features/artifacts/uploads/beginUpload.ts';
import type { UploadKey } from '../../server/features/artifacts/uploads/uploadId.ts';
import { UploadWriting } from '../../server/features/artifacts/uploads/uploadWriting.ts';
import { INSTITUTION, sessionOf } from '../bench/files/artifactServer.ts';
import { filmBytes, filmDigest } from '../bench/files/content.ts';
import { useArtifacts } from '../bench/files/testApp.ts';

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
    return (await writing.end(new Date())).complete;
  } catch {
    return false;
  } finally {
    await writing.release();
  }
}

describe('an upload whose writer died, with chunks that it had not checked in', () => {
  it.each([2, 3, 5])(
    'is whole after %s processes went on with it at once, however they meet in the clean-up',
    async (count) => {
      const { deps } = await artifacts.start();
      for (let round = 0; round < 4; round++) {
        const metadata = { attemptId: randomUUID(), filename: 'a.mp4', clientId: randomUUID(), criteria: '' };
        const artifactId = await beginUpload(deps, sessionOf(randomUUID()), { size: SIZE, metadata });
        const key = { institutionId: INSTITUTION, artifactId };
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
