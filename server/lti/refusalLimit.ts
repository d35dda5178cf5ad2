import ipaddr from 'ipaddr.js';

/**
 * Counts refused launches and logins by address, in the process. Good ones are never counted: a whole school opens
 * its first lesson from one address.
 */
export interface RefusalLimit {
  /** Whole seconds until this address may try again; 0 when it may now. */
  waitSeconds(address: string): number;
  countRefusal(address: string): void;
}

const WINDOW_MS = 60_000;
const MOST_ADDRESSES = 20_000;

/** One household or school has a whole /64 of IPv6. */
function keyOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.');
}

/**
 * @param options.perMinute  refused requests of one address in a minute, before further ones get 429
 * @param options.now  the process's monotonic time in ms, for tests
 */
export function createRefusalLimit(options: { perMinute?: number; now?: () => number } = {}): RefusalLimit {
  const { perMinute = 40, now = (): number => performance.now() } = options;
  const windows = new Map<string, { until: number; refused: number }>();

  function windowOf(address: string): { until: number; refused: number } | undefined {
    const window = windows.get(keyOf(address));
    return window && window.until > now() ? window : undefined;
  }

  return {
    waitSeconds(address) {
      // as mostly: nobody was refused, and no address need be read
      if (windows.size === 0) return 0;
      const window = windowOf(address);
      return window && window.refused >= perMinute ? Math.ceil((window.until - now()) / 1000) : 0;
    },
    countRefusal(address) {
      const window = windowOf(address);
      if (window) {
        window.refused += 1;
        return;
      }
      const key = keyOf(address);
      windows.delete(key);
      const oldest = windows.size >= MOST_ADDRESSES ? windows.keys().next().value : undefined;
      if (oldest !== undefined) windows.delete(oldest);
      windows.set(key, { until: now() + WINDOW_MS, refused: 1 });
    },
  };
}
