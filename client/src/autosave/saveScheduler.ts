import type { Environment } from './environment.ts';

/** Waits this long after the last key. */
const AFTER_LAST_KEY_MS = 800;
/** And never longer than this after the first key that is not saved. */
const AT_MOST_MS = 2000;
const RETRY_FIRST_MS = 2000;
const RETRY_MOST_MS = 30_000;
/** Longest wait that a server may ask for. */
const ASKED_MOST_MS = 5 * 60_000;

/** Says when a save is due: soon after typing pauses, later and later while saving fails. */
export class SaveScheduler {
  readonly #environment: Pick<Environment, 'now' | 'after'>;
  readonly #due: () => void;
  #callOff = () => {};
  #firstKeyAt: number | null = null;
  #failures = 0;

  constructor(environment: Pick<Environment, 'now' | 'after'>, due: () => void) {
    this.#environment = environment;
    this.#due = due;
  }

  /** Something is to be saved: soon, unless saving fails just now. */
  saveSoon(): void {
    if (this.#failures > 0) return;
    const at = this.#environment.now().getTime();
    this.#firstKeyAt ??= at;
    this.#dueIn(Math.max(0, Math.min(AFTER_LAST_KEY_MS, this.#firstKeyAt + AT_MOST_MS - at)));
  }

  /** A save failed in passing: tried again later and later. @param asked seconds that the server asked to wait */
  retry(asked: number | null): void {
    const wait = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#dueIn(asked === null ? wait : Math.min(ASKED_MOST_MS, asked * 1000));
  }

  resetBackOff(): void {
    this.#failures = 0;
  }

  stop(): void {
    this.#callOff();
  }

  #dueIn(milliseconds: number): void {
    this.#callOff();
    this.#callOff = this.#environment.after(milliseconds, () => {
      this.#firstKeyAt = null;
      this.#due();
    });
  }
}
