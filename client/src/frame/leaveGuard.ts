import type { Lms } from './lmsMessages.ts';

/** Warns before the page is left, only while some text is unsent. Canvas asks in its own page, others through the browser. */
export class LeaveGuard {
  readonly #lms: Lms;
  readonly #message: () => string;
  readonly #unsent = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #ask = (event: BeforeUnloadEvent) => event.preventDefault();

  constructor(lms: Lms, message: () => string) {
    this.#lms = lms;
    this.#message = message;
  }

  /** Each part of a page that holds text reports whether some of it is unsent. */
  set(part: string, isUnsent: boolean): void {
    const before = this.any();
    if (isUnsent) this.#unsent.add(part);
    else this.#unsent.delete(part);
    const after = this.any();
    if (before === after) return;
    this.#turn(after);
    for (const listener of this.#listeners) listener();
  }

  /** Whether any part holds unsent text now. */
  readonly any = (): boolean => this.#unsent.size > 0;
  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  stop(): void {
    if (this.any()) this.#turn(false);
    this.#unsent.clear();
  }

  #turn(on: boolean): void {
    if (on) {
      window.addEventListener('beforeunload', this.#ask);
      this.#lms.setUnloadMessage(this.#message());
    } else {
      window.removeEventListener('beforeunload', this.#ask);
      this.#lms.removeUnloadMessage();
    }
  }
}
