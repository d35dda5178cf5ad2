import type { FrameworkContent, FrameworkItem, FrameworkStrand } from '../../../../contract/frameworks.ts';
import type { OpenPoint, OpenPointKind } from '../../../../contract/overlayEdits.ts';
import type { CoreItemEdit, OverlayEdits, OwnItem, OwnStrand } from '../../../../contract/overlays.ts';

/** A change of a draft: what it is afterwards. */
export type Change = (edits: OverlayEdits) => OverlayEdits;

type Words = Partial<Pick<CoreItemEdit, 'title' | 'canDo' | 'target'>>;

/** Words of the overlay's own in an item of its core; what the core says anyway is none. */
export function changeCoreItem(item: FrameworkItem, words: Words): Change {
  return (edits) => {
    const before = edits.items.find(({ key }) => key === item.key);
    const known: CoreItemEdit = before ?? {
      key: item.key,
      was: item,
      title: null,
      canDo: null,
      target: null,
    };
    const after = { ...known, ...words };
    const now: CoreItemEdit = {
      ...after,
      title: after.title === item.title ? null : after.title,
      canDo: after.canDo === item.canDo ? null : after.canDo,
      target: after.target === item.target ? null : after.target,
    };
    const isEmpty = now.title === null && now.canDo === null && now.target === null;
    const rest = edits.items.filter(({ key }) => key !== item.key);
    if (isEmpty) return { ...edits, items: rest };
    if (!before) return { ...edits, items: [...edits.items, now] };
    return { ...edits, items: edits.items.map((one) => (one.key === item.key ? now : one)) };
  };
}

/** Another name for a strand of the core. */
export function renameStrand(strand: FrameworkStrand, title: string): Change {
  return (edits) => {
    const was = edits.strands.find(({ key }) => key === strand.key)?.was ?? strand;
    const rest = edits.strands.filter(({ key }) => key !== strand.key);
    return {
      ...edits,
      strands: title === strand.title ? rest : [...rest, { key: strand.key, was, title }],
    };
  };
}

export function addItem(strand: string | null, key: string): Change {
  const item: OwnItem = {
    key,
    code: '',
    strand,
    parent: null,
    level: null,
    title: '',
    canDo: '',
    evidenceIdeas: [],
    alignments: [],
    target: null,
    extra: {},
  };
  return (edits) => ({ ...edits, ownItems: [...edits.ownItems, item] });
}

export function changeOwnItem(key: string, change: Partial<OwnItem>): Change {
  return (edits) => ({
    ...edits,
    ownItems: edits.ownItems.map((item) => (item.key === key ? { ...item, ...change } : item)),
  });
}

/** Takes out an item that the overlay added; what was a part of it stands alone. */
export function removeOwnItem(key: string): Change {
  return (edits) => ({
    ...edits,
    ownItems: edits.ownItems
      .filter((item) => item.key !== key)
      .map((item) => (item.parent === key ? { ...item, parent: null } : item)),
  });
}

/** @param id  unique: the strand's key is made of it */
export function addStrand(id: string): Change {
  const strand: OwnStrand = {
    key: `own-${id.slice(0, 13)}`,
    title: '',
    art: 'compass',
    description: '',
    extra: {},
  };
  return (edits) => ({ ...edits, ownStrands: [...edits.ownStrands, strand] });
}

export function changeOwnStrand(key: string, title: string): Change {
  return (edits) => ({
    ...edits,
    ownStrands: edits.ownStrands.map((strand) => (strand.key === key ? { ...strand, title } : strand)),
  });
}

/** Takes out a strand that the overlay added. Its items are then in none. */
export function removeOwnStrand(key: string): Change {
  return (edits) => ({
    ...edits,
    ownStrands: edits.ownStrands.filter((strand) => strand.key !== key),
    ownItems: edits.ownItems.map((item) => (item.strand === key ? { ...item, strand: null } : item)),
  });
}

/** Moves the overlay to another version of its core. Nothing else changes: what does not fit has to be settled then. */
export function takeOver(version: number): Change {
  return (edits) => ({ ...edits, core: { ...edits.core, version } });
}

// ---- What is shown ----

/** The draft as it would be published, with what is unfinished in it. */
export function toShown(edits: OverlayEdits, core: FrameworkContent): FrameworkContent {
  const items = new Map(edits.items.map((edit) => [edit.key, edit]));
  const titles = new Map(edits.strands.map(({ key, title }) => [key, title]));
  const own = new Set(edits.ownItems.map(({ key }) => key));
  return {
    ...core,
    title: edits.title,
    strands: [
      ...core.strands.map((strand) => ({ ...strand, title: titles.get(strand.key) ?? strand.title })),
      ...edits.ownStrands,
    ],
    items: [
      ...core.items
        .filter(({ key }) => !own.has(key))
        .map((item) => {
          const edit = items.get(item.key);
          if (!edit) return item;
          const { title, canDo, target } = edit;
          return {
            ...item,
            title: title ?? item.title,
            canDo: canDo ?? item.canDo,
            target: target ?? item.target,
          };
        }),
      ...edits.ownItems,
    ],
  };
}

// ---- Settling ----

/** A way to settle something, by the name of its words. */
export type Way =
  'keepOwn' | 'leaveOut' | 'keepOurs' | 'takeCore' | 'join' | 'alone' | 'along' | 'noStrand' | 'noLevel' | 'noCode' | 'putBack'; // prettier-ignore

const WAYS: Readonly<Record<OpenPointKind, readonly Way[]>> = {
  // an added item or strand without a title needs one: it has to be written
  titleMissing: [],
  dropped: ['keepOwn', 'leaveOut'],
  reworded: ['keepOurs', 'takeCore'],
  taken: ['join'],
  codeTaken: ['noCode'],
  strandMissing: ['noStrand'],
  parentMissing: ['alone'],
  levelMissing: ['noLevel'],
  strandDiffers: ['along'],
};

/** How something can be settled at a press. */
export function waysOf({ kind, about, key }: OpenPoint, core: FrameworkContent): readonly Way[] {
  const isCores = [...core.items, ...core.strands].some((one) => one.key === key);
  if (kind === 'titleMissing' && about !== 'overlay' && isCores) return ['putBack'];
  return WAYS[kind];
}

const without = <T extends { key: string }>(parts: readonly T[], key: string): T[] =>
  parts.filter((part) => part.key !== key);

/** An item that the core dropped, as one of the overlay's own. */
function keepItem(edits: OverlayEdits, key: string, core: FrameworkContent): OverlayEdits {
  const edit = edits.items.find((one) => one.key === key);
  if (!edit) return edits;
  const { was, title, canDo, target } = edit;
  const items = [...core.items, ...edits.ownItems];
  const strands = [...core.strands, ...edits.ownStrands];
  const own: OwnItem = {
    ...was,
    title: title ?? was.title,
    canDo: canDo ?? was.canDo,
    target: target ?? was.target,
    parent: items.some((one) => one.key === was.parent && one.strand === was.strand) ? was.parent : null,
    strand: strands.some((one) => one.key === was.strand) ? was.strand : null,
  };
  return { ...edits, items: without(edits.items, key), ownItems: [...edits.ownItems, own] };
}

function settleStrand(edits: OverlayEdits, key: string, way: Way, core: FrameworkContent): OverlayEdits {
  const edit = edits.strands.find((one) => one.key === key);
  const own = edits.ownStrands.find((one) => one.key === key);
  const now = core.strands.find((one) => one.key === key);
  const strands = without(edits.strands, key);
  if (way === 'keepOwn' && edit)
    return { ...edits, strands, ownStrands: [...edits.ownStrands, { ...edit.was, title: edit.title }] };
  if (way === 'keepOurs' && edit && now) return { ...edits, strands: [...strands, { ...edit, was: now }] };
  if (way === 'join' && own && now) {
    const joined = { ...edits, ownStrands: without(edits.ownStrands, key) };
    return renameStrand(now, own.title)(joined);
  }
  return { ...edits, strands };
}

function settleItem(edits: OverlayEdits, key: string, way: Way, core: FrameworkContent): OverlayEdits {
  const now = core.items.find((one) => one.key === key);
  const own = edits.ownItems.find((one) => one.key === key);
  const above = [...core.items, ...edits.ownItems].find((one) => one.key === own?.parent);
  switch (way) {
    case 'keepOwn':
      return keepItem(edits, key, core);
    case 'leaveOut':
      return { ...edits, items: without(edits.items, key) };
    case 'keepOurs':
      return { ...edits, items: edits.items.map((one) => (one.key === key && now ? { ...one, was: now } : one)) }; // prettier-ignore
    case 'takeCore':
      return now ? changeCoreItem(now, { title: null, canDo: null })(edits) : edits;
    case 'putBack':
      return now ? changeCoreItem(now, { title: null })(edits) : edits;
    case 'join': {
      if (!own || !now) return edits;
      const { title, canDo, target } = own;
      return changeCoreItem(now, { title, canDo, target })({ ...edits, ownItems: without(edits.ownItems, key) }); // prettier-ignore
    }
    case 'noLevel':
      if (!own) return now ? changeCoreItem(now, { target: null })(edits) : edits;
      return changeOwnItem(key, levelsLeft(own, core))(edits);
    case 'alone':
      return changeOwnItem(key, { parent: null })(edits);
    case 'along':
      return changeOwnItem(key, { strand: above?.strand ?? null })(edits);
    case 'noStrand':
      return changeOwnItem(key, { strand: null, parent: null })(edits);
    case 'noCode':
      return changeOwnItem(key, { code: '' })(edits);
  }
}

function levelsLeft({ level, target }: OwnItem, core: FrameworkContent): Partial<OwnItem> {
  const has = (one: string | null): boolean => core.levels.some(({ key }) => key === one);
  return { level: has(level) ? level : null, target: has(target) ? target : null };
}

/** Settles something. */
export function settle({ about, key }: OpenPoint, way: Way, core: FrameworkContent): Change {
  return (edits) =>
    about === 'strand' ? settleStrand(edits, key, way, core) : settleItem(edits, key, way, core);
}
