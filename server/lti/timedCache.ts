/**
 * A small cache in the process: entries live for `ttlMs`, the oldest is removed when `max` is reached, and simultaneous callers
 * with the same key share one look-up. A null from `load` is not cached, so that a new platform or an approval takes effect at
 * once.
 */
export class TimedCache<V> {
  readonly #entries = new Map<string, { until: number; value: V }>();
  readonly #pending = new Map<string, Promise<V | null>>();
  readonly #ttlMs: number;
  readonly #max: number;
  readonly #now: () => number;

  constructor(options: { ttlMs: number; max: number; now?: () => number }) {
    this.#ttlMs = options.ttlMs;
    this.#max = options.max;
    this.#now = options.now ?? ((): number => performance.now());
  }

  async get(key: string, load: () => Promise<V | null>): Promise<V | null> {
    const entry = this.#entries.get(key);
    if (entry && entry.until > this.#now()) return entry.value;
    const pending = this.#pending.get(key);
    if (pending) return pending;
    const loading = load();
    this.#pending.set(key, loading);
    try {
      const value = await loading;
      // a clear() during the load means that the value may be outdated
      if (value !== null && this.#pending.get(key) === loading) this.set(key, value);
      return value;
    } finally {
      if (this.#pending.get(key) === loading) this.#pending.delete(key);
    }
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    const oldest = this.#entries.size >= this.#max ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(key, { until: this.#now() + this.#ttlMs, value });
  }

  clear(): void {
    this.#entries.clear();
    this.#pending.clear();
  }
}
