import ipaddr from 'ipaddr.js';

const WINDOW_MS = 60_000;
const MOST_KNOWN = 20_000;

/** An address as limits count it: one household or school has a whole /64 of IPv6. */
export function limitedAddress(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return address ?? '';
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.');
}

interface Window {
  until: number;
  refused: number;
}

/**
 * Counts what was refused, in the process, by whoever it is that can be held to account: good requests are never counted, and
 * whoever is named must be what the refused requests themselves have proven, or nothing that a good one would be asked for.
 */
export class RateLimiter {
  readonly #windows = new Map<string, Window>();
  readonly #perMinute: number;
  readonly #now: () => number;

  /**
   * @param options.perMinute  refused requests in a minute, before further ones are turned away
   * @param options.now  the process's monotonic time in ms, for tests
   */
  constructor(options: { perMinute?: number; now?: () => number } = {}) {
    const { perMinute = 40, now = (): number => performance.now() } = options;
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Whole seconds until there may be another try; 0 when it may be now. */
  waitSeconds(who: string): number {
    const window = this.#windowOf(who);
    return window && window.refused >= this.#perMinute ? Math.ceil((window.until - this.#now()) / 1000) : 0;
  }

  countRefusal(who: string): void {
    const window = this.#windowOf(who);
    if (window) {
      window.refused += 1;
      return;
    }
    const windows = this.#windows;
    windows.delete(who);
    const oldest = windows.size >= MOST_KNOWN ? windows.keys().next().value : undefined;
    if (oldest !== undefined) windows.delete(oldest);
    windows.set(who, { until: this.#now() + WINDOW_MS, refused: 1 });
  }

  #windowOf(who: string): Window | undefined {
    const window = this.#windows.get(who);
    return window && window.until > this.#now() ? window : undefined;
  }
}

/** The limits of a process. */
export interface RateLimits {
  /** What was refused although it was proven: launches of one person, and bearers, codes and cookies of ours that open nothing. */
  refusals: RateLimiter;
  /** Requests that could not be done as they were asked, by the bearer that brought them. */
  faults: RateLimiter;
}
