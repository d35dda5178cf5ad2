import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withDatabase } from '../../../scripts/lib/mongod.mjs';
import { pathwayWithFiles, zipFiles } from '../../support/bundles/sampleBundle.ts';
import { atMost, median, type BenchOptions, type Figure } from '../figure.ts';
import type { Taken, Task } from './authoringProgram.ts';
import { largePathway, MODULES } from './largePathway.ts';

const GROWTH_MAX_MIB = 64;
const RUNS = 3;
const FILES = 8;
const FILE_BYTES = 18 * 1024 ** 2;

/** Does a task in a fresh process. */
async function take(uri: string, task: Task): Promise<Taken> {
  const program = fileURLToPath(new URL('./authoringProgram.ts', import.meta.url));
  const child = fork(program, [uri, JSON.stringify(task)], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const ended = once(child, 'exit');
  const [taken] = (await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => Promise.reject(new Error(`the ${task.do} ended with ${String(code)}`))),
  ])) as [Taken];
  await ended;
  return taken;
}

async function takeOften(uri: string, task: Task, runs: number): Promise<Taken> {
  const all: Taken[] = [];
  for (let run = 0; run < runs; run += 1) all.push(await take(uri, task));
  return {
    grownMiB: median(all.map(({ grownMiB }) => grownMiB)),
    transactions: Math.max(...all.map(({ transactions }) => transactions)),
  };
}

/** Text that does not shrink: as large in the zip as out of it. */
const largeFile = (): Buffer => Buffer.from(randomBytes((FILE_BYTES * 3) / 4).toString('base64'));

/** A pathway with a few files, each nearly as large as one may be. */
async function writeLargeFiles(zip: string, count: number): Promise<void> {
  const files = Object.fromEntries(Array.from({ length: count }, (_, n) => [`table-${n}.txt`, largeFile()]));
  const inBundle = Object.entries(files).map(([path, bytes]) => [`files/${path}`, bytes] as const);
  const pathway = JSON.stringify(pathwayWithFiles(files));
  await writeFile(zip, zipFiles({ 'pathway.json': pathway, ...Object.fromEntries(inBundle) }));
}

/**
 * What publishing, importing and exporting the largest pathway takes, and importing one with large files: memory beyond what the
 * process had before, and transactions. The files of a bundle are kept in one short transaction each, before the one that publishes.
 */
export async function bundleFigures({ mongoUri, folder, quick, say }: BenchOptions): Promise<Figure[]> {
  const runs = quick ? 1 : RUNS;
  const uri = withDatabase(mongoUri, 'bench-authoring');
  const [large, exported, withFiles] = ['large.zip', 'exported.zip', 'files.zip'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(large, zipFiles({ 'pathway.json': JSON.stringify(largePathway()) }));
  await writeLargeFiles(withFiles, quick ? 2 : FILES);
  const tasks: [name: string, task: Task, transactions: number | null][] = [
    [`publishing ${MODULES} modules`, { do: 'publish' }, 1],
    [`importing ${MODULES} modules`, { do: 'import', zip: large }, 1],
    [`importing files of ${FILE_BYTES / 1024 ** 2} MiB`, { do: 'import', zip: withFiles }, null],
    [`exporting ${MODULES} modules`, { do: 'export', zip: exported }, 0],
  ];
  const figures: Figure[] = [];
  for (const [name, task, most] of tasks) {
    const { grownMiB, transactions } = await takeOften(uri, task, runs);
    say(`${name}: ${grownMiB.toFixed(0)} MiB more, ${transactions} transactions`);
    figures.push(atMost(`${name}: memory`, grownMiB, GROWTH_MAX_MIB, 'MiB'));
    if (most !== null) figures.push(atMost(`${name}: transactions`, transactions, most, 'transactions'));
  }
  return figures;
}
