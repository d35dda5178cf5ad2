import type { Deps } from '../../deps.ts';
import type { RateLimits } from '../../lti/rateLimiter.ts';
import { hashSecret } from '../../lti/secrets.ts';

/** For things looked up by a token that somebody presents. */
export interface LookUpDeps extends Pick<Deps, 'clock' | 'sealer'> {
  rateLimits: Pick<RateLimits, 'refusals'>;
}

/**
 * Finds what a token of ours gives access to. A token that has repeatedly led to nothing is not looked up again within the
 * minute: what is over stays over, so a valid one is never refused because of this.
 *
 * @param find  by the token's SHA-256
 */
export async function lookUp<T>(
  { rateLimits }: Pick<LookUpDeps, 'rateLimits'>,
  token: string,
  find: (hash: string) => Promise<T | null>,
): Promise<T | null> {
  const hash = hashSecret(token);
  if (rateLimits.refusals.waitSeconds(hash) > 0) return null;
  const found = await find(hash);
  if (found === null) rateLimits.refusals.countRefusal(hash);
  return found;
}
