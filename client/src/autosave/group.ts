import type { DeviceStore } from '../storage/deviceStore.ts';
import type { Adapter } from './adapter.ts';
import { DeviceWriter } from './deviceWriter.ts';
import { AutosaveEngine } from './engine.ts';
import { browserEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import type { Autosave } from './registry.ts';
import { isAllOnServer } from './textState.ts';
import type { TextState } from './textState.ts';

export interface GroupDeps {
  readonly openStore: () => Promise<DeviceStore>;
  /** The browser by default. */
  readonly environment?: Environment;
}

/** All parts of one subject that are saved separately. Lives longer than a page. */
export class AutosaveGroup<V, T> implements Autosave {
  readonly #adapter: Adapter<V, T>;
  readonly #environment: Environment;
  readonly #device: DeviceWriter;
  readonly #ready: Promise<void>;
  readonly #parts = new Map<string, AutosaveEngine<V, T>>();
  readonly #listeners = new Set<() => void>();
  readonly #stopReturns: () => void;

  constructor(adapter: Adapter<V, T>, { openStore, environment = browserEnvironment }: GroupDeps) {
    this.#adapter = adapter;
    this.#environment = environment;
    this.#device = new DeviceWriter(openStore, () => this.changed());
    this.#ready = this.#restore();
    this.#stopReturns = environment.onReturn(() => void this.flush());
  }

  /** One part, created if there is none yet. */
  part(key: string): AutosaveEngine<V, T> {
    const known = this.#parts.get(key);
    if (known) return known;
    const made = new AutosaveEngine<V, T>({
      key,
      adapter: this.#adapter,
      device: this.#device,
      environment: this.#environment,
      ready: this.#ready,
      changed: () => this.changed(),
    });
    this.#parts.set(key, made);
    return made;
  }

  parts(): ReadonlyMap<string, AutosaveEngine<V, T>> {
    return this.#parts;
  }

  readonly texts = (): readonly TextState<T>[] => [...this.#parts.values()].map((part) => part.state());
  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };
  readonly keeps = (entryId: string): boolean =>
    [...this.#parts.values()].some((part) => part.keeps(entryId));

  /** Whether what is unsent survives this page. */
  readonly onDevice = (): boolean => this.#device.onDevice();

  /** Sends everything that is unsent, now. @returns whether the server has everything, and nothing waits for a choice */
  async flush(): Promise<boolean> {
    await this.#ready;
    await Promise.all([...this.#parts.values()].map((part) => part.flush()));
    return isAllOnServer(this.texts());
  }

  unsentText(): string {
    const unsent = [...this.#parts.values()]
      .map((part) => part.model())
      .filter(({ phase }) => phase.kind !== 'saved');
    return unsent
      .map(({ value }) => this.#adapter.words(value))
      .filter(Boolean)
      .join('\n\n');
  }

  stop(): void {
    this.#stopReturns();
    this.#device.stop();
    for (const part of this.#parts.values()) part.stop();
  }

  /** Notifies whoever shows it. */
  protected changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #restore(): Promise<void> {
    const entries = await this.#device.list(this.#adapter.kind);
    const left = entries.flatMap((entry) => {
      const found = this.#adapter.fromEntry(entry);
      return found ? [{ ...found, entry }] : [];
    });
    for (const key of new Set(left.map((one) => one.key)))
      this.part(key).restore(left.filter((one) => one.key === key));
    this.changed();
  }
}
