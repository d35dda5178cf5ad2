import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import mongoose from 'mongoose';
import { withDatabase } from '../../scripts/lib/mongod.mjs';
import { connectDatabase } from '../../server/db.ts';
import { atMost, type BenchOptions, type Figure } from './figure.ts';
import { drain, dropDatabase, prepareArtifacts } from '../support/files/artifacts.ts';
import { measureBeginnings } from './files/beginnings.ts';
import { killAmidPatch } from '../support/files/killedUpload.ts';
import { checkDigest, measureRatios, removeStored, uploadFilm } from './files/rounds.ts';
import { startWorker } from '../support/files/workers.ts';

const MIB = 1024 * 1024;
const KILLED_BYTES = 32 * MIB;

interface Bench {
  uri: string;
  size: number;
  rounds: number;
  say(text: string): void;
}

async function timeFigures({ uri, size, rounds, say }: Bench): Promise<Figure[]> {
  const ratios = await measureRatios(uri, { size, rounds }, say);
  const what = `${size / MIB} MiB`;
  const up = (how: string, figure: number): Figure =>
    atMost(`files: upload of ${what} in ${how}, digest included`, figure, 1, 'times the driver');
  return [
    up('one PATCH', ratios.onePatch),
    up('PATCHes of 16 MiB', ratios.patches16),
    up('PATCHes of 5 MiB', ratios.patches5),
    atMost(`files: download of ${what}`, ratios.download, 2, 'times the driver'),
  ];
}

/** Most memory that a fresh process holds over one upload, and another over one download. */
async function peaks(uri: string, size: number): Promise<{ upload: number; download: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const up = await startWorker(uri);
  const { url = '' } = await up.order({ do: 'serve' });
  const film = await uploadFilm(url, agent, { size, part: 16 * MIB });
  const { peakMiB: uploadPeak = NaN } = await up.order({ do: 'peak' });
  await up.stop();
  agent.destroy();
  const down = await startWorker(uri);
  const { url: from = '' } = await down.order({ do: 'serve' });
  await drain(`${from}${film.link}`);
  const { peakMiB: downloadPeak = NaN } = await down.order({ do: 'peak' });
  await removeStored(from, film);
  await down.stop();
  checkDigest(size, film);
  return { upload: uploadPeak, download: downloadPeak };
}

async function memoryFigures({ uri, size, say }: Bench): Promise<Figure[]> {
  const small = await peaks(uri, 64 * MIB);
  const large = await peaks(uri, size);
  const both = (way: 'upload' | 'download'): string =>
    `${way} ${small[way].toFixed(0)} → ${large[way].toFixed(0)} MiB`;
  say(`peak RSS: ${both('upload')}, ${both('download')}`);
  const above = (way: 'upload' | 'download', article: string): Figure =>
    atMost(
      `files: peak memory of ${article} ${way} of ${size / MIB} MiB above one of 64 MiB`,
      large[way] - small[way],
      32,
      'MiB',
    );
  return [above('upload', 'an'), above('download', 'a')];
}

async function beginFigures({ say }: Bench): Promise<Figure[]> {
  const { aloneMs, slowestMs } = await measureBeginnings();
  say(
    `an upload begins in ${aloneMs.toFixed(1)} ms alone; the slowest of 60 at once in ${slowestMs.toFixed(0)} ms`,
  );
  return [
    atMost('files: the slowest of 60 uploads that begin at once', slowestMs / aloneMs, 60, 'times one alone'),
  ];
}

async function killFigures({ uri, say }: Bench): Promise<Figure[]> {
  const killed = await killAmidPatch(uri, KILLED_BYTES);
  say(`killed after ${killed.sent} bytes, went on from ${killed.offset}`);
  const differ = killed.digestEqual && killed.bytesEqual ? 0 : 1;
  return [
    atMost('files: kill -9 amid a PATCH, until another process goes on', killed.secondsToGoOn, 5, 's'),
    atMost('files: contents that differ after kill -9', differ, 0, 'files'),
  ];
}

/**
 * Uploads and downloads over HTTP, from a client on this machine, against the plain driver's GridFS streams (defaults: 255 KiB
 * chunks, no digest, no HTTP) in the server's own process and on the same database. Ours are the artifact routes with tus server, lock,
 * checks and store; in front of them a stand-in for the session's look-up.
 *
 * Beginnings: 60 people begin an upload at the same moment, in one process; the median of five rounds' slowest, over the median of one
 * alone. One after the other, as when they met in one document, they took more than 60 times as long as one, for each was begun anew again and again.
 *
 * Counted: wall time, of an upload from its first request until the artifact is `ready` with its digest, which must be right, of a
 * download until its last byte. Warm-up: a round with 64 MiB. Concurrency: 1. 512 MiB, 5 rounds; in each, every one of ours stands
 * beside a run of the driver, and the two take turns in going first; mongod writes a checkpoint before each, so that nobody pays
 * for what was before. A figure is the median of the rounds' ratios. Memory: the highest RSS that a fresh process ever
 * had. Short form: 64 MiB and 3 rounds.
 */
export async function runFilesBench({ mongoUri, quick, say }: BenchOptions): Promise<Figure[]> {
  const uri = withDatabase(mongoUri, `waymark_bench_files_${randomUUID().slice(0, 8)}`);
  const bench: Bench = { uri, size: (quick ? 64 : 512) * MIB, rounds: quick ? 3 : 5, say };
  await connectDatabase(uri);
  try {
    await prepareArtifacts();
    const times = await timeFigures(bench);
    const memory = await memoryFigures(bench);
    return [...times, ...memory, ...(await beginFigures(bench)), ...(await killFigures(bench))];
  } finally {
    await dropDatabase();
    await mongoose.disconnect();
  }
}
