import { tmpdir } from 'node:os';
import { inspect, parseArgs } from 'node:util';
import { runAuthoringBench } from './authoring.ts';
import { runDeliveriesBench } from './deliveries.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { runFaultsBench } from './faults.ts';
import { runFilesBench } from './files.ts';
import { runIdleBench } from './idle.ts';
import { runLaunchBench } from './launch.ts';
import { runMessagesBench } from './messages.ts';
import { runObservationBench } from './observation.ts';
import { runPageBench } from './page.ts';
import { runScaleBench } from './scale.ts';

const USAGE =
  'npm run bench [-- authoring|launch|files|deliveries|messages|observation|page|scale|idle|faults …] [--json] [--quick] [--profile]';

interface Asked extends BenchOptions {
  json: boolean;
  /** Of launch: also where our server's CPU time goes. */
  profile: boolean;
}

/** Every measurement by its name, the quick ones first. */
const BENCHES = {
  authoring: runAuthoringBench,
  page: runPageBench,
  observation: runObservationBench,
  launch: runLaunchBench,
  scale: runScaleBench,
  files: runFilesBench,
  deliveries: runDeliveriesBench,
  messages: runMessagesBench,
  idle: runIdleBench,
  faults: runFaultsBench,
} satisfies Record<string, (asked: Asked) => Promise<Figure[]>>;
type Name = keyof typeof BENCHES;
const isName = (text: string): text is Name => Object.hasOwn(BENCHES, text);

function readArguments(): { names: Name[]; asked: Asked } | null {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, profile: { type: 'boolean' } },
    });
    const names = positionals.filter(isName);
    if (names.length < positionals.length) return null;
    const { json = false, quick = false, profile = false } = values;
    const say = (text: string): void => void process.stderr.write(`  ${text}\n`);
    const mongoUri = process.env['WAYMARK_TEST_MONGODB_URI'] ?? '';
    const folder = process.env['WAYMARK_BENCH_FOLDER'] ?? tmpdir();
    const all = Object.keys(BENCHES).filter(isName);
    return { names: names.length > 0 ? names : all, asked: { json, quick, profile, mongoUri, folder, say } };
  } catch {
    return null;
  }
}

const shown = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 3 : 1);

function print(figures: readonly Figure[], json: boolean): void {
  if (json) {
    for (const { name, figure, limit, unit, ok } of figures)
      process.stdout.write(`${JSON.stringify({ name, figure, limit, unit, ok })}\n`);
    return;
  }
  const rows = figures.map(({ name, figure, limit, unit, ok }) => [
    name,
    shown(figure),
    shown(limit),
    unit,
    ok ? 'ok' : 'MISSED',
  ]);
  const head = ['figure', 'is', 'at most', 'unit', ''];
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  for (const row of [head, ...rows]) {
    const cells = row.map((text, at) =>
      at === 1 || at === 2 ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0),
    );
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  }
}

/** @returns whether every limit was kept; a measurement that broke kept none */
async function measure(name: Name, asked: Asked): Promise<boolean> {
  process.stderr.write(`Measuring: ${name} …\n`);
  try {
    const figures = await BENCHES[name](asked);
    print(figures, asked.json);
    return figures.every(({ ok }) => ok);
  } catch (error) {
    process.stderr.write(`${name} broke: ${inspect(error)}\n`);
    return false;
  }
}

const read = readArguments();
if (read === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else if (read.asked.mongoUri === '') {
  process.stderr.write(`WAYMARK_TEST_MONGODB_URI is not set: run ${USAGE}\n`);
  process.exitCode = 2;
} else {
  let kept = true;
  for (const name of read.names) kept = (await measure(name, read.asked)) && kept;
  process.exitCode = kept ? 0 : 1;
}
