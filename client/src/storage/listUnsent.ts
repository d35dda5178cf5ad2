import type { DeviceStore } from './deviceStore.ts';
import type { KeptEntry } from './kept.ts';

/** Kinds of entries that hold what somebody typed or chose and the server does not have. */
const UNSENT = ['draft', 'review-draft', 'choice', 'studio-part', 'publish-note', 'lesson-note'] as const;

/** What of a person is waiting on this device: signing off would lose it. */
export async function listUnsent(store: Pick<DeviceStore, 'list'>): Promise<KeptEntry[]> {
  const lists = await Promise.all(UNSENT.map((kind) => store.list(kind)));
  return lists.flat();
}
