import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const LIMIT_MS = 60_000;

/** Asks again and again until `ask` gives something but null. @throws after a minute, with the last fault as its cause */
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
