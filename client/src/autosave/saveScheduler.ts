import type { Environment } from './environment.ts';

/** The delay after the last keystroke. */
const AFTER_LAST_KEY_MS = 800;
/** And at most this long after the first keystroke that is not saved. */
const AT_MOST_MS = 2000;
const RETRY_FIRST_MS = 2000;
const RETRY_MOST_MS = 30_000;
/** The longest wait that a server may request. */
const ASKED_MOST_MS = 5 * 60_000;

/** Says when a save is due: soon after typing pauses, at longer and longer intervals while saving fails. */
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

  /** Something has to be saved: soon, unless saving is currently failing. */
  saveSoon(): void {
    if (this.#failures > 0) return;
    const at = this.#environment.now().getTime();
    this.#firstKeyAt ??= at;
    this.#dueIn(Math.max(0, Math.min(AFTER_LAST_KEY_MS, this.#firstKeyAt + AT_MOST_MS - at)));
  }

  /**
   * A save failed for a passing reason: it is retried at longer and longer intervals. @param asked seconds that the server asked
   * to wait
   */
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
