import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { atMost, median, type BenchOptions, type Figure } from '../figure.ts';
import type { Measured } from '../launch/measured.ts';
import { arrive, arriveToJudge, hangUp, send, type Ask, type Asks, type ReviewAsks } from './asks.ts';
import { withBenchWorld, type BenchWorld } from './world.ts';

const PERSONS = 40;
/** Pages on their way at once. */
const CONCURRENCY = 4;
const RATIO_LIMIT = 4;
/** What each request may send to the database, the caches of what is published being warm. */
const LIMITS = { session: 2, open: 2, page: 6 } as const;

interface Size {
  /** Pages of each kind that both processes answer before anything is measured. */
  warmUp: number;
  rounds: number;
  pages: number;
}

/** The requests of each person's page, one after the other. */
type Pages = readonly (readonly Ask[])[];

/** The same answers for the bare program, found by their ids. */
async function copyAnswers(server: Measured, pages: Pages): Promise<Ask[][]> {
  const answers = mongoose.connection.collection<{ _id: string; text: string }>('answers');
  const copied: Ask[][] = [];
  for (const page of pages) {
    const asks: Ask[] = [];
    for (const ask of page) {
      const _id = randomUUID();
      await answers.insertOne({ _id, text: await send(server.url, ask) });
      asks.push({ method: 'GET', path: `/${_id}`, headers: {} });
    }
    copied.push(asks);
  }
  return copied;
}

/** Opens `count` pages, one request of each after the other, some pages at once. */
async function openMany(url: string, pages: Pages, count: number): Promise<void> {
  let next = 0;
  const visit = async (): Promise<void> => {
    while (next < count) {
      const page = pages[next % pages.length] ?? [];
      next += 1;
      for (const ask of page) await send(url, ask);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, visit));
}

async function msPerPage(server: Measured, pages: Pages, count: number): Promise<number> {
  const before = await server.cpuMs();
  await openMany(server.url, pages, count);
  return ((await server.cpuMs()) - before) / count;
}

/** What a request sends to the database, once it was sent before. */
async function commandsOf(server: Measured, name: string, ask: Ask, limit: number): Promise<Figure> {
  await send(server.url, ask);
  await server.commands();
  await send(server.url, ask);
  const used = (await server.commands()).filter((command) => !['hello', 'ping'].includes(command));
  return atMost(`page: MongoDB commands, ${name}`, used.length, limit, 'commands');
}

async function measureCommands(world: BenchWorld): Promise<Figure[]> {
  const counted = await world.startWaymark(0, true);
  const { asks, handIn } = await arrive(world, counted, 'counted');
  const figures = [
    await commandsOf(counted, 'session', asks.session, LIMITS.session),
    await commandsOf(counted, 'open', asks.open, LIMITS.open),
    await commandsOf(counted, 'attempt', asks.attempt, LIMITS.page),
    await commandsOf(counted, 'map', asks.map, LIMITS.page),
  ];
  await handIn();
  const judging = await arriveToJudge(world, counted, 'counting reviewer');
  figures.push(
    await commandsOf(counted, 'review', judging.review, LIMITS.page),
    await commandsOf(counted, 'outlook of a review', judging.outlook, LIMITS.page),
  );
  await counted.end();
  return figures;
}

/** Whose page, and which of its requests. */
interface Measuring {
  name: string;
  pages: Pages;
}

/** The same pages as the bare program answers them. */
interface Compared extends Measuring {
  copied: Pages;
}

/** Pages of as many people, each of whom was there before. */
async function makePages(world: BenchWorld, server: Measured): Promise<Measuring[]> {
  const people: Asks[] = [];
  const judging: ReviewAsks[] = [];
  for (let n = 0; n < PERSONS; n += 1) {
    const participant = await arrive(world, server, `person-${n}`);
    people.push(participant.asks);
    // one submission each waits beside the work that is still under way
    const author = await arrive(world, server, `author-${n}`);
    await author.handIn();
    judging.push(await arriveToJudge(world, server, `reviewer-${n}`));
  }
  return [
    { name: 'a module page', pages: people.map(({ session, open, attempt }) => [session, open, attempt]) },
    { name: 'a map', pages: people.map(({ session, open, map }) => [session, open, map]) },
    { name: 'a review', pages: judging.map(({ session, review, outlook }) => [session, review, outlook]) },
  ];
}

interface Both {
  own: Measured;
  bare: Measured;
}

async function measureRatio(
  { own, bare }: Both,
  { name, pages, copied }: Compared,
  size: Size,
  say: BenchOptions['say'],
): Promise<Figure> {
  const ratios: number[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    const took = { own: 0, bare: 0 };
    const runs = [
      async () => void (took.own = await msPerPage(own, pages, size.pages)),
      async () => void (took.bare = await msPerPage(bare, copied, size.pages)),
    ];
    // each goes first in turn: what else the machine does falls on both
    for (const run of round % 2 === 0 ? runs : runs.reverse()) await run();
    ratios.push(took.own / took.bare);
    const ratio = (took.own / took.bare).toFixed(2);
    say(
      `${name}, round ${round + 1}: ${took.own.toFixed(2)} ms against ${took.bare.toFixed(2)} ms of CPU, ratio ${ratio}`,
    );
  }
  return atMost(`page: server CPU of ${name} over a bare answer`, median(ratios), RATIO_LIMIT, 'ratio');
}

/**
 * Both answer all kinds of pages in turn until their code is compiled. The bare program has one handler for every kind, so each page
 * warms it for the next: without this the first would be held against a cold yardstick, which flatters us, and the last
 * against a warm one.
 */
async function warmUp({ own, bare }: Both, all: readonly Compared[], count: number): Promise<void> {
  for (const { pages, copied } of all) {
    await openMany(own.url, pages, count);
    await openMany(bare.url, copied, count);
  }
}

async function measureCpu(world: BenchWorld, size: Size, say: BenchOptions['say']): Promise<Figure[]> {
  const both = { own: await world.startWaymark(0), bare: await world.startBare() };
  const all: Compared[] = [];
  for (const page of await makePages(world, both.own))
    all.push({ ...page, copied: await copyAnswers(both.own, page.pages) });
  await warmUp(both, all, size.warmUp);
  const figures: Figure[] = [];
  for (const compared of all) figures.push(await measureRatio(both, compared, size, say));
  return figures;
}

/**
 * What a page costs the server after its launch: a module's (who is calling, what the link shows, the module), the map (the same
 * two, the map) and a review (who is calling, the review, what a decision would send), each request by itself. Counted: user
 * and system time of the server's own process, in the production build without workers. The yardstick, in the same run: Express and
 * the driver, which answer the same bytes by one look-up each. The figures are medians of the ratios of interleaved rounds.
 */
export async function runServedBench(options: BenchOptions): Promise<Figure[]> {
  const { quick, say } = options;
  const size = quick ? { warmUp: 500, rounds: 3, pages: 150 } : { warmUp: 1500, rounds: 5, pages: 400 };
  try {
    return await withBenchWorld(options, async (world) => [
      ...(await measureCommands(world)),
      ...(await measureCpu(world, size, say)),
    ]);
  } finally {
    hangUp();
  }
}
