import type { Disk, KeptEntry, StoreOwner } from './kept.ts';
import { isRealStorage } from './webStorage.ts';

export type StoredWhere = 'device' | 'memory';

async function openDisk(owner: StoreOwner): Promise<Disk | null> {
  if (!isRealStorage()) return null;
  try {
    const { openDexieDisk } = await import('./dexieDisk.ts');
    return await openDexieDisk(owner);
  } catch {
    return null;
  }
}

/** Disk first, with memory behind it; a disk that fails is no longer used, and what it held stays there. */
export class DeviceStore {
  #disk: Disk | null;
  readonly #memory = new Map<string, KeptEntry>();

  constructor(disk: Disk | null) {
    this.#disk = disk;
  }

  /** What can truthfully be said: `device` survives a reload, `memory` does not. It may drop to `memory`, never rise. */
  kept(): StoredWhere {
    return this.#disk ? 'device' : 'memory';
  }

  put(entry: KeptEntry): Promise<StoredWhere> {
    return this.#write([entry], (to) => to.put(entry));
  }

  /** Puts several entries, on the disk all of them or none. */
  putAll(entries: readonly KeptEntry[]): Promise<StoredWhere> {
    return this.#write(entries, (to) => to.putAll(entries));
  }

  async get(id: string): Promise<KeptEntry | null> {
    return this.#memory.get(id) ?? (await this.#onDisk((from) => from.get(id), undefined)) ?? null;
  }

  async list(kind: string): Promise<KeptEntry[]> {
    const stored = await this.#onDisk((from) => from.list(kind), []);
    const byId = new Map(stored.map((entry) => [entry.id, entry]));
    for (const entry of this.#memory.values()) if (entry.kind === kind) byId.set(entry.id, entry);
    return [...byId.values()].sort((a, b) => a.at.localeCompare(b.at));
  }

  /** Removes an entry; with `isMeant` only if it still is that one, since another window may have written a newer one. */
  async remove(id: string, isMeant: (entry: KeptEntry) => boolean = () => true): Promise<void> {
    const held = this.#memory.get(id);
    if (held && isMeant(held)) this.#memory.delete(id);
    await this.#onDisk((from) => from.remove(id, isMeant), undefined);
  }

  /** Deletes everything of this owner: at sign-off, and when everything has been sent (shared computers). */
  async clear(): Promise<void> {
    this.#memory.clear();
    await this.#onDisk((from) => from.clear(), undefined);
  }

  async #write(entries: readonly KeptEntry[], write: (to: Disk) => Promise<void>): Promise<StoredWhere> {
    for (const entry of entries) this.#memory.set(entry.id, entry);
    const written = await this.#onDisk(async (to) => {
      await write(to);
      return true;
    }, false);
    // unless a newer one came meanwhile
    for (const entry of written ? entries : [])
      if (this.#memory.get(entry.id) === entry) this.#memory.delete(entry.id);
    return written ? 'device' : 'memory';
  }

  async #onDisk<T>(act: (disk: Disk) => Promise<T>, otherwise: T): Promise<T> {
    if (!this.#disk) return otherwise;
    try {
      return await act(this.#disk);
    } catch {
      this.#disk = null;
      return otherwise;
    }
  }
}

const open = new Map<string, Promise<DeviceStore>>();

/** The store of one person in one institution; opened once per page. Never rejects. */
export function openDeviceStore(owner: StoreOwner): Promise<DeviceStore> {
  const name = `${owner.institutionId}/${owner.personId}`;
  const known = open.get(name);
  if (known) return known;
  const opened = openDisk(owner).then((disk) => new DeviceStore(disk));
  open.set(name, opened);
  return opened;
}
