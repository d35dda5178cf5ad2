import type { SessionIds } from '../../http/liveSession.ts';

/** Some megabytes. One that was forgotten costs its next request a command more. */
const MOST_KNOWN = 10_000;

/**
 * Whose each bearer is, as far as this process has seen: by it a request says what to read together with the session, before the
 * session is read. It never changes for a bearer, and decides nothing: whether the session lives, and what it may, is read each time.
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
