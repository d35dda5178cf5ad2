import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, median, type BenchOptions, type Figure } from '../figure.ts';
import { idOf, KIND, type Ground } from './ground.ts';

/** So many second modules are approved, of as many enrolments; some to warm up, the others alone and beside readers in turns. */
const APPROVED = 210;
const WARM_UP = 10;
const IN_A_ROW = 20;
export const READERS = 10;
const MOST_TIMES_IDLE = 2;
/**
 * A client rests between two reads for as long as this many approvals take alone: then ten of them leave a machine of any speed
 * room, and what is measured is waiting for each other, not the share of a processor.
 */
const REST_APPROVALS = 5;

/** A request to the API that throws when it does not answer 200. */
export type Ask = (bearer: string, path: string, method?: 'GET' | 'POST', body?: unknown) => Promise<unknown>;

export interface Approving {
  ground: Ground;
  reviewer: string;
  /** One session for each client that reads: what one session reads again leaves no second line. */
  admins: readonly string[];
  ask: Ask;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Starts the review of one enrolment's second module, then approves it. @returns ms that the approval took */
async function approve({ ground, reviewer, ask }: Approving, n: number): Promise<number> {
  const criteria = ground.modules[1]?.content.criteria ?? [];
  const judgements = criteria.map(({ key }) => ({ criterionKey: key, level: 'meets', comment: '' }));
  const review = `/api/v1/reviews/${idOf(ground, KIND.review, n * 3 + 2)}`;
  await ask(reviewer, `${review}/start`, 'POST', {});
  const began = performance.now();
  await ask(reviewer, `${review}/approve`, 'POST', { judgements, summary: '' });
  return performance.now() - began;
}

/** Lists people and opens one score after the other, each of which leaves a line of its own, until it is told to stop. */
async function readOn(
  { ground, ask }: Approving,
  admin: string,
  { firstMs, restMs, stop }: { firstMs: number; restMs: number; stop: AbortSignal },
): Promise<number> {
  let reads = 0;
  await sleep(firstMs);
  for (let n = 0; !stop.aborted; n += 1) {
    const score = (which: number): string => `deliveries/${idOf(ground, KIND.delivery, n * 3 + which)}`;
    for (const path of ['people', score(0), score(1), score(2)]) {
      if (stop.aborted) break;
      await ask(admin, `/api/v1/admin/${path}`);
      reads += 1;
      await sleep(restMs);
    }
  }
  return reads;
}

/**
 * How much slower an approval is while ten clients read what is audited, in loops.
 * Alone and with readers in turns, in one run, so that a busy machine slows both. Concurrency: 1 approval, 10 reads.
 */
export async function measureApproving(given: Approving, say: BenchOptions['say']): Promise<Figure[]> {
  const [idle, busy]: [number[], number[]] = [[], []];
  let reads = 0;
  let n = 0;
  const approveSome = async (into: number[], count: number): Promise<void> => {
    for (const end = n + count; n < end; n += 1) into.push(await approve(given, n));
  };
  await approveSome([], WARM_UP);
  while (n < APPROVED) {
    await approveSome(idle, IN_A_ROW);
    const stop = new AbortController();
    const restMs = REST_APPROVALS * median(idle);
    const readers = given.admins
      .slice(0, READERS)
      .map((admin, at) =>
        readOn(given, admin, { firstMs: (at / READERS) * restMs, restMs, stop: stop.signal }),
      );
    await approveSome(busy, IN_A_ROW);
    stop.abort();
    for (const count of await Promise.all(readers)) reads += count;
  }
  const [alone, among] = [percentile(idle, 0.95), percentile(busy, 0.95)];
  say(`approvals: p95 ${Math.round(alone)} ms alone, ${Math.round(among)} ms beside ${reads} audited reads`);
  return [
    atMost(`scale: approve while ${READERS} clients read, p95`, among / alone, MOST_TIMES_IDLE, 'times idle'),
  ];
}
