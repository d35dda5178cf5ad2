import ipaddr from 'ipaddr.js';

/**
 * Counts what was refused, in the process, by whoever it is that can be held to account: good requests are never counted, and
 * whoever is named must be what the refused requests themselves have proven, or nothing that a good one would be asked for.
 */
export interface RateLimiter {
  /** Whole seconds until there may be another try; 0 when it may be now. */
  waitSeconds(who: string): number;
  countRefusal(who: string): void;
}

/** The limits of a process. */
export interface RateLimits {
  /** What was refused although it was proven: launches of one person, and bearers, codes and cookies of ours that open nothing. */
  refusals: RateLimiter;
  /** Requests that could not be done as they were asked, by the bearer that brought them. */
  faults: RateLimiter;
}

const WINDOW_MS = 60_000;
const MOST_KNOWN = 20_000;

/** An address as limits count it: one household or school has a whole /64 of IPv6. */
export function limitedAddress(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return address ?? '';
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.');
}

/**
 * @param options.perMinute  refused requests in a minute, before further ones are turned away
 * @param options.now  the process's monotonic time in ms, for tests
 */
export function createRateLimiter(options: { perMinute?: number; now?: () => number } = {}): RateLimiter {
  const { perMinute = 40, now = (): number => performance.now() } = options;
  const windows = new Map<string, { until: number; refused: number }>();

  function windowOf(who: string): { until: number; refused: number } | undefined {
    const window = windows.get(who);
    return window && window.until > now() ? window : undefined;
  }

  return {
    waitSeconds(who) {
      const window = windowOf(who);
      return window && window.refused >= perMinute ? Math.ceil((window.until - now()) / 1000) : 0;
    },
    countRefusal(who) {
      const window = windowOf(who);
      if (window) {
        window.refused += 1;
        return;
      }
      windows.delete(who);
      const oldest = windows.size >= MOST_KNOWN ? windows.keys().next().value : undefined;
      if (oldest !== undefined) windows.delete(oldest);
      windows.set(who, { until: now() + WINDOW_MS, refused: 1 });
    },
  };
}
