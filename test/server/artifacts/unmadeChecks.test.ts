import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import { checkArtifact } from '../../../server/features/artifacts/artifactChecks.ts';
import { startChecks, type RunningChecks } from '../../../server/features/artifacts/checks.service.ts';
import type { Scanner } from '../../../server/features/artifacts/scanner/scanner.ts';
import { beginUpload } from '../../../server/features/artifacts/uploads/beginUpload.ts';
import { UploadWriting } from '../../../server/features/artifacts/uploads/uploadWriting.ts';
import { idOf } from '../../support/files/artifacts.ts';
import {
  artifactDeps,
  INSTITUTION,
  OTHER_INSTITUTION,
  sessionOf,
} from '../../support/files/artifactServer.ts';
import { sha256 } from '../../support/files/asserts.ts';
import { pdf } from '../../support/files/samples.ts';
import { useArtifacts } from '../../support/files/testApp.ts';
import { createUpload, patchUpload } from '../../support/files/tusClient.ts';
import { startWorker } from '../../support/files/workers.ts';
import { until } from '../../support/until.ts';

const artifacts = useArtifacts();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const LOOK_EVERY_MS = 200;
const data = pdf();

/** A process that looks after checks, as each with workers does. @param how.listInstitutionIds  what its round of all gets */
function lookAfterChecks(
  how: { scanner?: Scanner; listInstitutionIds?: () => Promise<string[]> } = {},
): RunningChecks {
  const deps = artifactDeps(how.scanner ? { scanner: how.scanner } : {});
  const all = () => Promise.resolve([OTHER_INSTITUTION, INSTITUTION]);
  const listInstitutionIds = how.listInstitutionIds ?? all;
  const checks = startChecks({ ...deps, listInstitutionIds }, LOOK_EVERY_MS);
  ends.push(() => checks.stop());
  return checks;
}

/** A scanner that takes what it is sent and never answers. */
async function silentScanner(): Promise<{ url: string; asked: Promise<unknown> }> {
  const server: Server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return { url: `tcp://127.0.0.1:${port}`, asked: once(server, 'connection') };
}

const find = (id: string) => ArtifactModel.findOne({ institutionId: INSTITUTION, _id: id }).lean();

/** Waits for the file, as nobody asks for it: only the database is looked at. */
const ready = (id: string) =>
  until('the file is ready', async () => {
    const doc = await find(id);
    return doc?.state === 'ready' ? doc : null;
  });

/** An upload whose process dies between its last byte and the check. */
async function allBytesIn(): Promise<string> {
  const metadata = { attemptId: randomUUID(), filename: 'a.pdf', clientId: randomUUID(), criteria: '' };
  const id = await beginUpload(artifactDeps(), sessionOf(randomUUID()), { size: data.length, metadata });
  const writing = await UploadWriting.begin({ institutionId: INSTITUTION, artifactId: id }, 0);
  await writing.append(data);
  await writing.end();
  await writing.release();
  return id;
}

describe('a file whose check nobody makes', () => {
  it('since its process was killed amid the check, is ready soon after, though nobody asks for it', async () => {
    const scanner = await silentScanner();
    const worker = await startWorker(artifacts.uri());
    ends.push(() => worker.stop());
    const { url = '' } = await worker.order({ do: 'serve', clamdUrl: scanner.url });
    const location = await createUpload(url, { size: data.length });
    const patch = patchUpload(`${url}${location}`, { offset: 0, length: data.length, body: [data] });
    patch.catch(() => undefined);
    await scanner.asked;
    worker.process.kill('SIGKILL');
    await once(worker.process, 'exit');
    const left = await find(idOf(location));
    const leaseMs = (left?.checking?.until.getTime() ?? NaN) - Date.now();

    lookAfterChecks();
    const doc = await ready(idOf(location));

    expect(left).toMatchObject({ state: 'checking' });
    expect(left?.sweepAt).toEqual(left?.checking?.until);
    expect(leaseMs).toBeLessThanOrEqual(10_000);
    expect(doc).toMatchObject({ sha256: sha256(data), failedChecks: 1, checking: null });
  });

  it('since its process died before the check began, is ready soon after', async () => {
    const id = await allBytesIn();
    const left = await find(id);

    lookAfterChecks();

    expect(left).toMatchObject({ state: 'checking', checking: null });
    expect(await ready(id)).toMatchObject({ sha256: sha256(data), failedChecks: 0 });
  });

  it('and that comes while others look, is heard of without the round of all institutions', async () => {
    const rounds = { count: 0 };
    lookAfterChecks({
      listInstitutionIds: () => {
        rounds.count += 1;
        return Promise.resolve([]);
      },
    });
    // the first at its start, the second when it has begun to listen
    await until('it listens', () => Promise.resolve(rounds.count >= 2 || null));

    const id = await allBytesIn();

    expect(await ready(id)).toMatchObject({ sha256: sha256(data) });
  });

  it('since the scanner was away for a moment, is checked once it is back, and not called delayed', async () => {
    const asked = { times: 0 };
    const scanner: Scanner = {
      kind: 'clamd',
      scan: () => {
        asked.times += 1;
        return asked.times === 1
          ? Promise.reject(new Error('not reachable'))
          : Promise.resolve({ verdict: 'clean' as const });
      },
      status: () => Promise.resolve({ kind: 'clamd', reachable: true, version: 'test' }),
    };
    lookAfterChecks({ scanner });

    const id = await allBytesIn();

    expect(await ready(id)).toMatchObject({ checkTries: 1, failedChecks: 0 });
  });

  it('is given back at once by a process that is told to end, and that counts as no failure', async () => {
    const scanning = { begun: (): void => undefined };
    const begun = new Promise<void>((resolve) => (scanning.begun = resolve));
    const never: Scanner = {
      kind: 'clamd',
      scan: () => {
        scanning.begun();
        return new Promise(() => undefined);
      },
      status: () => Promise.resolve({ kind: 'clamd', reachable: true, version: 'test' }),
    };
    const stopping = new AbortController();
    const deps = { ...artifactDeps({ scanner: never }), stopping: stopping.signal };
    const id = await allBytesIn();
    void checkArtifact(deps, { institutionId: INSTITUTION, artifactId: id });
    await begun;

    stopping.abort();
    await until('given back', async () => ((await find(id))?.checking === null ? true : null));
    await checkArtifact(artifactDeps(), { institutionId: INSTITUTION, artifactId: id });

    expect(await find(id)).toMatchObject({ state: 'ready', failedChecks: 0 });
  });

  it('since it ends every process, is not tried at once again and again: each death doubles the wait', async () => {
    const id = await allBytesIn();
    const leases: number[] = [];
    const scans = { begun: 0 };
    const never: Scanner = {
      kind: 'clamd',
      scan: () => {
        scans.begun += 1;
        return new Promise(() => undefined);
      },
      status: () => Promise.resolve({ kind: 'clamd', reachable: true, version: 'test' }),
    };

    for (let deaths = 0; deaths < 4; deaths++) {
      const past = new Date(Date.now() - 60_000);
      const before = { by: randomUUID(), until: past };
      await ArtifactModel.updateOne({ institutionId: INSTITUTION, _id: id }, { $set: { checking: before } });
      void checkArtifact(artifactDeps({ scanner: never }), { institutionId: INSTITUTION, artifactId: id });
      const taken = await until('taken', async () => {
        const doc = await find(id);
        return doc?.checking && doc.checking.by !== before.by ? doc.checking : null;
      });
      leases.push(Math.round((taken.until.getTime() - Date.now()) / 10_000));
      // from then on it does nothing, as if its process were dead
      await until('scanned', () => Promise.resolve(scans.begun > deaths || null));
    }

    expect(leases).toEqual([1, 2, 4, 8]);
  });
});
