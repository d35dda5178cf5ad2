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
 * Counts refused requests in the process, by whoever can be held responsible. Valid requests are never counted, and the counted
 * key must be something that the refused requests themselves have proven, or something that no valid request needs.
 */
export class RateLimiter {
  readonly #windows = new Map<string, Window>();
  readonly #perMinute: number;
  readonly #now: () => number;

  /**
   * @param options.perMinute  refused requests per minute before further ones are rejected
   * @param options.now  the process's monotonic time in ms, for tests
   */
  constructor(options: { perMinute?: number; now?: () => number } = {}) {
    const { perMinute = 40, now = (): number => performance.now() } = options;
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Whole seconds until the next try is allowed; 0 if it is allowed now. */
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
  /**
   * What was refused although it was proven: launches of one person, and bearers, codes and cookies of ours that open nothing.
   */
  refusals: RateLimiter;
  /** Faulty requests, by the bearer that sent them. */
  faults: RateLimiter;
}
