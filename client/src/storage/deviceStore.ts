import type { Disk, KeptEntry, StoreOwner } from './kept.ts';
import { isRealStorage } from './webStorage.ts';

export type Kept = 'device' | 'memory';

export interface DeviceStore {
  /** What is true to say: `device` survives a reload, `memory` does not. It may fall to `memory`, never rise. */
  kept: () => Kept;
  put: (entry: KeptEntry) => Promise<Kept>;
  get: (id: string) => Promise<KeptEntry | null>;
  list: (kind: string) => Promise<KeptEntry[]>;
  /** Removes an entry; with `isMeant` only where it still is that one, since another window may have put a newer one. */
  remove: (id: string, isMeant?: (entry: KeptEntry) => boolean) => Promise<void>;
  /** Forgets all of this owner: at sign-off, and when all is sent (shared computers). */
  clear: () => Promise<void>;
}

async function openDisk(owner: StoreOwner): Promise<Disk | null> {
  if (!isRealStorage()) return null;
  try {
    const { openDexieDisk } = await import('./dexieDisk.ts');
    return await openDexieDisk(owner);
  } catch {
    return null;
  }
}

/** Disk first, memory behind it; a disk that fails is given up, and what it held stays where it is. */
export function createDeviceStore(first: Disk | null): DeviceStore {
  let disk = first;
  const memory = new Map<string, KeptEntry>();

  const onDisk = async <T>(act: (disk: Disk) => Promise<T>, otherwise: T): Promise<T> => {
    if (!disk) return otherwise;
    try {
      return await act(disk);
    } catch {
      disk = null;
      return otherwise;
    }
  };
  return {
    kept: () => (disk ? 'device' : 'memory'),
    put: async (entry) => {
      memory.set(entry.id, entry);
      const written = await onDisk(async (to) => {
        await to.put(entry);
        return true;
      }, false);
      if (written) memory.delete(entry.id);
      return written ? 'device' : 'memory';
    },
    get: async (id) => memory.get(id) ?? (await onDisk((from) => from.get(id), undefined)) ?? null,
    list: async (kind) => {
      const stored = await onDisk((from) => from.list(kind), []);
      const byId = new Map(stored.map((entry) => [entry.id, entry]));
      for (const entry of memory.values()) if (entry.kind === kind) byId.set(entry.id, entry);
      return [...byId.values()].sort((a, b) => a.at.localeCompare(b.at));
    },
    remove: async (id, isMeant = () => true) => {
      const held = memory.get(id);
      if (held && isMeant(held)) memory.delete(id);
      await onDisk((from) => from.remove(id, isMeant), undefined);
    },
    clear: async () => {
      memory.clear();
      await onDisk((from) => from.clear(), undefined);
    },
  };
}

const open = new Map<string, Promise<DeviceStore>>();

/** The store of one person in one institution; opened once a page. Never rejects. */
export function openDeviceStore(owner: StoreOwner): Promise<DeviceStore> {
  const name = `${owner.institutionId}/${owner.personId}`;
  const known = open.get(name);
  if (known) return known;
  const opened = openDisk(owner).then(createDeviceStore);
  open.set(name, opened);
  return opened;
}
