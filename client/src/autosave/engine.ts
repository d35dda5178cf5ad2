import type { KeptEntry } from '../storage/kept.ts';
import type { Adapter, Leftover } from './adapter.ts';
import type { DeviceWriter } from './deviceWriter.ts';
import type { Environment } from './environment.ts';
import { sendLeftover } from './leftovers.ts';
import { transition } from './machine.ts';
import type { Draft, Effect, Events, Model, ServerCopy } from './machine.ts';
import { failureOf } from './saveFailure.ts';
import { SaveScheduler } from './saveScheduler.ts';
import type { Phase, TextState } from './textState.ts';

export interface EngineDeps<V, T> {
  readonly key: string;
  readonly adapter: Adapter<V, T>;
  readonly device: DeviceWriter;
  readonly environment: Environment;
  /** Resolves when what earlier pages left has been read. */
  readonly ready: Promise<void>;
  readonly changed: () => void;
}

/** Saves one piece of content: does what the table in `machine.ts` says, in this window. */
export class AutosaveEngine<V, T> {
  readonly #deps: EngineDeps<V, T>;
  readonly #scheduler: SaveScheduler;
  /** What this window put on the device or found there, by the ids that it saves under. */
  readonly #entries = new Map<string, { readonly entry: KeptEntry; readonly value: V }>();
  #model: Model<V, T>;
  #sending: Promise<void> | null = null;
  #stopped = false;
  #lastPutAt = 0;

  constructor(deps: EngineDeps<V, T>) {
    this.#deps = deps;
    this.#scheduler = new SaveScheduler(deps.environment, () => void this.flush());
    const { value, revision, savedAt } = deps.adapter.empty(deps.key);
    this.#model = {
      phase: { kind: 'saved' },
      value,
      baseRevision: revision,
      savedAt,
      lineage: crypto.randomUUID(),
      sequence: 0,
      builtOn: [],
      found: null,
      flight: null,
      unanswered: [],
      loaded: 0,
    };
  }

  /** The newest words, and what is known about them. */
  model(): Model<V, T> {
    return this.#model;
  }

  phase(): Phase<T> {
    const { phase } = this.#model;
    if (phase.kind === 'conflict') return { kind: 'conflict', theirs: phase.theirs };
    if (phase.kind === 'refused' || phase.kind === 'closed') return { kind: 'refused', code: phase.code };
    return phase;
  }

  state(): TextState<T> {
    const { phase } = this.#model;
    if (phase.kind === 'saved') return { kind: 'saved', copy: 'server' };
    const inHistory = 'inHistory' in phase && phase.inHistory;
    return {
      ...this.phase(),
      copy: inHistory ? 'history' : this.#deps.device.onDevice() ? 'device' : 'none',
    };
  }

  /** Whether an entry on the device is a copy of these words, or of words that they continue. */
  keeps(entryId: string): boolean {
    const { lineage, builtOn } = this.#model;
    return this.#entries.get(lineage)?.entry.id === entryId || builtOn.some(({ id }) => id === entryId);
  }

  /** Takes over what the server holds; words that the server lacks stay, and an older revision is never accepted. */
  load(copy: ServerCopy<V>, evenSame = false): void {
    this.#dispatch('loaded', { copy, evenSame });
  }

  write(value: V, replaces = false): void {
    this.#dispatch('typed', { value, replaces });
  }

  /** Keeps one side of a conflict; the other goes to the history, if there is one. @returns when saving it has been tried */
  async resolve(keep: 'mine' | 'theirs'): Promise<void> {
    const { phase, value } = this.#model;
    if (phase.kind !== 'conflict') return;
    // what was typed last goes to the history before anything replaces it
    if (keep === 'theirs') await this.flush();
    await this.#answered();
    // typed after the choice, which was made between other words
    if (this.#model.value !== value) return;
    this.#dispatch(keep === 'mine' ? 'choseMine' : 'choseTheirs', {});
    await (keep === 'mine' ? this.flush() : this.#deps.device.idle());
  }

  /** Sends what is unsent, now. @returns when the server has responded */
  async flush(): Promise<void> {
    await this.#deps.ready;
    // what is typed in the meantime is included
    await this.#deps.device.idle();
    await this.#answered();
    this.#dispatch('due', {});
    await this.#answered();
  }

  /** The work is handed in or decided, and the server holds every word: nothing of this window stays on the device. */
  async finish(): Promise<void> {
    this.#dispatch('finished', {});
    await this.#deps.device.idle();
  }

  /**
   * Continues with what earlier pages left, oldest first: the newest of it is kept here; older words go to the history, if there
   * is one.
   */
  restore(left: readonly (Leftover<V> & { readonly entry: KeptEntry })[]): void {
    const { adapter, device } = this.#deps;
    for (const [index, { key, draft, entry }] of [...left].reverse().entries()) {
      const isThis = ({ at }: KeptEntry) => at === entry.at;
      const mayTakeUp = this.#model.phase.kind === 'saved' && (index === 0 || !adapter.hasHistory);
      if (!mayTakeUp) {
        if (adapter.hasHistory)
          void sendLeftover(adapter, { key, draft }, () => device.remove(entry.id, isThis));
      } else if (this.#isObsolete(draft.value)) {
        device.remove(entry.id, isThis);
      } else {
        this.#entries.set(draft.lineage, { entry, value: draft.value });
        const { id, at } = entry;
        this.#dispatch('found', { draft, version: { id, at }, closed: adapter.closedBy?.() ?? null });
        void this.flush();
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#scheduler.stop();
  }

  /** Resolves when no save is in progress. */
  async #answered(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  #isObsolete(found: V): boolean {
    const { adapter } = this.#deps;
    return adapter.isObsolete ? adapter.isObsolete(found) : adapter.same(this.#model.value, found);
  }

  #dispatch<E extends keyof Events<V, T>>(kind: E, event: Events<V, T>[E]): void {
    if (this.#stopped) return;
    const { adapter, environment, changed } = this.#deps;
    const context = { rules: adapter, now: environment.now(), freshLineage: crypto.randomUUID() };
    const { model, effects } = transition(this.#model, kind, event, context);
    if (model === this.#model) return;
    this.#model = model;
    for (const effect of effects) this.#run(effect);
    changed();
  }

  #run(effect: Effect<V>): void {
    switch (effect.do) {
      case 'keep':
        return this.#keep(effect.draft);
      case 'forget':
        return this.#forget(effect.draft);
      case 'send':
        this.#sending = this.#send(effect.draft).finally(() => (this.#sending = null));
        return;
      case 'retry':
        return this.#scheduler.retry(effect.afterSeconds);
      case 'saveSoon':
        return this.#scheduler.saveSoon();
      case 'resetBackOff':
        return this.#scheduler.resetBackOff();
      case 'stopTimer':
        return this.#scheduler.stop();
      case 'reportRefused':
        // reported once the device has removed it, too
        void this.#deps.device.idle().then(this.#deps.adapter.takenBack);
        return;
    }
  }

  #keep(draft: Draft<V>): void {
    const { key, adapter, device, environment } = this.#deps;
    // no two entries of a window have the same time, so that the time identifies the entry that is meant
    this.#lastPutAt = Math.max(environment.now().getTime(), this.#lastPutAt + 1);
    const entry = adapter.toEntry(key, draft, new Date(this.#lastPutAt).toISOString());
    this.#entries.set(draft.lineage, { entry, value: draft.value });
    device.put(entry);
  }

  #forget({ lineage, value, builtOn }: Draft<V>): void {
    const { device } = this.#deps;
    const own = this.#entries.get(lineage);
    if (own?.value === value) {
      const words = JSON.stringify(own.entry.value);
      device.remove(
        own.entry.id,
        (entry) => entry.at === own.entry.at && JSON.stringify(entry.value) === words,
      );
      this.#entries.delete(lineage);
    }
    for (const { id, at } of builtOn) device.remove(id, (entry) => entry.at === at);
  }

  /** One save, from the device to the server's response. */
  async #send(flight: Draft<V>): Promise<void> {
    const { key, adapter, device } = this.#deps;
    await device.idle();
    try {
      const known = adapter.check?.(flight.value) ?? null;
      if (known) return this.#fail(flight, known);
      const { revision, savedAt } = await adapter.send(key, flight);
      if (!this.#stopped) await adapter.acknowledged?.(flight.value);
      this.#dispatch('taken', { flight, revision, savedAt });
    } catch (error) {
      this.#fail(flight, failureOf(error));
    }
    await device.idle();
  }

  #fail(flight: Draft<V>, failure: ReturnType<typeof failureOf>): void {
    switch (failure.kind) {
      case 'again':
        return this.#dispatch('failed', { flight, afterSeconds: failure.afterSeconds });
      case 'signedOut':
        return this.#dispatch('signedOut', { flight });
      case 'refused':
        return this.#dispatch('refused', { flight, code: failure.code, inHistory: failure.inHistory });
      case 'conflict': {
        const met = this.#deps.adapter.readConflict(failure.details);
        if (!met) return this.#dispatch('failed', { flight, afterSeconds: null });
        return this.#dispatch('met', { flight, ...met });
      }
    }
  }
}
