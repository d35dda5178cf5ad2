import { openDeviceStore } from './deviceStore.ts';
import type { StoreOwner } from './kept.ts';

/** Kinds of entries that hold what somebody typed and the server does not have. */
const TEXTS = ['draft', 'review-draft'] as const;

/** How many texts of this person wait on this device: signing off would lose them. */
export async function countUnsentTexts(owner: StoreOwner): Promise<number> {
  const store = await openDeviceStore(owner);
  const lists = await Promise.all(TEXTS.map((kind) => store.list(kind)));
  return lists.flat().length;
}
