/**
 * A three-way merge of JSON values: what two people made of the same value, each without the other. Lists whose entries are strings or
 * have a `key` are merged by entry, and so are alignments; other lists and texts as one.
 */

/** What was changed by both, and differently. */
export interface MergeConflict {
  /** Names of members and keys of list entries, from the outside in. */
  path: string[];
  mine: unknown;
  theirs: unknown;
}

export interface Merged {
  /** Has theirs wherever there is a conflict. */
  value: unknown;
  conflicts: MergeConflict[];
}

type Json = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Equal as JSON; a member that is undefined is none. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, at) => isSame(one, b[at]));
  if (!isRecord(a) || !isRecord(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => isSame(a[name], b[name]));
}

/** How a list entry is recognised: by its key, an alignment by the item that it is about; null for one that can't be. */
export function keyOfEntry(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  if (!isRecord(entry)) return null;
  const { key, framework, item } = entry;
  if (typeof key === 'string') return key;
  return typeof framework === 'string' && typeof item === 'string' ? `${framework}/${item}` : null;
}

/** Entries by their keys, in order; null if some have none or two have the same. */
function byKey(list: unknown): Map<string, unknown> | null {
  if (!Array.isArray(list)) return null;
  const entries = new Map<string, unknown>();
  for (const entry of list) {
    const key = keyOfEntry(entry);
    if (key === null || entries.has(key)) return null;
    entries.set(key, entry);
  }
  return entries;
}

/** Puts `key` after the entry that it follows in `order`, or first where it follows none that is there. */
function place(into: string[], key: string, order: readonly string[]): void {
  const before = order.slice(0, order.indexOf(key)).reverse();
  const after = before.find((one) => into.includes(one));
  into.splice(after === undefined ? 0 : into.indexOf(after) + 1, 0, key);
}

/** What was moved: everything but the longest run of entries that still follow each other as before. */
function findMoved(before: readonly string[], after: readonly string[]): Set<string> {
  const runs: string[][] = [];
  for (const key of after) {
    const place = before.indexOf(key);
    const joined = runs.filter((run) => before.indexOf(run.at(-1) ?? '') < place);
    const longest = joined.reduce<string[]>((best, run) => (run.length > best.length ? run : best), []);
    runs.push([...longest, key]);
  }
  const still = runs.reduce<string[]>((best, run) => (run.length > best.length ? run : best), []);
  return new Set(after.filter((key) => !still.includes(key)));
}

/**
 * The order of a merged list: of theirs, or of mine where only I moved something. Where both did, what I moved and they did not stands
 * after the entry that I put it after, of those that they left in place. So does what I added; what either removed is gone, unless the other changed it.
 */
function mergeOrder(
  base: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
  keeps: (key: string) => boolean,
): string[] {
  const common = (list: readonly string[]) =>
    list.filter((key) => base.includes(key) && mine.includes(key) && theirs.includes(key));
  const movedByThem = !isSame(common(base), common(theirs));
  const [first, second] = movedByThem ? [theirs, mine] : [mine, theirs];
  const order = first.filter(keeps);
  if (movedByThem) {
    const theirMoves = findMoved(common(base), common(theirs));
    for (const key of findMoved(common(base), common(mine))) {
      if (theirMoves.has(key)) continue;
      order.splice(order.indexOf(key), 1);
      place(
        order,
        key,
        mine.filter((one) => !theirMoves.has(one)),
      );
    }
  }
  for (const key of second) if (keeps(key) && !order.includes(key)) place(order, key, second);
  return order;
}

/** What stays of an entry that one side removed: nothing, unless the other side changed it. */
function isKept(base: unknown, mine: unknown, theirs: unknown): boolean {
  if (mine !== undefined && theirs !== undefined) return true;
  const left = mine ?? theirs;
  return left !== undefined && !isSame(left, base);
}

function mergeLists(
  lists: readonly [Map<string, unknown>, Map<string, unknown>, Map<string, unknown>],
  path: readonly string[],
): Merged {
  const [base, mine, theirs] = lists;
  const keeps = (key: string): boolean => isKept(base.get(key), mine.get(key), theirs.get(key));
  const order = mergeOrder([...base.keys()], [...mine.keys()], [...theirs.keys()], keeps);
  const entries = order.map((key) => {
    const [b, m, t] = [base.get(key), mine.get(key), theirs.get(key)];
    // removed by one and changed by the other: what was changed stays
    if (m === undefined || t === undefined) return { value: m ?? t, conflicts: [] };
    return mergeValues(b, m, t, [...path, key]);
  });
  return {
    value: entries.map(({ value }) => value),
    conflicts: entries.flatMap(({ conflicts }) => conflicts),
  };
}

function mergeRecords(base: Json, mine: Json, theirs: Json, path: readonly string[]): Merged {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  const members = names.map((name) => {
    const merged = mergeValues(base[name], mine[name], theirs[name], [...path, name]);
    return { name, ...merged };
  });
  return {
    value: Object.fromEntries(
      members.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    ),
    conflicts: members.flatMap(({ conflicts }) => conflicts),
  };
}

/** Values whose inside is one thing: a text, a rule. */
function isWhole(value: Json): boolean {
  return value['type'] === 'doc' || 'of' in value;
}

function mergeValues(base: unknown, mine: unknown, theirs: unknown, path: readonly string[]): Merged {
  if (isSame(mine, theirs) || isSame(base, mine)) return { value: theirs, conflicts: [] };
  if (isSame(base, theirs)) return { value: mine, conflicts: [] };
  if (
    isRecord(mine) &&
    isRecord(theirs) &&
    mine['type'] === theirs['type'] &&
    !isWhole(mine) &&
    !isWhole(theirs)
  )
    return mergeRecords(isRecord(base) ? base : {}, mine, theirs, path);
  const lists = [byKey(base ?? []), byKey(mine), byKey(theirs)] as const;
  const [b, m, t] = lists;
  if (b && m && t) return mergeLists([b, m, t], path);
  return { value: theirs, conflicts: [{ path: [...path], mine, theirs }] };
}

/**
 * Merges what two people made of `base`.
 *
 * @returns the merged value; where both changed the same thing differently it has theirs, and the conflict has both
 */
export function mergeThreeWay(base: unknown, mine: unknown, theirs: unknown): Merged {
  return mergeValues(base, mine, theirs, []);
}
