import type { SessionIds } from '../../http/liveSession.ts';

/**
 * Whose each bearer is, as far as this process has seen: by it a request says what to read together with the session, before the
 * session is read. It never changes for a bearer, and decides nothing: whether the session lives, and what it may, is read each time.
 */
export interface KnownBearers {
  get(bearerHash: string): SessionIds | undefined;
  note(bearerHash: string, ids: SessionIds): void;
  forget(bearerHash: string): void;
}

/** Some megabytes. One that was forgotten costs its next request a command more. */
const MOST_KNOWN = 10_000;

export function createKnownBearers(): KnownBearers {
  const known = new Map<string, SessionIds>();
  return {
    get: (bearerHash) => known.get(bearerHash),
    note(bearerHash, ids) {
      known.set(bearerHash, ids);
      const oldest = known.size > MOST_KNOWN ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
    },
    forget: (bearerHash) => void known.delete(bearerHash),
  };
}
