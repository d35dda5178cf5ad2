/** A server that was busy for a moment fires no `online` event. */
const DELAYS_MS = [2_000, 5_000, 10_000, 30_000];
const LONGEST_DELAY_MS = 60_000;

/** Retries a transfer that broke off, after a delay that grows with every failure. */
export class RetryTimer {
  readonly #retry: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(retry: () => void) {
    this.#retry = retry;
  }

  /** The transfer broke off. */
  start(): void {
    const delayMs = DELAYS_MS[this.#failures] ?? LONGEST_DELAY_MS;
    this.#failures += 1;
    this.#timer = setTimeout(() => {
      // without a network, the browser says when it is back
      if (navigator.onLine) this.#retry();
    }, delayMs);
  }

  /** It was continued or ended otherwise. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Bytes arrive: the next failure counts as the first. */
  reset(): void {
    this.#failures = 0;
  }
}
