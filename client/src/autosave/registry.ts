import { useMemo, useSyncExternalStore } from 'react';
import { useApi } from '../api/ApiProvider.tsx';
import type { Api } from '../api/ApiProvider.tsx';
import type { StoreOwner } from '../storage/kept.ts';
import { openDeviceStore } from '../storage/deviceStore.ts';
import { listUnsent } from '../storage/listUnsent.ts';
import type { TextState } from './textState.ts';

/** Something that saves automatically, and outlives the page on which it was typed. */
export interface Autosave {
  /** The current state of its texts. */
  readonly texts: () => readonly TextState[];
  readonly subscribe: (changed: () => void) => () => void;
  /** Whether an entry in the device's store is a copy of one of its texts. */
  readonly keeps: (entryId: string) => boolean;
  /** Sends what is unsent, now. */
  flush(): Promise<unknown>;
  /** Words that the server lacks, for [Copy]. */
  unsentText(): string;
  /** Stops all sending and writing. */
  stop(): void;
}

/** Everything that saves automatically in a page's session. */
export class Autosaves {
  readonly #members = new Set<Autosave>();
  readonly #listeners = new Set<() => void>();
  #texts: readonly TextState[] = [];
  #telling = false;

  add(member: Autosave): void {
    this.#members.add(member);
    member.subscribe(() => this.#changed());
    this.#changed();
  }

  readonly texts = (): readonly TextState[] => this.#texts;
  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** The state of every text of a person: those of this page, and those that another page left on the device. */
  async everything(owner: StoreOwner): Promise<readonly TextState[]> {
    const entries = await listUnsent(await openDeviceStore(owner));
    const members = [...this.#members];
    const left = entries.filter(({ id }) => !members.some((member) => member.keeps(id)));
    return [
      ...members.flatMap((member) => member.texts()),
      ...left.map((): TextState => ({ kind: 'unsent', copy: 'device' })),
    ];
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.flush()));
  }

  unsentText(): string {
    return [...this.#members]
      .map((member) => member.unsentText())
      .filter(Boolean)
      .join('\n\n');
  }

  /** After signing off, nothing here is waiting for anybody. */
  clear(): void {
    this.#members.clear();
    this.#changed();
  }

  /** Notifies after the current task: members also change while a page is being rendered. */
  #changed(): void {
    if (this.#telling) return;
    this.#telling = true;
    setTimeout(() => {
      this.#telling = false;
      this.#texts = [...this.#members].flatMap((member) => member.texts());
      for (const listener of this.#listeners) listener();
    }, 0);
  }
}

const known = new WeakMap<Api, Autosaves>();

export function autosavesOf(api: Api): Autosaves {
  const before = known.get(api);
  if (before) return before;
  const made = new Autosaves();
  known.set(api, made);
  api.session.subscribe(() => {
    const state = api.session.state();
    if (state.status === 'over' && state.why === 'signedOff') made.clear();
  });
  return made;
}

/** Everything that saves automatically, with the state of its texts. */
export function useAutosaves(): { readonly autosaves: Autosaves; readonly texts: readonly TextState[] } {
  const autosaves = autosavesOf(useApi());
  const texts = useSyncExternalStore(autosaves.subscribe, autosaves.texts);
  return useMemo(() => ({ autosaves, texts }), [autosaves, texts]);
}

/**
 * The autosaves of one kind, by the id of what they save; signing off ends those of a session, so that nothing stays in memory.
 */
export class Registry<Kind extends Autosave> {
  readonly #ofSessions = new WeakMap<Api, Map<string, Kind>>();

  has(api: Api, id: string): boolean {
    return this.#ofSession(api).has(id);
  }

  /** The autosave for this id: the same one on every page, so that a save in progress outlives the page on which it was typed. */
  open(api: Api, id: string, make: () => Kind): Kind {
    const all = this.#ofSession(api);
    const before = all.get(id);
    if (before) return before;
    const made = make();
    all.set(id, made);
    autosavesOf(api).add(made);
    return made;
  }

  #ofSession(api: Api): Map<string, Kind> {
    const before = this.#ofSessions.get(api);
    if (before) return before;
    const made = new Map<string, Kind>();
    this.#ofSessions.set(api, made);
    api.session.subscribe(() => {
      const state = api.session.state();
      if (state.status !== 'over' || state.why !== 'signedOff') return;
      for (const autosave of made.values()) autosave.stop();
      made.clear();
    });
    return made;
  }
}
