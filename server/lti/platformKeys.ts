import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { LaunchRefused } from './launchRefused.ts';
import type { Outbound } from './outbound.ts';
import type { Platform } from './platforms.ts';
import { Identifier, isSuccess, readList } from './received.ts';

const FRESH_MS = 60 * 60_000;
/** A key set that could not be fetched, or that was doubted, is not fetched again within this time. */
const REFETCH_MS = 1_000;
/** Doubts (an unknown kid, a bad signature) that may cause a fetch at once, and how soon one more may. */
const DOUBTS_MAX = 5;
const DOUBT_EVERY_MS = 30_000;
const MAX_KEYS = 50;
const MAX_LISTED = 1_000;

/** `alg` and `use` may be absent (Brightspace, 1EdTech reference). */
const Jwk = z.looseObject({
  kid: Identifier,
  kty: z.literal('RSA'),
  use: z.literal('sig').nullish(),
  n: z.string(),
  e: z.string(),
});

type Keys = Map<string, KeyObject[]>;

interface Known {
  keys: Keys;
  fetchedAt: number;
  /** What went wrong in the last fetch; null if it returned a key set. */
  fault: unknown;
  loading: Promise<void> | null;
  doubts: { left: number; at: number };
}

const newKnown = (): Known => ({
  keys: new Map<string, KeyObject[]>(),
  fetchedAt: -Infinity,
  fault: null,
  loading: null,
  doubts: { left: DOUBTS_MAX, at: -Infinity },
});

/** A usable RSA key, or null: one invalid key in a set must not exclude the others. */
function toKey({ kty, n, e }: z.infer<typeof Jwk>): KeyObject | null {
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 ? key : null;
  } catch {
    return null;
  }
}

/** Keys by `kid`; while a platform replaces one, both may be published under the same. */
async function readKeys(text: string): Promise<Keys> {
  const set = JSON.parse(text) as unknown;
  const listed = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : null;
  if (!Array.isArray(listed)) throw new Error('the key set holds no list of keys');
  const keys: Keys = new Map();
  let count = 0;
  for (const jwk of (await readList(Jwk, listed.slice(0, MAX_LISTED)))?.items ?? []) {
    const key = count < MAX_KEYS ? toKey(jwk) : null;
    if (!key) continue;
    count += 1;
    keys.set(jwk.kid, [...(keys.get(jwk.kid) ?? []), key]);
  }
  return keys;
}

/** Uses one of the fetches that doubts may cause; false if there is none now. */
function mayDoubt({ doubts, fault, fetchedAt }: Known, now: number): boolean {
  // no flood of forged tokens caused this: there is nothing to verify with
  if (fault !== null) return now - fetchedAt >= REFETCH_MS;
  const since = now - doubts.at;
  if (since < REFETCH_MS) return false;
  const left = since === Infinity ? DOUBTS_MAX : doubts.left + Math.floor(since / DOUBT_EVERY_MS);
  if (left < 1) return false;
  doubts.left = Math.min(left, DOUBTS_MAX) - 1;
  doubts.at = now;
  return true;
}

const isBadSignature = (error: unknown): boolean =>
  error instanceof LaunchRefused && error.reason === 'SIGNATURE';

/** The result of the first key that fits, or null. @throws anything that is not a bad signature */
async function tryKeys<T>(keys: readonly KeyObject[], verify: (key: KeyObject) => Promise<T>) {
  for (const key of keys) {
    try {
      return { verified: await verify(key) };
    } catch (error) {
      if (!isBadSignature(error)) throw error;
    }
  }
  return null;
}

/** Public keys of platforms, from their key set URLs. */
export class PlatformKeys {
  readonly #byUrl = new Map<string, Known>();
  readonly #outbound: Pick<Outbound, 'request'>;
  readonly #now: () => number;

  /** @param now  the process's monotonic time in ms, for tests */
  constructor(outbound: Pick<Outbound, 'request'>, now: () => number = () => performance.now()) {
    this.#outbound = outbound;
    this.#now = now;
  }

  /**
   * Verifies with the keys that a `kid` names. If none is known, or none of them fits, the key set is fetched once more (as often
   * as the rate limit allows) before the decision: platforms replace keys, some under the same `kid`.
   *
   * @param verify  throws LaunchRefused `SIGNATURE` for a key that does not fit
   * @throws {LaunchRefused} what `verify` throws; TOKEN_REFUSED `KID_UNKNOWN`; UNAVAILABLE if the key set cannot be fetched
   */
  async verifyWith<T>(platform: Platform, kid: string, verify: (key: KeyObject) => Promise<T>): Promise<T> {
    const known = this.#byUrl.get(platform.jwksUrl) ?? newKnown();
    this.#byUrl.set(platform.jwksUrl, known);
    const isDue = known.loading !== null || this.#now() - known.fetchedAt >= FRESH_MS;
    if (isDue) await this.#refresh(known, platform);
    // a known key survives an hour in which the platform does not respond
    const first = known.keys.get(kid) ?? [];
    const done = await tryKeys(first, verify);
    if (done) return done.verified;
    if (!isDue && (known.loading !== null || mayDoubt(known, this.#now())))
      await this.#refresh(known, platform);
    // also if another launch has fetched them meanwhile
    const others = (known.keys.get(kid) ?? []).filter((key) => !first.some((one) => one.equals(key)));
    const again = await tryKeys(others, verify);
    if (again) return again.verified;
    if (first.length > 0 || others.length > 0) throw new LaunchRefused('SIGNATURE', { platform });
    if (known.fault !== null)
      throw new LaunchRefused('KEY_SET_UNREACHABLE', { cause: known.fault, platform });
    throw new LaunchRefused('KID_UNKNOWN', { platform });
  }

  /** Fetches the key set, sharing a fetch that is already in progress. */
  #refresh(known: Known, platform: Platform): Promise<void> {
    known.loading ??= this.#fetchInto(known, platform).finally(() => {
      known.loading = null;
    });
    return known.loading;
  }

  async #fetchInto(known: Known, platform: Platform): Promise<void> {
    // counted from the attempt, so that an unavailable key set is not requested again at once
    known.fetchedAt = this.#now();
    try {
      const response = await this.#outbound.request({
        method: 'GET',
        url: platform.jwksUrl,
        maxBytes: 256 * 1024,
      });
      if (!isSuccess(response.status)) throw new Error(`the key set answered ${response.status}`);
      known.keys = await readKeys(response.body);
      known.fault = null;
    } catch (error) {
      known.fault = error;
    }
  }
}
