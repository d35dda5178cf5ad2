import { randomText } from './ids.ts';

interface AccessToken {
  toolId: string;
  scopes: string[];
  expiresAt: number;
  /** Canvas' leaky bucket: how full it is, and when that was worked out. */
  bucket: { level: number; at: number };
}

/** The access tokens given to tools. */
export class Tokens {
  #tokens = new Map<string, AccessToken>();
  #seenAssertions = new Set<string>();

  issue(toolId: string, scopes: string[], ttlSeconds = 3600): string {
    const token = randomText(24);
    const expiresAt = Date.now() + ttlSeconds * 1000;
    this.#tokens.set(token, { toolId, scopes, expiresAt, bucket: { level: 0, at: Date.now() } });
    return token;
  }

  /** The token's record while it is good, else null. */
  find(token: string): AccessToken | null {
    const found = this.#tokens.get(token);
    return found && found.expiresAt > Date.now() ? found : null;
  }

  /** Makes every token given so far worthless: the next call with one gets 401. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  /** True the first time for this client and jti. */
  useAssertion(clientId: string, jti: string): boolean {
    const key = `${clientId} ${jti}`;
    if (this.#seenAssertions.has(key)) return false;
    this.#seenAssertions.add(key);
    return true;
  }

  /** Pours one call into the token's bucket; gives what is left of its capacity (below 0: refuse). */
  pour(token: AccessToken, limit: { capacity: number; leakPerSecond: number }): number {
    const now = Date.now();
    const leaked = ((now - token.bucket.at) / 1000) * limit.leakPerSecond;
    const level = Math.max(0, token.bucket.level - leaked) + 1;
    const left = limit.capacity - level;
    token.bucket = { level: left < 0 ? limit.capacity : level, at: now };
    return left;
  }
}
