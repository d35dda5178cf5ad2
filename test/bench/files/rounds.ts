import { Agent } from 'node:http';
import mongoose from 'mongoose';
import { median } from '../figure.ts';
import { drain, uploadAll } from '../../support/files/artifacts.ts';
import { filmBytes, filmDigest } from '../../support/files/content.ts';
import { ask } from '../../support/files/tusClient.ts';
import { startWorker, type Worker } from '../../support/files/workers.ts';

const MIB = 1024 * 1024;
const WARM_UP_BYTES = 64 * MIB;

/** Median of a pair's rounds: our seconds over the driver's. */
export interface Ratios {
  onePatch: number;
  patches16: number;
  patches5: number;
  download: number;
}

/** A server and the plain driver in one process, and how large the content is that both take. */
interface Scene {
  worker: Worker;
  url: string;
  size: number;
  agent: Agent;
}

/** A ready artifact. */
export interface Stored {
  id: string;
  link: string;
  sha256: string | null;
}

/** Uploads the film of `size` bytes in PATCHes of `part` bytes. @throws unless it becomes ready */
export async function uploadFilm(
  url: string,
  agent: Agent,
  { size, part }: { size: number; part: number },
): Promise<Stored> {
  const bytes = (start: number, end: number): Iterable<Buffer> => filmBytes(size, start, end);
  const view = await uploadAll(url, { size, part, bytes }, { filename: 'film.mp4', agent });
  if (view.state !== 'ready' || view.url === null) throw new Error(`the upload ended as ${view.state}`);
  return { id: view.id, link: view.url, sha256: view.sha256 };
}

const expectedDigests = new Map<number, string>();

/** @throws when the digest that the server named is not the film's; to be called when no clock runs */
export function checkDigest(size: number, { sha256 }: Stored): void {
  const expected = expectedDigests.get(size) ?? filmDigest(size);
  expectedDigests.set(size, expected);
  if (sha256 !== expected) throw new Error(`the server named ${sha256 ?? 'no digest'}, not ${expected}`);
}

export async function removeStored(url: string, { id }: Stored): Promise<void> {
  const headers = { authorization: 'Bearer teacher' };
  const reply = await ask({ method: 'DELETE', url: `${url}/api/v1/artifacts/${id}`, headers });
  if (reply.status !== 200) throw new Error(`DELETE answered ${reply.status}`);
}

/** Seconds of one piece of work, begun when mongod has nothing left to write of what was before. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  await mongoose.connection.db?.admin().command({ fsync: 1 });
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** One upload, and one download of it for `down`, by the driver's streams. */
async function driverSeconds({ worker, size }: Scene, down: boolean): Promise<{ up: number; down: number }> {
  const up = await seconds(() => worker.order({ do: 'driverUpload', name: 'film', size }));
  const read = () => worker.order({ do: 'driverDownload', name: 'film' });
  const took = { up, down: down ? await seconds(read) : NaN };
  await worker.order({ do: 'driverDelete', name: 'film' });
  return took;
}

async function ownSeconds(scene: Scene, part: number, down: boolean): Promise<{ up: number; down: number }> {
  const { url, agent, size } = scene;
  const stored: Stored[] = [];
  const up = await seconds(async () => stored.push(await uploadFilm(url, agent, { size, part })));
  const [film] = stored;
  if (!film) throw new Error('nothing was stored');
  checkDigest(size, film);
  const read = async (): Promise<void> => {
    const length = await drain(`${url}${film.link}`);
    if (length !== size) throw new Error(`${length} of ${size} bytes came back`);
  };
  const took = { up, down: down ? await seconds(read) : NaN };
  await removeStored(url, film);
  return took;
}

/** Ours and the driver's, one right after the other; who goes first changes from round to round. */
async function pair(scene: Scene, part: number, driverFirst: boolean): Promise<{ up: number; down: number }> {
  const down = part >= scene.size;
  const first = driverFirst ? await driverSeconds(scene, down) : null;
  const own = await ownSeconds(scene, part, down);
  const driver = first ?? (await driverSeconds(scene, down));
  return { up: own.up / driver.up, down: own.down / driver.down };
}

async function oneRound(scene: Scene, driverFirst: boolean): Promise<Ratios> {
  const whole = await pair(scene, scene.size, driverFirst);
  const patches16 = await pair(scene, 16 * MIB, driverFirst);
  const patches5 = await pair(scene, 5 * MIB, driverFirst);
  return { onePatch: whole.up, patches16: patches16.up, patches5: patches5.up, download: whole.down };
}

/** Warm-up with 64 MiB, then the rounds. */
export async function measureRatios(
  uri: string,
  { size, rounds }: { size: number; rounds: number },
  say: (text: string) => void,
): Promise<Ratios> {
  const worker = await startWorker(uri);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const measured: Ratios[] = [];
  try {
    const { url = '' } = await worker.order({ do: 'serve' });
    const scene = { worker, url, size, agent };
    await oneRound({ ...scene, size: Math.min(size, WARM_UP_BYTES) }, true);
    for (let i = 0; i < rounds; i++) {
      const round = await oneRound(scene, i % 2 === 0);
      measured.push(round);
      const parts = Object.entries(round).map(([name, value]) => `${name} ${(value as number).toFixed(2)}`);
      say(`round ${i + 1}, times the driver: ${parts.join(', ')}`);
    }
  } finally {
    agent.destroy();
    await worker.stop();
  }
  const of = (name: keyof Ratios): number => median(measured.map((round) => round[name]));
  return {
    onePatch: of('onePatch'),
    patches16: of('patches16'),
    patches5: of('patches5'),
    download: of('download'),
  };
}
