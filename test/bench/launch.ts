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
const RATIO_LIMIT = 0.6;

interface Size {
  warmUp: number;
  rounds: number;
  launches: number;
}

export interface LaunchBenchOptions extends BenchOptions {
  /** Prints where the CPU time of our server goes. */
  profile: boolean;
}

function visitor(number: number): Visitor {
  const course = `course-${number % COURSES}`;
  return { sub: `person-${number % PERSONS}`, course, link: `link-of-${course}` };
}

/** `count` launches of the same persons in turn, some at once. */
async function launchMany({ platform }: Pick<Pair, 'platform'>, tool: Tool, count: number): Promise<void> {
  const browser = openBrowser();
  let next = 0;
  const visit = async (): Promise<void> => {
    while (next < count) {
      const who = visitor(next);
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
      await measure('known person and course', known, 4),
      await measure('new person in a known course', { ...known, sub: fresh('sub') }, 6),
      await measure('all new', { sub: fresh('sub'), course: fresh('course'), link: fresh('link') }, 8),
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

async function measureCpu(pair: Pair, size: Size, say: BenchOptions['say']): Promise<Figure> {
  const own = waymarkTool(pair.waymark.url);
  const bare = bareTool(pair.bare.url);
  await launchMany(pair, own, size.warmUp);
  await launchMany(pair, bare, size.warmUp);
  const ratios: number[] = [];
  for (let round = 0; round < size.rounds; round++) {
    const took = { own: 0, bare: 0 };
    const runs = [
      async () => {
        const work = (): Promise<void> => launchMany(pair, own, size.launches);
        took.own = await msPerLaunch(pair.waymark, size.launches, work);
      },
      async () => {
        const work = (): Promise<void> => launchMany(pair, bare, size.launches);
        took.bare = await msPerLaunch(pair.bare, size.launches, work);
      },
    ];
    // each goes first in turn: what else the machine does falls on both
    for (const run of round % 2 === 0 ? runs : runs.reverse()) await run();
    ratios.push(took.own / took.bare);
    say(
      `round ${round + 1}: ${took.own.toFixed(2)} ms against ${took.bare.toFixed(2)} ms of CPU for a launch, ratio ${(took.own / took.bare).toFixed(3)}`,
    );
  }
  return atMost('launch: server CPU over bare ltijs', median(ratios), RATIO_LIMIT, 'ratio');
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
 * build with its log in a file, all headers and limits, and no workers. Warm-up: 500 launches of the same 100 persons
 * in 5 courses on both sides. Concurrency: 4. The figure is the median of the ratios of 5 interleaved rounds of 300.
 */
export async function runLaunchBench(options: LaunchBenchOptions): Promise<Figure[]> {
  const { quick, profile, say } = options;
  const size = quick ? { warmUp: 150, rounds: 3, launches: 100 } : { warmUp: 500, rounds: 5, launches: 300 };
  return withPair(options, async (pair) => {
    const commands = await measureCommands(pair);
    const cpu = await measureCpu(pair, size, say);
    if (profile) await printProfile(pair, 2 * size.launches, say);
    return [...commands, cpu];
  });
}
