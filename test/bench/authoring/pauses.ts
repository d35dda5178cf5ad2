import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readBundle } from '../../../server/bundles/readBundle.ts';
import { readCase } from '../../../server/features/frameworks/case/readCase.ts';
import { writeCase } from '../../../server/features/frameworks/case/writeCase.ts';
import { parseStored } from '../../../server/features/frameworks/parseFramework.ts';
import { toCanonicalText } from '../../../server/canonicalJson.ts';
import { lintInSlices } from '../../../server/lintInSlices.ts';
import { NO_FRAMEWORKS_KNOWN } from '../../../contract/lint/alignments.ts';
import { zipFiles } from '../../support/bundles/sampleBundle.ts';
import { atMost, median, type BenchOptions, type Figure } from '../figure.ts';
import { largeFramework } from './largeFramework.ts';
import { largePathway, MODULES } from './largePathway.ts';

const SETTINGS = { moduleMinutesMax: 240, pathwayMinutesMax: 60_000, evaluativeShareMax: null };
const MEBIBYTE = 1024 ** 2;
const SHARE_MAX = 0.25;

/** How long some work takes, and the longest time of it in which nothing else had a turn, in milliseconds. */
async function watch(work: () => Promise<unknown>): Promise<{ took: number; pause: number }> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  const from = performance.now();
  await work();
  const took = performance.now() - from;
  monitor.disable();
  return { took, pause: monitor.max / 1e6 };
}

/** A file with what is done with it. */
interface Read {
  name: string;
  read: () => Promise<unknown>;
}

function listReads(): Read[] {
  const framework = largeFramework();
  const text = JSON.stringify(writeCase(framework, '2026-03-01T08:00:00.000Z'));
  const pathway = largePathway();
  const json = JSON.stringify(pathway);
  const zip = Buffer.from(zipFiles({ 'pathway.json': json }));
  return [
    {
      name: `a CASE package of ${(text.length / MEBIBYTE).toFixed(1)} MiB`,
      async read() {
        const { framework: read } = await readCase(Buffer.from(text));
        if (!read) throw new Error('the package was refused');
        await parseStored(await toCanonicalText(read));
      },
    },
    {
      name: `a bundle of ${MODULES} modules`,
      read: () => readBundle(zip, ({ content }) => lintInSlices(content, SETTINGS, NO_FRAMEWORKS_KNOWN)),
    },
  ];
}

/**
 * How long reading the largest imports keeps everything else in the process waiting at a time, as a share of the whole. The longest
 * pause is that of parsing their JSON, which is one call.
 */
export async function pauseFigures({ quick, say }: BenchOptions): Promise<Figure[]> {
  const runs = quick ? 3 : 9;
  const figures: Figure[] = [];
  for (const { name, read } of listReads()) {
    await read();
    const seen: { took: number; pause: number }[] = [];
    for (let run = 0; run < runs; run += 1) seen.push(await watch(read));
    const pause = median(seen.map((one) => one.pause));
    const took = median(seen.map((one) => one.took));
    say(`reading ${name} takes ${took.toFixed(0)} ms, in pauses of at most ${pause.toFixed(0)} ms`);
    figures.push(
      atMost(`reading ${name}: longest pause, as a share of it`, pause / took, SHARE_MAX, 'ratio'),
    );
  }
  return figures;
}
