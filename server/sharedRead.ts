/** Shares one read among calls that come soon after each other: they get the result of the first. A failed read is not kept. */
export class SharedRead<T> {
  readonly #ask: () => Promise<T>;
  readonly #keptMs: number;
  #last: { at: number; found: Promise<T> } | null = null;

  /** @param keptMs  how long after the start of a read others share it */
  constructor(ask: () => Promise<T>, keptMs: number) {
    this.#ask = ask;
    this.#keptMs = keptMs;
  }

  /** @throws what the read throws, for everybody who shared it */
  read(): Promise<T> {
    const at = performance.now();
    if (this.#last && at - this.#last.at < this.#keptMs) return this.#last.found;
    const found = this.#ask();
    this.#last = { at, found };
    found.catch(() => {
      if (this.#last?.found === found) this.#last = null;
    });
    return found;
  }
}
