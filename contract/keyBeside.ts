/**
 * A key for a part that has none of its own: the same on every run, so that two who look at it make one and not two, and different for
 * each part, also if the keys that they belong to were counted up.
 *
 * @param key  UUID of what the part belongs to
 * @param part  a number of its own for each part
 */
export function keyBeside(key: string, part: number): string {
  const last = Number.parseInt(key.slice(28), 16) ^ Math.imul(part, 0x9e3779b1);
  return key.slice(0, 28) + (last >>> 0).toString(16).padStart(8, '0');
}
