import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type BenchOptions, type Figure } from './figure.ts';
import { Cleanups, withTimeout } from './faults/cleanups.ts';
import { reviewAll, workThrough } from './faults/actors.ts';
import { countAcknowledged, longestSilence, openJournal, type Journal } from './faults/journal.ts';
import { countUnderWay, verify } from './faults/verify.ts';
import { startFaultsWorld, WORKERS, type FaultsWorld } from './faults/world.ts';

/** All of it, in any case: what hangs is given up. */
const LIMIT_MS = 290_000;
/** Of that, at the end, for ending what was started. */
const CLOSE_MS = 20_000;
/** Left of that for the last scores (a killed worker's lease is 45 s) and for looking at everything. */
const REST_MS = 100_000;
const FROZEN_MS = 20_000;
const ACTORS = 8;
/** Of texts, for each attempt: with them the work lasts longer than the faults. */
const SAVES = 40;

interface Fault {
  name: string;
  /** True for those after which the set is without a primary for a while. */
  isOfPrimary: boolean;
  strike(world: FaultsWorld): Promise<void>;
}

const killApp = (nth: number): Fault => ({
  name: 'a process is killed',
  isOfPrimary: false,
  strike: ({ apps }) => apps.killAndReplace(nth),
});
const killPrimary: Fault = {
  name: 'the primary is killed',
  isOfPrimary: true,
  async strike({ set }) {
    const lost = await set.primary();
    await lost.kill();
    await set.primary(lost);
    await lost.restart();
  },
};
const freezePrimary: Fault = {
  name: 'the primary stands still',
  isOfPrimary: true,
  async strike({ set }) {
    const lost = await set.primary();
    lost.freeze();
    await sleep(FROZEN_MS);
    lost.thaw();
  },
};
const stepDown: Fault = {
  name: 'the primary steps down while a process is killed',
  isOfPrimary: true,
  async strike({ set, apps }) {
    const primary = await set.primary();
    await primary.command({ replSetStepDown: 10, force: true }).catch(() => undefined);
    await apps.killAndReplace(1);
  },
};
const ROUND = [killApp(0), killPrimary, killApp(1), freezePrimary, stepDown];

/** Until so many more are acknowledged: what was broken works again. */
async function untilGoesOn(journal: Journal, more: number, giveUpAt: number): Promise<void> {
  const from = countAcknowledged(journal);
  while (countAcknowledged(journal) < from + more && performance.now() < giveUpAt) await sleep(100);
}

/** Strikes one after the other, each when work goes on again. @returns the longest silence after one of the primary, in s */
async function strikeAll(
  world: FaultsWorld,
  journal: Journal,
  plan: { until: number; rounds: number; say: (text: string) => void },
): Promise<{ kills: number; silence: number }> {
  const result = { kills: 0, silence: 0 };
  for (let n = 0; n < plan.rounds * ROUND.length; n += 1) {
    const fault = ROUND[n % ROUND.length];
    if (!fault || performance.now() > plan.until) break;
    await untilGoesOn(journal, 40, plan.until);
    const from = performance.now();
    await fault.strike(world);
    await untilGoesOn(journal, 10, from + 60_000);
    const silence = longestSilence(journal, from, performance.now());
    if (fault.isOfPrimary) result.silence = Math.max(result.silence, silence);
    else result.kills += 1;
    if (fault === stepDown) result.kills += 1;
    plan.say(`faults: ${fault.name}: at most ${silence.toFixed(1)} s without an answer`);
  }
  return result;
}

/** Works on attempts until none is left or somebody calls it off, then ends what was begun. */
async function work(world: FaultsWorld, journal: Journal, over: AbortSignal): Promise<void> {
  for (;;) {
    const next = over.aborted ? undefined : world.attempts.shift();
    if (!next) return;
    await workThrough(journal, next, SAVES);
  }
}

async function measure(
  world: FaultsWorld,
  journal: Journal,
  options: { quick: boolean; endAt: number; say: (text: string) => void },
): Promise<Figure[]> {
  const { quick, endAt, say } = options;
  const workOver = new AbortController();
  const reviewsOver = new AbortController();
  const working = Promise.all(Array.from({ length: ACTORS }, () => work(world, journal, workOver.signal)));
  const reviewing = reviewAll(journal, world.reviewer, {
    signal: reviewsOver.signal,
    giveUpAt: endAt - 20_000,
  });
  const { kills, silence } = await strikeAll(world, journal, {
    until: endAt - REST_MS,
    rounds: quick ? 1 : 3,
    say,
  });
  say('faults: no more of them; what was begun is ended');
  workOver.abort();
  await working;
  say(`faults: all work has ended; ${journal.refused.length} answers that no fault explains`);
  reviewsOver.abort();
  await reviewing;
  say('faults: all that was handed in is decided');
  while ((await countUnderWay()) > 0 && performance.now() < endAt - 15_000) await sleep(250);
  const found = await verify(journal, world.lms);
  const { texts, files, links, submissions, approvals, postponed, refused } = journal;
  say(
    `faults: acknowledged ${countAcknowledged(journal)}: texts of ${texts.size} pieces, ${files.length} files, ` +
      `${links.length} links, ${submissions.length} submissions, ${approvals.length} decisions; ${postponed} times 503`,
  );
  for (const what of [...found.lost, ...found.doubled, ...found.wrongScores, ...refused].slice(0, 20))
    say(`faults: ${what}`);
  for (const what of refused) {
    const [, id] = /"correlationId":"([^"]+)"/.exec(what) ?? [];
    if (id !== undefined) say(`faults: ${world.apps.explain(id)}`);
  }
  return [
    atMost('faults: acknowledged and not there, or not whole', found.lost.length, 0, 'things'),
    atMost('faults: there more than once', found.doubled.length, 0, 'things'),
    atMost('faults: scores missing or wrong in the LMS', found.wrongScores.length, 0, 'scores'),
    // a worker that is killed may have sent what it holds; the next one looks first, and finds it unless it was still on its way
    atMost('faults: scores sent again after a kill', found.sentAgain, kills * WORKERS, 'scores'),
    atMost('faults: answers that no fault explains', refused.length, 0, 'answers'),
    atMost("faults: without an acknowledged write after a primary's loss", silence, 25, 's'),
  ];
}

/**
 * Two processes with workers on a set of three members, elections as MongoDB has them; eight people at work through the API (texts,
 * files by tus, links, submissions), a reviewer who approves all, a demo LMS that takes the scores. One fault after the other:
 * processes killed, the primary killed, frozen, stepped down. Clients repeat what was not answered, with one Idempotency-Key for each
 * action. At the end a journal of all that was acknowledged is held against the database, file contents by their digest, and
 * against the LMS' gradebook. Within five minutes; short form: each fault once.
 */
export async function runFaultsBench({ quick, say }: BenchOptions): Promise<Figure[]> {
  const endAt = performance.now() + LIMIT_MS - CLOSE_MS;
  const journal = openJournal();
  const ends = new Cleanups(say);
  const run = async (): Promise<Figure[]> => {
    const how = { teachers: quick ? 40 : 120, giveUpAt: endAt - 20_000, say };
    return measure(await startFaultsWorld(journal, ends, how), journal, { quick, endAt, say });
  };
  try {
    return await withTimeout('the faults and what follows', endAt - performance.now(), run());
  } finally {
    await ends.close(CLOSE_MS);
  }
}
