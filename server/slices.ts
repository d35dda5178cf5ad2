import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long something may occupy the process before all other work gets a turn. */
const SLICE_MS = 10;

/** Long work in slices: between two members of a list, everything else that waits gets a turn. Results are in order. */
export async function mapInSlices<T, R>(list: readonly T[], map: (member: T, at: number) => R): Promise<R[]> {
  const results: R[] = [];
  let since = performance.now();
  for (const [at, member] of list.entries()) {
    if (performance.now() - since >= SLICE_MS) {
      await nextTurn();
      since = performance.now();
    }
    results.push(map(member, at));
  }
  return results;
}

/** Ends a slice: after something that takes long by itself. */
export async function endSlice(): Promise<void> {
  await nextTurn();
}
