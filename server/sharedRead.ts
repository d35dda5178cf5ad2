/**
 * The same read; who asks soon after another gets what that one got. One that failed is not kept.
 *
 * @param keptMs  for how long after a read began others share it
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
