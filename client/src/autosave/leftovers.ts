import type { DeviceStore } from '../storage/deviceStore.ts';
import type { Adapter, Leftover } from './adapter.ts';
import { failureOf } from './saveFailure.ts';

/** Whether the server put the words of a failed save into the history. */
function isInHistory<V, T>(adapter: Pick<Adapter<V, T>, 'hasHistory' | 'readConflict'>, error: unknown) {
  if (!adapter.hasHistory) return false;
  const failure = failureOf(error);
  if (failure.kind === 'refused') return failure.inHistory;
  return failure.kind === 'conflict' && adapter.readConflict(failure.details)?.inHistory === true;
}

/** Sends what an earlier page left; what the server then has, in the draft or in the history, is removed from the device. */
export async function sendLeftover<V, T>(
  adapter: Pick<Adapter<V, T>, 'send' | 'hasHistory' | 'readConflict'>,
  { key, draft }: Leftover<V>,
  takeOff: () => unknown,
): Promise<void> {
  try {
    await adapter.send(key, draft);
  } catch (error) {
    // still offline, refused, or in conflict with another text: it stays until its page is opened, which shows both
    if (!isInHistory(adapter, error)) return;
  }
  await takeOff();
}

/**
 * Sends what earlier visits left on this device for subjects that are not open now, oldest first.
 *
 * @param adapterOf  returns the adapter of the subject that an entry belongs to; null if that subject is open
 */
export async function sendLeftovers<V, T>(
  store: DeviceStore,
  kind: string,
  adapterOf: (value: unknown) => Adapter<V, T> | null,
): Promise<void> {
  for (const entry of await store.list(kind)) {
    const adapter = adapterOf(entry.value);
    const left = adapter?.fromEntry(entry);
    if (!adapter || !left) continue;
    await sendLeftover(adapter, left, () => store.remove(entry.id, ({ at }) => at === entry.at));
  }
}
