import type { DeviceStore } from '../../storage/deviceStore.ts';
import { choiceId, listChoices, toChoiceEntry } from './choice.ts';
import type { Choice, MadeChoice } from './choice.ts';
import type { Autosave } from '../registry.ts';
import { createSaveScheduler } from '../saveScheduler.ts';
import { failureOf } from '../saveFailure.ts';
import type { TextState } from '../textState.ts';

export interface ChoicesState {
  /** Made here and not taken by the server yet, by their ids. */
  readonly pending: ReadonlyMap<string, MadeChoice>;
  /** The server said no to the last one: it was taken back. */
  readonly refused: boolean;
  /** Since when sending fails in passing, or null. */
  readonly failingSince: Date | null;
}

interface AutosaveDeps {
  readonly attemptId: string;
  readonly send: (choice: Choice) => Promise<void>;
  readonly openStore: () => Promise<DeviceStore>;
  /** Of what an earlier visit left: whether a later choice was made in another place. */
  readonly overtaken: (made: MadeChoice) => boolean;
  /** The server has it. Called before it stops being pending, so that it never shows as undone in between. */
  readonly taken: (made: MadeChoice) => void;
  /** The server said no; what it holds has to be read anew. */
  readonly refused: () => void;
}

/**
 * Small choices on one attempt: shown at once, kept on the device, sent one after the other, tried again after a passing
 * fault, taken back when the server refuses.
 */
export class ChoiceAutosave implements Autosave {
  readonly #deps: AutosaveDeps;
  readonly #pending = new Map<string, MadeChoice>();
  readonly #listeners = new Set<() => void>();
  readonly #timer = createSaveScheduler(() => void this.flush());
  readonly #now = () => void this.flush();
  readonly #ready: Promise<void>;
  #store: DeviceStore | null = null;
  #running: Promise<void> | null = null;
  #state: ChoicesState = { pending: new Map(), refused: false, failingSince: null };

  constructor(deps: AutosaveDeps) {
    this.#deps = deps;
    this.#ready = this.#restore();
    window.addEventListener('online', this.#now);
    document.addEventListener('visibilitychange', this.#now);
  }

  readonly state = (): ChoicesState => this.#state;
  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };
  /** Whether what is pending is on this device. */
  readonly kept = (): boolean => this.#store?.kept() === 'device';

  readonly texts = (): readonly TextState[] => {
    const since = this.#state.failingSince;
    const copy = this.kept() ? 'device' : 'none';
    return [...this.#pending.keys()].map(() =>
      since ? { kind: 'failing', since, copy } : { kind: 'unsent', copy },
    );
  };

  readonly keeps = (entryId: string): boolean => this.#pending.has(entryId);

  /** A choice has no words. */
  unsentText(): string {
    return '';
  }

  choose(choice: Choice): void {
    const made = { choice, at: new Date().toISOString() };
    this.#pending.set(choiceId(choice), made);
    this.#changed({ refused: false });
    void this.#keep(made).then(this.#now);
  }

  /** Sends what is pending, now. @returns whether the server has everything */
  async flush(): Promise<boolean> {
    await this.#ready;
    this.#running ??= this.#sendAll().finally(() => (this.#running = null));
    await this.#running;
    return this.#pending.size === 0;
  }

  stop(): void {
    window.removeEventListener('online', this.#now);
    document.removeEventListener('visibilitychange', this.#now);
    this.#timer.stop();
    this.#pending.clear();
  }

  #changed(change: Partial<Omit<ChoicesState, 'pending'>> = {}): void {
    this.#state = { ...this.#state, ...change, pending: new Map(this.#pending) };
    for (const listener of this.#listeners) listener();
  }

  async #restore(): Promise<void> {
    this.#store = await this.#deps.openStore();
    for (const made of await listChoices(this.#store)) {
      const id = choiceId(made.choice);
      if (made.choice.attemptId !== this.#deps.attemptId || this.#pending.has(id)) continue;
      if (this.#deps.overtaken(made)) await this.#store.remove(id);
      else this.#pending.set(id, made);
    }
    if (this.#pending.size === 0) return;
    this.#changed();
    setTimeout(this.#now, 0);
  }

  async #keep(made: MadeChoice): Promise<void> {
    await this.#ready;
    const id = choiceId(made.choice);
    await this.#store?.put(toChoiceEntry(made));
    // sent while it was being written
    if (!this.#pending.has(id)) await this.#store?.remove(id);
  }

  async #sendAll(): Promise<void> {
    for (let [made] = this.#pending.values(); made; [made] = this.#pending.values()) {
      try {
        await this.#deps.send(made.choice);
      } catch (error) {
        if (this.#waits(error)) return;
        await this.#drop(made);
        this.#changed({ refused: true });
        this.#deps.refused();
        continue;
      }
      this.#deps.taken(made);
      await this.#drop(made);
      this.#timer.succeeded();
      this.#changed({ failingSince: null });
    }
  }

  /** True for a fault that passes, or a session that is over: the choice stays for later. */
  #waits(error: unknown): boolean {
    const failure = failureOf(error);
    if (failure.kind !== 'again' && failure.kind !== 'signedOut') return false;
    if (failure.kind === 'again') this.#timer.failed(failure.afterSeconds);
    this.#changed({ failingSince: this.#state.failingSince ?? new Date() });
    return true;
  }

  /** No longer pending, unless it was chosen anew meanwhile. */
  async #drop(made: MadeChoice): Promise<void> {
    const id = choiceId(made.choice);
    if (this.#pending.get(id) !== made) return;
    this.#pending.delete(id);
    await this.#store?.remove(id);
  }
}
