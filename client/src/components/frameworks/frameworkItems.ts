import type { FrameworkContent, FrameworkItem, FrameworkStrand } from '../../../../contract/frameworks.ts';

/** An item at its place in the framework. */
export interface PlacedItem {
  readonly item: FrameworkItem;
  /** Null: it is in no strand. */
  readonly strand: FrameworkStrand | null;
  /** How many items it is a part of, one within the other. */
  readonly depth: number;
  /** What a search looks at. */
  readonly text: string;
}

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

function childrenOf(items: readonly FrameworkItem[]): Map<string | null, FrameworkItem[]> {
  const known = new Set(items.map(({ key }) => key));
  const children = new Map<string | null, FrameworkItem[]>();
  for (const item of items) {
    const parent = item.parent !== null && known.has(item.parent) ? item.parent : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(item);
    else children.set(parent, [item]);
  }
  return children;
}

/** Items of one strand in the order in which they are shown: each before those that are a part of it. */
function inOrder(
  roots: readonly FrameworkItem[],
  children: ReadonlyMap<string | null, FrameworkItem[]>,
): { item: FrameworkItem; depth: number }[] {
  const found: { item: FrameworkItem; depth: number }[] = [];
  // not recursive: they may be nested as deep as there are items
  const waiting = roots.map((item) => ({ item, depth: 0 })).reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { item, depth } = next;
    found.push(next);
    const below = children.get(item.key) ?? [];
    waiting.push(...below.map((one) => ({ item: one, depth: depth + 1 })).reverse());
  }
  return found;
}

/** All items in the order in which they are shown: strand by strand, those without one last. */
export function placeItems({ items, strands }: FrameworkContent): PlacedItem[] {
  const children = childrenOf(items);
  const roots = children.get(null) ?? [];
  return [...strands, null].flatMap((strand) =>
    inOrder(
      roots.filter((item) => item.strand === (strand?.key ?? null)),
      children,
    ).map(({ item, depth }) => ({
      item,
      strand,
      depth,
      text: fold([item.code, item.title, strand?.title ?? '', item.canDo].join('\n')),
    })),
  );
}

function rankOf({ item }: PlacedItem, wanted: string): number {
  const code = fold(item.code);
  if (code === wanted) return 0;
  if (code.startsWith(wanted)) return 1;
  return fold(item.title).startsWith(wanted) ? 2 : 3;
}

/** Items in which every word of a search stands: by code, title, strand or can-do statement; those with that code first. */
export function searchItems(items: readonly PlacedItem[], search: string): readonly PlacedItem[] {
  const wanted = fold(search.trim());
  if (wanted === '') return items;
  const words = wanted.split(/\s+/);
  const found = items.filter(({ text }) => words.every((word) => text.includes(word)));
  return found
    .map((one) => ({ one, rank: rankOf(one, wanted) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}
