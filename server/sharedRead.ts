/**
 * Shares one read among calls that come soon after each other: they get the result of the first. A failed read is not kept.
 *
 * @param keptMs  how long after the start of a read others share it
 */
export function sharedRead<T>(read: () => Promise<T>, keptMs: number): () => Promise<T> {
  let last: { at: number; found: Promise<T> } | null = null;
  return () => {
    const at = performance.now();
    if (last && at - last.at < keptMs) return last.found;
    const found = read();
    last = { at, found };
    found.catch(() => {
      if (last?.found === found) last = null;
    });
    return found;
  };
}
