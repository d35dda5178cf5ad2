/** Wakes whoever is waiting, or the next one to wait: a signal is never lost. */
export class WakeSignal {
  #isWoken = false;
  /** When it must signal at the latest, by the process's monotonic time. */
  #by = Infinity;
  #wake: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;

  wake(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /** Signals in `ms`, unless it signals before. */
  wakeIn(ms: number): void {
    const by = performance.now() + ms;
    if (by >= this.#by) return;
    this.#by = by;
    clearTimeout(this.#timer);
    if (this.#wake) this.#timer = setTimeout(this.#wake, ms);
  }

  /** Resolves at the next signal, at once if there was one since the last wait, or after `ms`. */
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
