import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import mongoose from 'mongoose';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { sessionEndpoints } from '../../../contract/session.ts';
import { SAMPLE } from '../../support/build.ts';
import { atMost, median, type BenchOptions, type Figure } from '../figure.ts';
import { launchOnce, openBrowser, waymarkTool } from '../launch/browser.ts';
import type { Measured } from '../launch/measured.ts';
import { withBenchWorld, type BenchWorld } from './world.ts';

const PERSONS = 40;
/** Pages on their way at once. */
const CONCURRENCY = 4;
const RATIO_LIMIT = 4;
/** What each request may send to the database, the caches of what is published being warm. */
const LIMITS = { session: 2, open: 2, attempt: 6, map: 6 } as const;

interface Size {
  warmUp: number;
  rounds: number;
  pages: number;
}

interface Ask {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** The requests of one person's module page. */
type Page = { session: Ask; open: Ask; attempt: Ask; map: Ask };

const agent = new Agent({ keepAlive: true });

function send(url: string, { method, path, headers, body }: Ask): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { agent, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${path} answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Launches a person into the first module, and opens the page once. */
async function arrive(world: BenchWorld, server: Measured, sub: string): Promise<Page> {
  const browser = openBrowser();
  try {
    const { modules, key } = SAMPLE;
    const link = { wm_pathway: key, wm_module: modules[0]?.key ?? '' };
    const who = { sub, course: 'course', link: 'link', custom: link };
    const { text } = await launchOnce(browser, world.platform, waymarkTool(server.url), who);
    const block = /id="waymark-session">([^<]*)</.exec(text)?.[1] ?? '{}';
    const { bearer } = JSON.parse(block) as { bearer: string };
    const headers = { authorization: `Bearer ${bearer}` };
    const of = (method: string, path: string): Ask => ({ method, path: `/api/v1${path}`, headers });
    const open: Ask = {
      ...of('POST', pathwayEndpoints.open.path),
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: '{}',
    };
    const opened = JSON.parse(await send(server.url, open)) as { attemptId: string; enrolmentId: string };
    return {
      session: of('GET', sessionEndpoints.get.path),
      open,
      attempt: of('GET', attemptEndpoints.workspace.path.replace(':id', opened.attemptId)),
      map: of('GET', pathwayEndpoints.map.path.replace(':id', opened.enrolmentId)),
    };
  } finally {
    browser.close();
  }
}

const NAMES = ['session', 'open', 'attempt'] as const;

/** The same answers for the bare program, found by their ids. */
async function copyAnswers(server: Measured, pages: readonly Page[]): Promise<Ask[][]> {
  const answers = mongoose.connection.collection<{ _id: string; text: string }>('answers');
  const copied: Ask[][] = [];
  for (const page of pages) {
    const asks: Ask[] = [];
    for (const name of NAMES) {
      const _id = randomUUID();
      await answers.insertOne({ _id, text: await send(server.url, page[name]) });
      asks.push({ method: 'GET', path: `/${_id}`, headers: {} });
    }
    copied.push(asks);
  }
  return copied;
}

/** Opens `count` pages, one request of each after the other, some pages at once. */
async function openMany(url: string, pages: readonly (readonly Ask[])[], count: number): Promise<void> {
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

async function msPerPage(
  server: Measured,
  pages: readonly (readonly Ask[])[],
  count: number,
): Promise<number> {
  const before = await server.cpuMs();
  await openMany(server.url, pages, count);
  return ((await server.cpuMs()) - before) / count;
}

async function measureCommands(world: BenchWorld): Promise<Figure[]> {
  const counted = await world.startWaymark(0, true);
  const page = await arrive(world, counted, 'counted');
  const figures: Figure[] = [];
  for (const name of ['session', 'open', 'attempt', 'map'] as const) {
    await send(counted.url, page[name]);
    await counted.commands();
    await send(counted.url, page[name]);
    const used = (await counted.commands()).filter((command) => !['hello', 'ping'].includes(command));
    figures.push(atMost(`page: MongoDB commands, ${name}`, used.length, LIMITS[name], 'commands'));
  }
  await counted.end();
  return figures;
}

async function measureCpu(world: BenchWorld, size: Size, say: BenchOptions['say']): Promise<Figure> {
  const [own, bare] = [await world.startWaymark(0), await world.startBare()];
  const pages: Page[] = [];
  for (let n = 0; n < PERSONS; n += 1) pages.push(await arrive(world, own, `person-${n}`));
  const copied = await copyAnswers(own, pages);
  const asked = pages.map((page) => NAMES.map((name) => page[name]));
  await openMany(own.url, asked, size.warmUp);
  await openMany(bare.url, copied, size.warmUp);
  const ratios: number[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    const took = { own: 0, bare: 0 };
    const runs = [
      async () => void (took.own = await msPerPage(own, asked, size.pages)),
      async () => void (took.bare = await msPerPage(bare, copied, size.pages)),
    ];
    // each goes first in turn: what else the machine does falls on both
    for (const run of round % 2 === 0 ? runs : runs.reverse()) await run();
    ratios.push(took.own / took.bare);
    say(
      `round ${round + 1}: ${took.own.toFixed(2)} ms against ${took.bare.toFixed(2)} ms of CPU for a page, ratio ${(took.own / took.bare).toFixed(2)}`,
    );
  }
  return atMost('page: server CPU of a module page over a bare answer', median(ratios), RATIO_LIMIT, 'ratio');
}

/**
 * What a module page costs the server after its launch: who is calling, what the link shows, the page itself, each one request.
 * Counted: user and system time of the server's own process, in the production build without workers. The yardstick, in the same
 * run: Express and the driver, which answer the same bytes by one look-up each. The figure is the median of the ratios of
 * interleaved rounds.
 */
export async function runServedBench(options: BenchOptions): Promise<Figure[]> {
  const { quick, say } = options;
  const size = quick ? { warmUp: 150, rounds: 3, pages: 150 } : { warmUp: 500, rounds: 5, pages: 400 };
  try {
    return await withBenchWorld(options, async (world) => [
      ...(await measureCommands(world)),
      await measureCpu(world, size, say),
    ]);
  } finally {
    agent.destroy();
  }
}
