import { atMost, type BenchOptions, type Figure } from './figure.ts';
import { measureApproving, READERS } from './scale/approving.ts';
import { comparisonAt, sumOf, type Cost, type Examined } from './scale/examiner.ts';
import { farDown, SMALL } from './scale/ground.ts';
import { startScaleWorld, type ScaleWorld } from './scale/world.ts';

const LARGE = 100_000;
const LARGE_QUICK = 2_000;
/** A table's rows come in batches of 16 MB. */
const TABLE_COMMANDS = 20;

interface Measured {
  cost: Cost;
  countCap: number;
  tableCap: number | null;
}

const finds = ({ examined }: Cost): Examined[] => examined.filter((one) => !one.isCount);
const counts = ({ examined }: Cost): Examined[] => examined.filter((one) => one.isCount);

/** Each page once, after two visits that warm its plans. */
async function measureAll(world: ScaleWorld, far: number): Promise<Map<string, Measured>> {
  const found = new Map<string, Measured>();
  for (const { name, countCap, tableCap, visit } of await world.pages(far)) {
    await visit();
    await visit();
    found.set(name, { countCap, tableCap, cost: await world.examiner.costOf(visit) });
  }
  return found;
}

/** The commands that look at more than before: which query it is that does not scale. */
function explain(name: string, small: Cost, large: Cost, say: BenchOptions['say']): void {
  const of = ({ collection, operation, plan }: Examined): string => `${collection} ${operation} ${plan}`;
  const before = new Map(small.examined.map((one) => [of(one), comparisonAt(one)]));
  for (const one of large.examined) {
    const examined = comparisonAt(one);
    const was = before.get(of(one));
    if (examined <= (was ?? 0)) continue;
    const sorted = one.sorted ? ', sorted in memory' : '';
    say(`${name}: ${of(one)}: ${examined} keys or documents, before ${was ?? 'another plan'}${sorted}`);
  }
}

function figuresOf(name: string, small: Measured, large: Measured): Figure[] {
  const ratio = (what: string, was: number, is: number): Figure =>
    atMost(`scale: ${name}, ${what}`, is / was, 1, 'times the small');
  const { tableCap } = large;
  const examined = sumOf(finds(large.cost));
  const table = (what: string, figure: number, most: number): Figure =>
    atMost(`scale: ${name}, ${what} for all its rows`, figure, most, what === 'commands' ? what : 'entries');
  const figures =
    tableCap === null
      ? [
          ratio('commands', small.cost.commands, large.cost.commands),
          ratio('examined', sumOf(finds(small.cost)), examined),
        ]
      : [table('commands', large.cost.commands, TABLE_COMMANDS), table('examined', examined, tableCap)];
  const counted = sumOf(counts(large.cost));
  if (counted > 0 || large.countCap > 0)
    figures.push(atMost(`scale: ${name}, examined by its capped counts`, counted, large.countCap, 'entries'));
  return figures;
}

/**
 * What each page asks of the database (every GET of the endpoint table) in an institution with 100 enrolments, and then with
 * 100,000 in the same one (2,000 in the short form), over the real HTTP API, with sessions from real launches, in
 * production mode. Counted: commands by command monitoring, and what each of them examined (`comparisonAt`), by mongod's profiler.
 * Warm-up: two visits of each page. Concurrency: 1. A count of a set is no part of the ratio: it may examine up to its cap, which is
 * its limit; so is the table of scores to download, which shows all there is up to 20,000 rows. At the end: how much slower an
 * approval is while ten clients read what is audited (`measureApproving`).
 */
export async function runScaleBench({ mongoUri, quick, say }: BenchOptions): Promise<Figure[]> {
  const large = quick ? LARGE_QUICK : LARGE;
  const world = await startScaleWorld(mongoUri);
  try {
    await world.grow(SMALL, say);
    const before = await measureAll(world, 20);
    await world.grow(large, say);
    const after = await measureAll(world, farDown(large));
    const pages = [...after].flatMap(([name, measured]) => {
      const small = before.get(name);
      if (!small) throw new Error(`${name} was not measured at first`);
      explain(name, small.cost, measured.cost, say);
      return figuresOf(name, small, measured);
    });
    // last: what is approved stands on other pages than before
    return [...pages, ...(await measureApproving(await world.approving(READERS), say))];
  } finally {
    await world.close();
  }
}
