import { randomUUID } from 'node:crypto';
import { request, type ClientRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { connectDatabase } from '../../../server/db.ts';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import type { Scanner } from '../../../server/features/artifacts/scanner/scanner.ts';
import { sweepArtifacts } from '../../../server/features/artifacts/sweep.service.ts';
import { ChunkWriter } from '../../../server/features/artifacts/storage/chunkWriter.ts';
import { idOf, prepareArtifacts, settledArtifact } from '../../support/files/artifacts.ts';
import {
  artifactApp,
  artifactDeps,
  INSTITUTION,
  listen,
  type Listening,
} from '../../support/files/artifactServer.ts';
import { download, sha256 } from '../../support/files/asserts.ts';
import { filmBytes, filmDigest } from '../../support/files/content.ts';
import { createUpload, headUpload, patchUpload, TUS } from '../../support/files/tusClient.ts';
import { startReplicaSet, type Member, type TestReplicaSet } from '../../support/replicaSet.ts';
import { until } from '../../support/until.ts';

const MIB = 1024 * 1024;
const SIZE = 6 * MIB + 77;
const DB = 'uploads';

let set: TestReplicaSet;
let app: Listening;
beforeAll(async () => {
  set = await startReplicaSet();
  await connectDatabase(set.uri(DB));
  await prepareArtifacts();
  app = await listen(artifactApp(artifactDeps()));
}, 120_000);
afterAll(async () => {
  await app.close();
  await mongoose.disconnect();
  await set.stop();
});

/** A PATCH whose body is sent by hand. `status` is null as long as it is not answered, 0 when its connection broke. */
class OpenPatch {
  status: number | null = null;
  readonly ended: Promise<number>;
  readonly #req: ClientRequest;

  constructor(url: string, offset: number, length: number) {
    const headers = {
      ...TUS,
      authorization: 'Bearer teacher',
      'content-type': 'application/offset+octet-stream',
      'content-length': length,
      'upload-offset': offset,
    };
    this.#req = request(url, { method: 'PATCH', headers });
    this.ended = new Promise<number>((resolve) => {
      this.#req.on('error', () => resolve(0));
      this.#req.on('response', (res) => resolve(res.resume().statusCode ?? 0));
    }).then((status) => (this.status = status));
  }

  send(bytes: Iterable<Buffer>): void {
    for (const part of bytes) this.#req.write(part);
  }

  end(bytes: Iterable<Buffer>): void {
    this.send(bytes);
    this.#req.end();
  }
}

/** Chunks that this very member holds, whether or not a majority does. */
async function chunksOn(member: Member): Promise<number> {
  const client = new mongoose.mongo.MongoClient(`mongodb://${member.host}/`, { directConnection: true });
  try {
    return await client
      .db(DB)
      .collection('artifacts.chunks')
      .countDocuments({}, { readPreference: 'primaryPreferred' });
  } finally {
    await client.close();
  }
}

async function stopReplication(primary: Member): Promise<void> {
  for (const other of set.others(primary)) await other.failPoint('stopReplProducer', 'alwaysOn');
}

/**
 * Takes the primary away, lets the others go on without what only it had, and starts it again. One that steps down first tells its
 * clients so, and they make their last write once more at the next primary; the connections of one that is killed just break.
 */
async function failOver(primary: Member, stepsDown: boolean): Promise<void> {
  if (stepsDown) await primary.command({ replSetStepDown: 60, secondaryCatchUpPeriodSecs: 0, force: true });
  await primary.kill();
  for (const other of set.others(primary)) await other.failPoint('stopReplProducer', 'off');
  await set.primary(primary);
  await primary.restart();
}

/** As the client does: asks where the upload stands and sends the rest, again and again. */
async function resume(url: string): Promise<void> {
  await until('the upload is complete', async () => {
    const head = await headUpload(url);
    const offset = Number(head.headers['upload-offset']);
    if (head.status !== 200) return null;
    if (offset === SIZE) return true;
    await patchUpload(url, { offset, length: SIZE - offset, body: filmBytes(SIZE, offset) });
    return null;
  });
}

describe('an upload whose chunks only a primary has that is killed', () => {
  it.each([
    ['before the PATCH claimed it', 0, SIZE, false],
    ['before a PATCH that is not the last claimed it', 0, SIZE - MIB, false],
    ['before the PATCH claimed it, stepping down', 0, SIZE, true],
    ['amid the PATCH with the last byte', 2 * MIB, SIZE, false],
    ['amid the PATCH with the last byte, stepping down', 2 * MIB, SIZE, true],
    ['amid a PATCH that is not the last', 2 * MIB, SIZE - MIB, false],
    ['amid a PATCH that is not the last, stepping down', 2 * MIB, SIZE - MIB, true],
  ])(
    'is not acknowledged, goes on, and is whole (%s)',
    async (_when, before, end, stepsDown) => {
      const location = await createUpload(app.url, { size: SIZE });
      const url = `${app.url}${location}`;
      const primary = await set.primary();
      const held = await chunksOn(primary);
      const patch = new OpenPatch(url, 0, end);
      if (before > 0) {
        patch.send(filmBytes(SIZE, 0, before));
        const all = [primary, ...set.others(primary)];
        await until('the first chunks everywhere', async () => {
          const counts = await Promise.all(all.map(chunksOn));
          return counts.every((count) => count > held) || null;
        });
      }
      await stopReplication(primary);
      patch.end(filmBytes(SIZE, before, end));
      // six of them wait for a majority at a time, also where the claim before them waits for none
      const full = Math.floor(Math.min(end, before + 6 * MIB) / MIB);
      await until(
        'chunks that only the primary has',
        async () => (await chunksOn(primary)) >= held + full || null,
      );

      const answeredAlone = patch.status;
      await failOver(primary, stepsDown);
      await patch.ended;
      await resume(url);

      expect(answeredAlone).toBeNull();
      const view = await settledArtifact(app.url, idOf(location));
      expect(view).toMatchObject({ state: 'ready', size: SIZE, sha256: filmDigest(SIZE) });
      expect(sha256(await download(app.url, view.url))).toBe(filmDigest(SIZE));
    },
    180_000,
  );
});

describe('a check amid which the primary is killed', () => {
  it('goes on by itself once there is another: the file is ready, and whole', async () => {
    const asked = { times: 0, letGo: (): void => undefined };
    const scanning = new Promise<void>((resolve) => (asked.letGo = resolve));
    const scanner: Scanner = {
      kind: 'clamd',
      async scan(content) {
        asked.times += 1;
        if (asked.times === 1) await scanning;
        for await (const part of content) expect(part.length).toBeGreaterThan(0);
        return { verdict: 'clean' };
      },
      status: () => Promise.resolve({ kind: 'clamd', reachable: true, version: 'test' }),
    };
    const deps = artifactDeps({ scanner });
    const scanned = await listen(artifactApp(deps));
    const location = await createUpload(scanned.url, { size: SIZE });
    const patch = new OpenPatch(`${scanned.url}${location}`, 0, SIZE);
    patch.end(filmBytes(SIZE));
    await until('the check', () => Promise.resolve(asked.times > 0 || null));

    const primary = await set.primary();
    await primary.kill();
    await set.primary(primary);
    asked.letGo();
    await primary.restart();
    const later = { now: () => new Date(Date.now() + 120_000) };
    await until('the file is ready', async () => {
      await sweepArtifacts({
        ...deps,
        clock: later,
        listInstitutionIds: () => Promise.resolve([INSTITUTION]),
      });
      const doc = await ArtifactModel.findOne({ institutionId: INSTITUTION, _id: idOf(location) }).lean();
      return doc?.state === 'ready' || null;
    });

    const view = await settledArtifact(scanned.url, idOf(location));
    expect(view).toMatchObject({ state: 'ready', size: SIZE, sha256: filmDigest(SIZE) });
    expect(sha256(await download(scanned.url, view.url))).toBe(filmDigest(SIZE));
    await scanned.close();
  }, 180_000);
});

describe('chunks on their way into the database', () => {
  it('are settled only once a majority holds them: an upload’s, and those of a copy without metadata', async () => {
    const primary = await set.primary();
    const held = await chunksOn(primary);
    const writer = new ChunkWriter({ fileId: randomUUID(), n: 0 });
    await stopReplication(primary);
    await writer.write(Buffer.alloc(2 * MIB + 1, 1));
    const end = { settled: false };
    const ended = writer.end().finally(() => (end.settled = true));

    await until('all chunks on the primary', async () => (await chunksOn(primary)) === held + 3 || null);
    const settledAlone = end.settled;
    for (const other of set.others(primary)) await other.failPoint('stopReplProducer', 'off');
    const length = await ended;
    await writer.release();

    expect(settledAlone).toBe(false);
    expect(length).toBe(2 * MIB + 1);
  }, 120_000);
});
