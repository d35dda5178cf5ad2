import { randomUUID } from 'node:crypto';
import { atMost, median, type BenchOptions, type Figure } from './figure.ts';
import { bareTool, launchOnce, openBrowser, waymarkTool, type Tool, type Visitor } from './launch/browser.ts';
import type { Measured } from './launch/measured.ts';
import { withPair, type Pair } from './launch/pair.ts';
import { sharesOf } from './launch/profile.ts';

const COURSES = 5;
const PERSONS = 100;
/** Launches on their way at once. */
const CONCURRENCY = 4;
const RATIO_LIMIT = 0.35;
/** Rounds from the start of both processes on: what others measure who warm nothing up. */
const COLD_ROUNDS = 3;

interface Size {
  rounds: number;
  launches: number;
}

export interface LaunchBenchOptions extends BenchOptions {
  /** Prints where the CPU time of our server goes. */
  profile: boolean;
}

type ToVisitor = (number: number) => Visitor;

const visitorOf =
  (kind: string, persons: number): ToVisitor =>
  (number) => {
    const course = `course-${number % COURSES}`;
    return { sub: `${kind}-${number % persons}`, course, link: `link-of-${course}` };
  };
const visitor = visitorOf('person', PERSONS);

/** Who launches, and whether by connections that stay open. */
interface Crowd {
  toVisitor: ToVisitor;
  keepAlive: boolean;
}
const KNOWN: Crowd = { toVisitor: visitor, keepAlive: true };

/** `count` launches of the same persons in turn, some at once. */
async function launchMany(
  { platform }: Pick<Pair, 'platform'>,
  tool: Tool,
  count: number,
  { toVisitor, keepAlive }: Crowd = KNOWN,
): Promise<void> {
  const browser = openBrowser(keepAlive);
  let next = 0;
  const visit = async (): Promise<void> => {
    while (next < count) {
      const who = toVisitor(next);
      next += 1;
      await launchOnce(browser, platform, tool, who);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, visit));
  } finally {
    browser.close();
  }
}

/** Commands of one launch of each kind, in a server whose caches are warm. */
async function measureCommands({ platform, counted }: Pair): Promise<Figure[]> {
  const browser = openBrowser();
  const tool = waymarkTool(counted.url);
  const known: Visitor = { sub: 'known', course: 'known course', link: 'known link' };
  const measure = async (name: string, who: Visitor, limit: number): Promise<Figure> => {
    await counted.commands();
    await launchOnce(browser, platform, tool, who);
    // the driver's own heartbeat, and the clock's question for the database's time
    const commands = (await counted.commands()).filter((command) => !['hello', 'ping'].includes(command));
    return atMost(`launch: MongoDB commands, ${name}`, commands.length, limit, 'commands');
  };
  try {
    for (let i = 0; i < 3; i++) await launchOnce(browser, platform, tool, known);
    const fresh = (part: string): string => `${part}-${randomUUID()}`;
    return [
      await measure('known person and course', known, 2),
      await measure('new person in a known course', { ...known, sub: fresh('sub') }, 4),
      await measure('all new', { sub: fresh('sub'), course: fresh('course'), link: fresh('link') }, 6),
    ];
  } finally {
    browser.close();
  }
}

async function msPerLaunch(server: Measured, count: number, work: () => Promise<void>): Promise<number> {
  const before = await server.cpuMs();
  await work();
  return ((await server.cpuMs()) - before) / count;
}

interface Took {
  own: number;
  bare: number;
}

/** One round on each side. @param isFirst  which goes first: what else the machine does falls on both */
async function measureRound(pair: Pair, count: number, crowd: Crowd, isFirst: boolean): Promise<Took> {
  const took: Took = { own: 0, bare: 0 };
  const own = waymarkTool(pair.waymark.url);
  const bare = bareTool(pair.bare.url);
  const runs = [
    async () => {
      took.own = await msPerLaunch(pair.waymark, count, () => launchMany(pair, own, count, crowd));
    },
    async () => {
      took.bare = await msPerLaunch(pair.bare, count, () => launchMany(pair, bare, count, crowd));
    },
  ];
  for (const run of isFirst ? runs : runs.reverse()) await run();
  return took;
}

const told = ({ own, bare }: Took): string =>
  `${own.toFixed(2)} ms against ${bare.toFixed(2)} ms of CPU for a launch, ratio ${(own / bare).toFixed(3)}`;

/**
 * From the first launch of both processes on: nothing is compiled, cached or stored yet, and no connection stays open. Over all
 * rounds together, so that what happens once (compiling, the first person) counts as often as it does for somebody who measures so.
 */
async function measureCold(pair: Pair, size: Size, say: BenchOptions['say']): Promise<Figure> {
  const crowd: Crowd = { toVisitor: visitorOf('newcomer', size.launches), keepAlive: false };
  const all: Took = { own: 0, bare: 0 };
  for (let round = 0; round < COLD_ROUNDS; round++) {
    const took = await measureRound(pair, size.launches, crowd, round % 2 === 0);
    all.own += took.own;
    all.bare += took.bare;
    say(`from the start, round ${round + 1}: ${told(took)}`);
  }
  return atMost(
    'launch: server CPU over bare ltijs, from the start',
    all.own / all.bare,
    RATIO_LIMIT,
    'ratio',
  );
}

async function measureCpu(pair: Pair, size: Size, say: BenchOptions['say']): Promise<Figure> {
  const ratios: number[] = [];
  for (let round = 0; round < size.rounds; round++) {
    const took = await measureRound(pair, size.launches, KNOWN, round % 2 === 0);
    ratios.push(took.own / took.bare);
    say(`warm, round ${round + 1}: ${told(took)}`);
  }
  return atMost('launch: server CPU over bare ltijs, warm', median(ratios), RATIO_LIMIT, 'ratio');
}

async function printProfile(pair: Pair, count: number, say: BenchOptions['say']): Promise<void> {
  const tool = waymarkTool(pair.waymark.url);
  const profile = await pair.waymark.profile(() => launchMany(pair, tool, count));
  say('CPU time of our server by owner:');
  const shown = sharesOf(profile).filter(({ percent }) => percent >= 0.3);
  for (const { owner, percent } of shown) say(`${percent.toFixed(1).padStart(6)} %  ${owner}`);
}

/**
 * What a launch costs: the POSTs of login and launch, up to the page that a person sees (for bare ltijs, whose launch
 * answers with a redirect, that page too). Counted: user and system time of the server's own process, so neither
 * mongod nor the platform, which is this process and signs each token with one 2048-bit key. Ours is the production
 * build with its log in a file, all headers and limits, and no workers; the browser has launched before. Concurrency: 4.
 *
 * Two figures, of which both must be kept. From the start: three rounds of 300 persons who were never there, without a warm-up and
 * with a connection for each request. Warm: the median of the ratios of five interleaved rounds of 300, of the same 100
 * persons in five courses, after the 900 launches of the first figure.
 */
export async function runLaunchBench(options: LaunchBenchOptions): Promise<Figure[]> {
  const { quick, profile, say } = options;
  const size = quick ? { rounds: 3, launches: 100 } : { rounds: 5, launches: 300 };
  return withPair(options, async (pair) => {
    const commands = await measureCommands(pair);
    const cold = await measureCold(pair, size, say);
    const warm = await measureCpu(pair, size, say);
    if (profile) await printProfile(pair, 2 * size.launches, say);
    return [...commands, cold, warm];
  });
}
