import type { ErrorCode } from '../../../../../contract/errors.ts';
import type { Environment } from '../../../autosave/environment.ts';
import { failureOf } from '../../../autosave/saveFailure.ts';
import type { LessonNotes } from './lessonNotes.ts';

/** How sending stands. Whatever it is, notes can be written, and are kept where `LessonNotes.kept` says. */
export type SyncState =
  | { readonly kind: 'synced' }
  | { readonly kind: 'sending' }
  /** No network, or a server that is busy: it goes on by itself. */
  | { readonly kind: 'waiting' }
  /** It goes on once the person has come back through the LMS. */
  | { readonly kind: 'signedOut' }
  /** The server does not take these notes; they stay on the device. */
  | { readonly kind: 'refused'; readonly code: ErrorCode };

/** Somebody who writes without a pause is sent this often. */
const QUIET_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** Sends the notes of a lesson without being asked: soon after they were written, and again when it failed. */
export class NotesSync {
  readonly #notes: LessonNotes;
  readonly #environment: Environment;
  readonly #listeners = new Set<() => void>();
  #state: SyncState = { kind: 'synced' };
  #failures = 0;
  #cancel: (() => void) | null = null;
  readonly #stops: (() => void)[];

  constructor(notes: LessonNotes, environment: Environment) {
    this.#notes = notes;
    this.#environment = environment;
    this.#stops = [notes.subscribe(() => this.#noticed()), environment.onReturn(() => void this.run())];
  }

  readonly state = (): SyncState => this.#state;

  /** Calls after the state changed. @returns a function that stops it */
  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  };

  /** Sends and asks now: when the page opens, and when a session is there again. */
  async run(): Promise<void> {
    if (this.#state.kind === 'sending') return;
    this.#plan(null);
    this.#become({ kind: 'sending' });
    try {
      await this.#notes.sync();
      this.#failures = 0;
      this.#become({ kind: 'synced' });
    } catch (error) {
      this.#failed(error);
    }
    // written while the rest was sent
    if (this.#state.kind === 'synced' && this.#notes.unsent > 0) this.#plan(QUIET_MS);
  }

  /** Nothing is sent by itself any more; what is not sent stays on the device. */
  stop(): void {
    this.#plan(null);
    for (const stop of this.#stops) stop();
  }

  #noticed(): void {
    const isPlanned = this.#cancel !== null;
    if (isPlanned || this.#state.kind !== 'synced' || this.#notes.unsent === 0) return;
    this.#plan(QUIET_MS);
  }

  #failed(error: unknown): void {
    const failure = failureOf(error);
    if (failure.kind === 'refused') return this.#become({ kind: 'refused', code: failure.code });
    if (failure.kind === 'signedOut') return this.#become({ kind: 'signedOut' });
    this.#failures += 1;
    const asked = failure.kind === 'again' ? failure.afterSeconds : null;
    const wait = asked === null ? QUIET_MS * 2 ** Math.min(this.#failures, 10) : asked * 1000;
    this.#become({ kind: 'waiting' });
    this.#plan(Math.min(wait, LONGEST_WAIT_MS));
  }

  #plan(milliseconds: number | null): void {
    this.#cancel?.();
    this.#cancel = null;
    if (milliseconds === null) return;
    this.#cancel = this.#environment.after(milliseconds, () => {
      this.#cancel = null;
      void this.run();
    });
  }

  #become(state: SyncState): void {
    this.#state = state;
    for (const changed of this.#listeners) changed();
  }
}
