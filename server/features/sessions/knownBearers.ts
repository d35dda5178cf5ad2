import type { SessionIds } from '../../http/liveSession.ts';

/** A few megabytes. A forgotten bearer costs its next request one more command. */
const MOST_KNOWN = 10_000;

/**
 * The owner of each bearer, as far as this process has seen: it lets a request name what to read together with the session,
 * before the session is read. It never changes for a bearer, and decides nothing: whether the session is alive, and what it may
 * do, is read each time.
 */
export class KnownBearers {
  readonly #known = new Map<string, SessionIds>();

  get(bearerHash: string): SessionIds | undefined {
    return this.#known.get(bearerHash);
  }

  note(bearerHash: string, ids: SessionIds): void {
    this.#known.set(bearerHash, ids);
    const oldest = this.#known.size > MOST_KNOWN ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  forget(bearerHash: string): void {
    this.#known.delete(bearerHash);
  }
}
