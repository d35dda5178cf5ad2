import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const LIMIT_MS = 60_000;

/**
 * Waits until it is time to query again. Queries are close together at first, as most waits are short, and farther apart in long
 * waits, where they would use more CPU than what is waited for.
 *
 * @param since  when the wait began: ms, of `performance.now()`
 */
export async function untilNextQuery(since: number): Promise<void> {
  await sleep(performance.now() - since < 1_000 ? 25 : 100);
}

/** Calls `ask` repeatedly until it returns something other than null. @throws after a minute, with the last error as its cause */
export async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  let cause: unknown;
  for (const giveUpAt = performance.now() + LIMIT_MS; performance.now() < giveUpAt; await sleep(POLL_MS)) {
    try {
      const found = await ask();
      if (found !== null) return found;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`${what}: not within a minute`, { cause });
}
