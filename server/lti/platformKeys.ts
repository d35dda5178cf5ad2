import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { LaunchRefused } from './launchRefused.ts';
import type { Outbound } from './outbound.ts';
import type { Platform } from './platforms.ts';

/** Public keys of platforms, from their key set URLs. */
export interface PlatformKeys {
  /** @throws {LaunchRefused} TOKEN_REFUSED `KID_UNKNOWN`, or UNAVAILABLE when the key set cannot be had */
  keyOf(platform: Platform, kid: string): Promise<KeyObject>;
}

const FRESH_MS = 60 * 60_000;
/** An unknown kid may ask again after this: a platform that has changed its keys gets in, a flood does not reach it. */
const REFETCH_MS = 1_000;
const MAX_KEYS = 50;

/** `alg` and `use` may be absent (Brightspace, 1EdTech reference). */
const maybe = z.unknown().optional();
const KeySet = z.object({
  keys: z.array(z.looseObject({ kid: maybe, kty: maybe, use: maybe, n: maybe, e: maybe })).max(1000),
});

interface Known {
  keys: Map<string, KeyObject>;
  fetchedAt: number;
  loading: Promise<void> | null;
}

const newKnown = (): Known => ({ keys: new Map<string, KeyObject>(), fetchedAt: -Infinity, loading: null });

/** A usable RSA key, or null: one odd key of a set must not keep the others out. */
function toKey({ kty, use, n, e }: Record<string, unknown>): KeyObject | null {
  if (kty !== 'RSA' || (use !== undefined && use !== 'sig')) return null;
  if (typeof n !== 'string' || typeof e !== 'string') return null;
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 ? key : null;
  } catch {
    return null;
  }
}

function readKeys(text: string): Map<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  for (const jwk of KeySet.parse(JSON.parse(text)).keys.slice(0, MAX_KEYS)) {
    const key = toKey(jwk);
    if (key && typeof jwk.kid === 'string') keys.set(jwk.kid, key);
  }
  return keys;
}

/** @param now  the process's monotonic time in ms, for tests */
export function createPlatformKeys(
  outbound: Outbound,
  now: () => number = () => performance.now(),
): PlatformKeys {
  const byUrl = new Map<string, Known>();

  async function fetchInto(known: Known, platform: Platform): Promise<void> {
    // counted from the attempt, so that a dead key set is not asked again at once
    known.fetchedAt = now();
    const response = await outbound.request({ method: 'GET', url: platform.jwksUrl, maxBytes: 256 * 1024 });
    if (response.status !== 200) throw new Error(`the key set answered ${response.status}`);
    known.keys = readKeys(response.body);
  }

  function refresh(known: Known, platform: Platform): Promise<void> {
    known.loading ??= fetchInto(known, platform).finally(() => {
      known.loading = null;
    });
    return known.loading;
  }

  return {
    async keyOf(platform, kid) {
      const known = byUrl.get(platform.jwksUrl) ?? newKnown();
      byUrl.set(platform.jwksUrl, known);
      const age = now() - known.fetchedAt;
      const cached = known.keys.get(kid);
      if (cached && age < FRESH_MS) return cached;
      let fault: unknown = null;
      if (known.loading || age >= REFETCH_MS) {
        await refresh(known, platform).catch((error: unknown) => {
          fault = error;
        });
      }
      // a key that we know outlives an hour in which the platform does not answer
      const key = known.keys.get(kid) ?? (fault === null ? undefined : cached);
      if (key) return key;
      if (fault !== null)
        throw new LaunchRefused('UNAVAILABLE', 'KEY_SET_UNREACHABLE', { cause: fault, platform });
      throw new LaunchRefused('TOKEN_REFUSED', 'KID_UNKNOWN', { platform });
    },
  };
}
