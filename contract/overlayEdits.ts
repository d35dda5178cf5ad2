import { nameOfItem } from './frameworkRules.ts';
import type { FrameworkContent, FrameworkItem, Overlay } from './frameworks.ts';
import { OverlayEdits, type CoreItemEdit, type OwnItem } from './overlays.ts';
import { mergeThreeWay, type MergeConflict } from './studioMerge.ts';

const byKey = <T extends { key: string }>(parts: readonly T[]): Map<string, T> =>
  new Map(parts.map((part) => [part.key, part]));

/** What a published overlay changes in its core, to be changed further. @param core  the version that it names */
export function toEdits({ overlay, ...own }: FrameworkContent, core: FrameworkContent): OverlayEdits | null {
  if (!overlay) return null;
  const strands = byKey(core.strands);
  const renamed = new Map(overlay.renamedItems.map((one) => [one.item, one]));
  const targets = new Map(overlay.raisedTargets.map(({ item, target }) => [item, target]));
  return {
    core: overlay.core,
    title: own.title,
    source: own.source,
    description: own.description,
    strands: overlay.renamedStrands.flatMap(({ strand: key, title }) => {
      const was = strands.get(key);
      return was ? [{ key, was, title }] : [];
    }),
    items: core.items.flatMap((was): CoreItemEdit[] => {
      const { key } = was;
      const [name, target] = [renamed.get(key), targets.get(key) ?? null];
      if (!name && target === null) return [];
      const title = name && name.title !== was.title ? name.title : null;
      return [{ key, was, title, canDo: name?.canDo ?? null, target }];
    }),
    ownStrands: own.strands,
    ownItems: own.items,
  };
}

const rankOf = (levels: readonly { key: string }[], level: string | null): number =>
  levels.findIndex(({ key }) => key === level);

/** Whether an overlay asks for more than its core. */
export function isRaised(core: FrameworkContent, item: FrameworkItem, target: string | null): boolean {
  return rankOf(core.levels, target) > rankOf(core.levels, item.target);
}

function toOverlayPart(edits: OverlayEdits, core: FrameworkContent): Overlay {
  const [items, strands] = [byKey(core.items), byKey(core.strands)];
  const known = edits.items.flatMap((edit) => {
    const item = items.get(edit.key);
    return item ? [{ edit, item }] : [];
  });
  return {
    core: edits.core,
    renamedStrands: edits.strands.flatMap(({ key: strand, title }) => {
      const now = strands.get(strand);
      return now && now.title !== title.trim() ? [{ strand, title: title.trim() }] : [];
    }),
    renamedItems: known.flatMap(({ edit, item }) => {
      const title = edit.title?.trim() ?? item.title;
      const canDo = edit.canDo?.trim() ?? item.canDo;
      if (title === item.title && canDo === item.canDo) return [];
      return [{ item: item.key, title, canDo: canDo === item.canDo ? null : canDo }];
    }),
    raisedTargets: known.flatMap(({ edit: { target }, item }) =>
      target !== null && isRaised(core, item, target) ? [{ item: item.key, target }] : [],
    ),
  };
}

/**
 * An overlay's next version, as it is published.
 *
 * @param edits  nothing in them is open, see `findOpenPoints`
 * @param core   the version that they name
 * @param rest   what the draft does not say: from the version before, or from the core
 */
export function toOverlayContent(
  edits: OverlayEdits,
  core: FrameworkContent,
  rest: Omit<
    FrameworkContent,
    'title' | 'source' | 'description' | 'levels' | 'strands' | 'items' | 'overlay'
  >,
): FrameworkContent {
  const trimmed = (item: OwnItem): FrameworkItem => ({
    ...item,
    code: item.code.trim(),
    title: item.title.trim(),
    canDo: item.canDo.trim(),
  });
  const items = edits.ownItems.map(trimmed);
  const known = new Set([...core.items, ...items].map(({ key }) => key));
  return {
    ...rest,
    title: edits.title.trim(),
    source: edits.source.trim(),
    description: edits.description.trim(),
    levels: [],
    strands: edits.ownStrands.map((strand) => ({ ...strand, title: strand.title.trim() })),
    items,
    // about an item that is there no more, there is nothing to relate
    crosswalk: rest.crosswalk.filter(({ item }) => known.has(item)),
    overlay: toOverlayPart(edits, core),
  };
}

// ---- What has to be settled ----

/**
 * Something that keeps a draft from being published, mostly because the core became another one below it:
 *
 * - `titleMissing`
 * - `dropped`: the core does not have any more what was changed in it
 * - `reworded`: the core says something else now than what was renamed
 * - `taken`: the core has an item or strand with the key of one that was added
 * - `codeTaken`: another item has the code of one that was added
 * - `strandMissing`, `parentMissing`, `levelMissing`: what it refers to is not there any more
 * - `strandDiffers`: it is a part of an item in another strand
 */
export type OpenPointKind =
  | 'titleMissing'
  | 'dropped'
  | 'reworded'
  | 'taken'
  | 'codeTaken'
  | 'strandMissing'
  | 'parentMissing'
  | 'levelMissing'
  | 'strandDiffers';

export interface OpenPoint {
  kind: OpenPointKind;
  /** What it is about; `overlay`: the draft as a whole. */
  about: 'item' | 'strand' | 'overlay';
  /** Of the item or strand; empty for the draft as a whole. */
  key: string;
  /** How people know it. */
  name: string;
}

/** Whether the core words an item otherwise than where the overlay has words of its own. */
function isReworded({ was, title, canDo }: CoreItemEdit, now: FrameworkItem): boolean {
  const differs = (own: string | null, before: string, after: string): boolean =>
    own !== null && own.trim() !== after && before !== after;
  return differs(title, was.title, now.title) || differs(canDo, was.canDo, now.canDo);
}

function findInCoreItems({ items }: OverlayEdits, core: FrameworkContent): OpenPoint[] {
  const known = byKey(core.items);
  return items.flatMap((edit): OpenPoint[] => {
    const { key, was, title, target } = edit;
    const now = known.get(key);
    const point = (kind: OpenPointKind): OpenPoint => ({
      kind,
      about: 'item',
      key,
      name: nameOfItem({ code: was.code, title: title?.trim() || was.title }),
    });
    if (!now) return [point('dropped')];
    return [
      ...(title?.trim() === '' ? [point('titleMissing')] : []),
      ...(isReworded(edit, now) ? [point('reworded')] : []),
      ...(target !== null && rankOf(core.levels, target) < 0 ? [point('levelMissing')] : []),
    ];
  });
}

function findInStrands({ strands, ownStrands }: OverlayEdits, core: FrameworkContent): OpenPoint[] {
  const known = byKey(core.strands);
  const point = (kind: OpenPointKind, key: string, name: string): OpenPoint => ({
    kind,
    about: 'strand',
    key,
    name,
  });
  return [
    ...strands.flatMap(({ key, was, title }): OpenPoint[] => {
      const now = known.get(key);
      if (!now) return [point('dropped', key, title.trim() || was.title)];
      if (title.trim() === '') return [point('titleMissing', key, was.title)];
      const isOther = was.title !== now.title && title.trim() !== now.title;
      return isOther ? [point('reworded', key, title.trim())] : [];
    }),
    ...ownStrands.flatMap(({ key, title }): OpenPoint[] => [
      ...(title.trim() === '' ? [point('titleMissing', key, '')] : []),
      ...(known.has(key) ? [point('taken', key, title.trim())] : []),
    ]),
  ];
}

interface Around {
  core: FrameworkContent;
  coreItems: ReadonlyMap<string, FrameworkItem>;
  items: ReadonlyMap<string, FrameworkItem>;
  strands: ReadonlySet<string>;
  /** How many items have a code. */
  codes: ReadonlyMap<string, number>;
}

function findInOwnItem(item: OwnItem, { core, coreItems, items, strands, codes }: Around): OpenPoint[] {
  const { key, strand, parent, level, target } = item;
  const [title, code] = [item.title.trim(), item.code.trim()];
  const above = parent === null ? null : items.get(parent);
  const isUnknown = (one: string | null): boolean => one !== null && rankOf(core.levels, one) < 0;
  const found: [OpenPointKind, boolean][] = [
    ['titleMissing', title === ''],
    ['taken', coreItems.has(key)],
    ['codeTaken', code !== '' && (codes.get(code) ?? 0) > 1],
    ['strandMissing', strand !== null && !strands.has(strand)],
    ['parentMissing', above === undefined],
    ['levelMissing', isUnknown(level) || isUnknown(target)],
    ['strandDiffers', Boolean(above) && above?.strand !== strand],
  ];
  const name = nameOfItem({ code, title });
  return found.flatMap(([kind, is]): OpenPoint[] => (is ? [{ kind, about: 'item', key, name }] : []));
}

function findInOwnItems({ ownItems, ownStrands }: OverlayEdits, core: FrameworkContent): OpenPoint[] {
  const codes = new Map<string, number>();
  for (const { code } of [...core.items, ...ownItems])
    codes.set(code.trim(), (codes.get(code.trim()) ?? 0) + 1);
  const around: Around = {
    core,
    coreItems: byKey(core.items),
    items: byKey([...ownItems, ...core.items]),
    strands: new Set([...core.strands, ...ownStrands].map(({ key }) => key)),
    codes,
  };
  return ownItems.flatMap((item) => findInOwnItem(item, around));
}

/**
 * Everything that has to be settled before a draft can be published. Nothing is ever settled by itself, so that nothing which people
 * wrote is lost with a newer core, and going back to the earlier one is possible.
 *
 * @param core  the version that the draft names
 */
export function findOpenPoints(edits: OverlayEdits, core: FrameworkContent): OpenPoint[] {
  const about = { about: 'overlay', key: '' } as const;
  return [
    ...(edits.title.trim() === '' ? [{ ...about, kind: 'titleMissing' as const, name: '' }] : []),
    ...findInStrands(edits, core),
    ...findInCoreItems(edits, core),
    ...findInOwnItems(edits, core),
  ];
}

// ---- Two people at once ----

const isEmptyEdit = ({ title, canDo, target }: CoreItemEdit): boolean =>
  title === null && canDo === null && target === null;

/** Gives every item that one of them changed an entry in all three, so that their fields are compared one by one. */
function withAllItems(edits: OverlayEdits, others: readonly OverlayEdits[]): OverlayEdits {
  const known = new Set(edits.items.map(({ key }) => key));
  const missing = byKey(others.flatMap(({ items }) => items).filter(({ key }) => !known.has(key)));
  const added = [...missing.values()].map(({ key, was }) => ({
    key,
    was,
    title: null,
    canDo: null,
    target: null,
  }));
  return { ...edits, items: [...edits.items, ...added] };
}

const withoutEmpty = (edits: OverlayEdits): OverlayEdits => ({
  ...edits,
  items: edits.items.filter((edit) => !isEmptyEdit(edit)),
});

/**
 * Merges what two people made of the same draft, field by field.
 *
 * @returns the merged draft; where both changed the same field differently it has theirs, and the conflict has both
 */
export function mergeEdits(
  base: OverlayEdits,
  mine: OverlayEdits,
  theirs: OverlayEdits,
): { value: OverlayEdits; conflicts: MergeConflict[] } {
  const merged = mergeThreeWay(
    withAllItems(base, [mine, theirs]),
    withAllItems(mine, [theirs, base]),
    withAllItems(theirs, [mine, base]),
  );
  const { data } = OverlayEdits.safeParse(merged.value);
  // what is too long to be merged is chosen as a whole
  if (!data) return { value: theirs, conflicts: [{ path: [], mine, theirs }] };
  return { value: withoutEmpty(data), conflicts: merged.conflicts };
}
