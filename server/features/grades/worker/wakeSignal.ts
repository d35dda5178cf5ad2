/** Wakes whoever waits, or the next who would: a ring is never lost. */
export class WakeSignal {
  #isWoken = false;
  /** When it is to ring at the latest, by the process's monotonic time. */
  #by = Infinity;
  #wake: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;

  wake(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /** Rings in `ms`, unless it rings before. */
  wakeIn(ms: number): void {
    const by = performance.now() + ms;
    if (by >= this.#by) return;
    this.#by = by;
    clearTimeout(this.#timer);
    if (this.#wake) this.#timer = setTimeout(this.#wake, ms);
  }

  /** Resolves at the next ring, at once if it rang since the last wait, or after `ms`. */
  async wait(ms: number): Promise<void> {
    this.wakeIn(ms);
    if (!this.#isWoken) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(resolve, Math.max(0, this.#by - performance.now()));
      });
    }
    clearTimeout(this.#timer);
    this.#wake = null;
    this.#isWoken = false;
    this.#by = Infinity;
  }
}
