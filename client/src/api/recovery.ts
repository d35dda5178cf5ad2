import { isTransient } from './errors.ts';

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** The delay before retry number `n` (from 0): a second, then doubling each time, half a minute at most. */
function recoveryDelay(n: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(n, 10)) * (0.8 + Math.random() * 0.4);
}

/** Resolves when another try makes sense: the network is back, or the wait is over. Resolves at once if `signal` is aborted. */
export function waitBeforeRetry(n: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      window.removeEventListener('online', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    const timer = setTimeout(go, recoveryDelay(n));
    window.addEventListener('online', go);
    signal.addEventListener('abort', go);
  });
}

interface QueryState {
  readonly state: { readonly status: string; readonly error: unknown; readonly errorUpdateCount: number };
}

/**
 * A read that failed for a passing reason is repeated automatically, at longer and longer intervals (`refetchInterval` of
 * TanStack Query): the browser says when the network is back, but nothing says when a server is.
 */
export function recoveryInterval({ state }: QueryState): number | false {
  if (state.status !== 'error' || !isTransient(state.error)) return false;
  return recoveryDelay(Math.max(0, state.errorUpdateCount - 1));
}

/** Why something could not be fetched. */
export type Trouble = 'offline' | 'away' | 'outdated';

/** Whether this page itself could be loaded again right now. */
async function isServerThere(): Promise<boolean> {
  if (!navigator.onLine) return false;
  try {
    const answer = await window.fetch(window.location.pathname, { method: 'HEAD', cache: 'no-store' });
    return answer.ok;
  } catch {
    return false;
  }
}

/** How often the server may be reachable and one of our files not, before that file counts as replaced by a newer version's. */
const MISSES = 2;

/**
 * Loads a part of the client's code, retrying until it is there.
 *
 * @param onTrouble  called after each failed try: no network, no server, or a server that no longer has this file
 * @returns false if `signal` was aborted first
 */
export async function loadWithRetries(
  load: () => Promise<unknown>,
  signal: AbortSignal,
  onTrouble: (trouble: Trouble) => void,
): Promise<boolean> {
  let misses = 0;
  for (let n = 0; !signal.aborted; n += 1) {
    try {
      await load();
      return !signal.aborted;
    } catch {
      if (await isServerThere()) misses += 1;
      if (signal.aborted) break;
      onTrouble(misses >= MISSES ? 'outdated' : navigator.onLine ? 'away' : 'offline');
    }
    await waitBeforeRetry(n, signal);
  }
  return false;
}
