import { Dexie } from 'dexie';
import type { Table } from 'dexie';
import type { Disk, KeptEntry, StoreOwner } from './kept.ts';

class KeptDatabase extends Dexie {
  declare entries: Table<KeptEntry, string>;

  constructor(name: string) {
    super(name);
    this.version(1).stores({ entries: 'id, kind' });
  }
}

/**
 * The IndexedDB of one person, as a separate database.
 * @throws if the browser denies IndexedDB to this frame
 */
export async function openDexieDisk(owner: StoreOwner): Promise<Disk> {
  const database = new KeptDatabase(`waymark/${owner.institutionId}/${owner.personId}`);
  await database.open();
  return {
    put: async (entry) => void (await database.entries.put(entry)),
    // bulkPut alone keeps what it had put before one that fails
    putAll: (entries) =>
      database.transaction(
        'rw',
        database.entries,
        async () => void (await database.entries.bulkPut(entries)),
      ),
    get: (id) => database.entries.get(id),
    list: (kind) => database.entries.where('kind').equals(kind).toArray(),
    // one transaction: what another window writes in between stays
    remove: async (id, isMeant) => void (await database.entries.where('id').equals(id).and(isMeant).delete()),
    clear: () => database.entries.clear(),
  };
}
