import { Agent } from 'node:http';
import mongoose from 'mongoose';
import { connectDatabase } from '../../server/db.ts';
import { drain, dropDatabase, prepareArtifacts, uploadAll } from './files/artifacts.ts';
import { filmBytes } from './files/content.ts';
import { killAmidPatch } from './files/killedUpload.ts';
import { ask } from './files/tusClient.ts';
import { startWorker, type Worker } from './files/workers.ts';

const MIB = 1024 * 1024;

export interface Figure {
  name: string;
  figure: number;
  limit: number;
  unit: string;
  ok: boolean;
}

export interface FilesBenchOptions {
  /** Lines of progress are left out: standard output belongs to the figures. */
  json: boolean;
  mongoUri: string;
  /** 64 MiB and three rounds instead of 512 MiB and five: shows a trend within a minute; the limits are meant for the long form. */
  quick?: boolean;
}

/** What is compared: seconds of one round each. */
interface Round {
  driverUpload: number;
  driverDownload: number;
  onePatch: number;
  patches16: number;
  patches5: number;
  download: number;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
};

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

interface Bench {
  uri: string;
  size: number;
  rounds: number;
  say(text: string): void;
}

async function upload(url: string, agent: Agent, content: { size: number; part: number }) {
  const bytes = (start: number, end: number): Iterable<Buffer> => filmBytes(content.size, start, end);
  const view = await uploadAll(url, { ...content, bytes }, { filename: 'film.mp4', agent });
  if (view.state !== 'ready' || view.sha256 === null) throw new Error(`the upload ended as ${view.state}`);
  return view;
}

async function remove(url: string, id: string): Promise<void> {
  const headers = { authorization: 'Bearer teacher' };
  const reply = await ask({ method: 'DELETE', url: `${url}/api/v1/artifacts/${id}`, headers });
  if (reply.status !== 200) throw new Error(`DELETE answered ${reply.status}`);
}

/** One upload of each kind and one download of each kind, one after the other, each removed again. */
async function oneRound(worker: Worker, url: string, size: number): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const driver = { upload: 0, download: 0 };
  driver.upload = (await worker.order({ do: 'driverUpload', name: 'film', size })).seconds ?? NaN;
  driver.download = (await worker.order({ do: 'driverDownload', name: 'film' })).seconds ?? NaN;
  await worker.order({ do: 'driverDelete', name: 'film' });
  const took: number[] = [];
  let download = NaN;
  for (const part of [size, 16 * MIB, 5 * MIB]) {
    let id = '';
    let link = '';
    took.push(
      await seconds(async () => {
        const view = await upload(url, agent, { size, part });
        id = view.id;
        link = view.url ?? '';
      }),
    );
    if (part === size) download = await seconds(() => drain(`${url}${link}`));
    await remove(url, id);
  }
  agent.destroy();
  const [onePatch = NaN, patches16 = NaN, patches5 = NaN] = took;
  return {
    driverUpload: driver.upload,
    driverDownload: driver.download,
    onePatch,
    patches16,
    patches5,
    download,
  };
}

async function timeFigures({ uri, size, rounds, say }: Bench): Promise<Figure[]> {
  const worker = await startWorker(uri);
  const { url = '' } = await worker.order({ do: 'serve' });
  await oneRound(worker, url, Math.min(size, 64 * MIB));
  const measured: Round[] = [];
  for (let i = 0; i < rounds; i++) {
    const round = await oneRound(worker, url, size);
    measured.push(round);
    say(
      `round ${i + 1}: ${Object.entries(round)
        .map(([name, value]) => `${name} ${(value as number).toFixed(2)} s`)
        .join(', ')}`,
    );
  }
  await worker.stop();
  const ratio = (name: string, limit: number, of: (round: Round) => number): Figure => {
    const figure = median(measured.map(of));
    return { name, figure: Number(figure.toFixed(3)), limit, unit: 'times the driver', ok: figure <= limit };
  };
  const mib = size / MIB;
  return [
    ratio(`files: upload of ${mib} MiB in one PATCH, digest included`, 1, (r) => r.onePatch / r.driverUpload),
    ratio(
      `files: upload of ${mib} MiB in PATCHes of 16 MiB, digest included`,
      1,
      (r) => r.patches16 / r.driverUpload,
    ),
    ratio(
      `files: upload of ${mib} MiB in PATCHes of 5 MiB, digest included`,
      1,
      (r) => r.patches5 / r.driverUpload,
    ),
    ratio(`files: download of ${mib} MiB`, 2, (r) => r.download / r.driverDownload),
  ];
}

/** Most memory that a fresh process holds over one upload, and another over one download. */
async function peaks(uri: string, size: number): Promise<{ upload: number; download: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const up = await startWorker(uri);
  const { url = '' } = await up.order({ do: 'serve' });
  const view = await upload(url, agent, { size, part: 16 * MIB });
  const { peakMiB: uploadPeak = NaN } = await up.order({ do: 'peak' });
  await up.stop();
  agent.destroy();
  const down = await startWorker(uri);
  const { url: from = '' } = await down.order({ do: 'serve' });
  await drain(`${from}${view.url ?? ''}`);
  const { peakMiB: downloadPeak = NaN } = await down.order({ do: 'peak' });
  await remove(from, view.id);
  await down.stop();
  return { upload: uploadPeak, download: downloadPeak };
}

async function memoryFigures({ uri, size, say }: Bench): Promise<Figure[]> {
  const small = await peaks(uri, 64 * MIB);
  const large = await peaks(uri, size);
  say(
    `peak RSS: upload ${small.upload.toFixed(0)} → ${large.upload.toFixed(0)} MiB, download ${small.download.toFixed(0)} → ${large.download.toFixed(0)} MiB`,
  );
  return (['upload', 'download'] as const).map((way) => {
    const figure = Number((large[way] - small[way]).toFixed(1));
    const name = `files: peak memory of an ${way} of ${size / MIB} MiB above one of 64 MiB`;
    return { name: name.replace('an down', 'a down'), figure, limit: 32, unit: 'MiB', ok: figure <= 32 };
  });
}

async function killFigures({ uri, say }: Bench): Promise<Figure[]> {
  const killed = await killAmidPatch(uri, 32 * MIB);
  say(`killed after ${killed.sent} bytes, went on from ${killed.offset}`);
  const equal = killed.digestEqual && killed.bytesEqual ? 0 : 1;
  const figure = Number(killed.secondsToGoOn.toFixed(2));
  return [
    {
      name: 'files: kill -9 amid a PATCH, until another process goes on',
      figure,
      limit: 5,
      unit: 's',
      ok: figure <= 5,
    },
    {
      name: 'files: contents that differ after kill -9',
      figure: equal,
      limit: 0,
      unit: 'files',
      ok: equal === 0,
    },
  ];
}

/**
 * Measures uploads and downloads against the plain driver's GridFS streams (255 KiB chunks, no digest, no HTTP) on the same database, in
 * the same run. Counted: wall time from the first request to `ready` with its digest. Warm-up: one round with 64 MiB. Concurrency 1.
 * Rounds are interleaved; a figure is the median of the rounds' ratios.
 *
 * @param options  mongoUri names a server; a database of the bench's own is made there and removed
 */
export async function runFilesBench({ json, mongoUri, quick = false }: FilesBenchOptions): Promise<Figure[]> {
  const uri = new URL(mongoUri);
  uri.pathname = `/waymark_bench_files_${process.pid}`;
  const bench: Bench = {
    uri: uri.href,
    size: (quick ? 64 : 512) * MIB,
    rounds: quick ? 3 : 5,
    say: (text) => {
      if (!json) process.stderr.write(`  ${text}\n`);
    },
  };
  await connectDatabase(bench.uri);
  try {
    await dropDatabase();
    await prepareArtifacts();
    const times = await timeFigures(bench);
    const memory = await memoryFigures(bench);
    return [...times, ...memory, ...(await killFigures(bench))];
  } finally {
    await dropDatabase();
    await mongoose.disconnect();
  }
}
