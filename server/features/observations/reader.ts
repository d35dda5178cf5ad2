import type { LiveSession } from '../../http/liveSession.ts';
import type { Reader } from './policy.ts';

/** The caller as a reader of observations: from this launch and the roles that they hold now. */
export function toReader({ personId, contextId, takesPart, practice, rights }: LiveSession): Reader {
  const oversees = rights.scopeOf('reviewer') !== null || rights.scopeOf('admin') !== null;
  return { personId, contextId: takesPart && !practice ? contextId : null, oversees };
}
