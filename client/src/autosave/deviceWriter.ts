import type { DeviceStore } from '../storage/deviceStore.ts';
import type { KeptEntry } from '../storage/kept.ts';

/**
 * What one window does to the device's store, in order: a later request cannot overtake an earlier one. If the store fails,
 * saving continues without it, and `onDevice` says so.
 */
export class DeviceWriter {
  readonly #changed: () => void;
  readonly #waiting = new Map<string, KeptEntry>();
  #store: DeviceStore | null = null;
  #last: Promise<unknown>;
  #failed = false;
  #stopped = false;

  /** @param changed  called whenever the result of `onDevice` may have changed */
  constructor(openStore: () => Promise<DeviceStore>, changed: () => void) {
    this.#changed = changed;
    this.#last = openStore().then(
      (store) => {
        this.#store = store;
      },
      () => {},
    );
  }

  /** Whether what was put into the store survives this page. */
  onDevice(): boolean {
    return !this.#failed && this.#store?.kept() === 'device';
  }

  /** Oldest first. */
  list(kind: string): Promise<KeptEntry[]> {
    return this.#next(async (store) => store.list(kind), []);
  }

  /** Puts an entry; of queued entries with the same id, only the newest is written. */
  put(entry: KeptEntry): void {
    const { id } = entry;
    const waits = this.#waiting.has(id);
    this.#waiting.set(id, entry);
    if (waits) return;
    void this.#next(async (store) => {
      const newest = this.#waiting.get(id) ?? entry;
      this.#waiting.delete(id);
      this.#failed = await store.put(newest).then(
        () => false,
        () => true,
      );
    }, undefined).then(this.#changed);
  }

  /** Removes an entry, if it still is the one that is meant. */
  remove(id: string, isMeant: (entry: KeptEntry) => boolean): void {
    void this.#next((store) => store.remove(id, isMeant), undefined);
  }

  /** Resolves when everything requested so far is done. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /** Stops all writing: whoever signs off leaves nothing behind. */
  stop(): void {
    this.#stopped = true;
  }

  #next<R>(act: (store: DeviceStore) => Promise<R>, otherwise: R): Promise<R> {
    const done = this.#last.then(async () => {
      if (!this.#store || this.#stopped) return otherwise;
      try {
        return await act(this.#store);
      } catch {
        return otherwise;
      }
    });
    this.#last = done;
    return done;
  }
}
