/**
 * A key for a part that has none of its own: the same on every run, so that two who look at it make one and not two. UUIDs that differ
 * in their last digits only are no less random in the others.
 *
 * @param key  UUID of what the part belongs to
 * @param place  from 1, below 2^20: each place its own key
 */
export function keyBeside(key: string, place: number): string {
  const last = (Number.parseInt(key.slice(24), 16) + place) % 2 ** 48;
  return key.slice(0, 24) + last.toString(16).padStart(12, '0');
}
