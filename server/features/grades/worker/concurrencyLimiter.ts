/**
 * Limits how many deliveries are in progress at once. A call that takes long gives its slot back before it ends, so that a
 * platform that does not respond cannot hold up the others; there is an upper limit to that too.
 */
export class ConcurrencyLimiter {
  readonly #size: number;
  readonly #lendAfterMs: number;
  #used = 0;
  #lent = 0;

  constructor(size: number, lendAfterMs: number) {
    this.#size = size;
    this.#lendAfterMs = lendAfterMs;
  }

  get free(): number {
    return Math.max(0, Math.min(this.#size - this.#used, this.#left));
  }

  /** True: as many calls hang as may, and only the end of one frees a slot. */
  get areAllLent(): boolean {
    return this.#left < 1;
  }

  get #left(): number {
    return this.#size * 8 - this.#lent - this.#used;
  }

  /** Runs `work` in a slot; `freed` is called when the slot is free again, once or twice. */
  async use(work: () => Promise<void>, freed: () => void): Promise<void> {
    this.#used += 1;
    let isLent = false;
    const timer = setTimeout(() => {
      isLent = true;
      this.#used -= 1;
      this.#lent += 1;
      freed();
    }, this.#lendAfterMs);
    try {
      await work();
    } finally {
      clearTimeout(timer);
      if (isLent) this.#lent -= 1;
      else this.#used -= 1;
      freed();
    }
  }
}
