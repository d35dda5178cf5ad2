import { setTimeout as sleep } from 'node:timers/promises';

/** Waits no longer than that. @throws when it was not done by then; it may still go on */
export async function withTimeout<T>(what: string, ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(Math.max(0, ms), undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what}: not done after ${Math.round(ms / 1000)} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
    work.catch(() => undefined);
  }
}

/** What was started, to be ended. */
export class Cleanups {
  readonly #ends: { what: string; end: () => unknown }[] = [];
  readonly #say: (text: string) => void;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  add(what: string, end: () => unknown): void {
    this.#ends.push({ what, end });
  }

  /** The last one first; one that hangs keeps no other from its end. */
  async close(limitMs: number): Promise<void> {
    const giveUpAt = performance.now() + limitMs;
    for (const { what, end } of this.#ends.reverse()) {
      const ms = Math.max(1_000, (giveUpAt - performance.now()) / 2);
      await withTimeout(what, ms, Promise.resolve(end())).catch((error: unknown) =>
        this.#say(`faults: ending ${String(error)}`),
      );
    }
  }
}
