import type { FrameworkContent, FrameworkItem } from './frameworks.ts';
import { isRaised } from './overlayEdits.ts';
import type { CoreItemEdit, OverlayEdits, OwnItem } from './overlays.ts';
import { isSame } from './studioMerge.ts';

const byKey = <T extends { key: string }>(parts: readonly T[]): Map<string, T> =>
  new Map(parts.map((part) => [part.key, part]));

/**
 * What becomes of an item: in the overlay `renamed`, `raised` or `added`; from one version of the core to the other `new`, `dropped`,
 * `moved` or `changed`.
 */
export type Mark = 'renamed' | 'raised' | 'added' | 'new' | 'dropped' | 'moved' | 'changed';

export interface CrosswalkRow {
  key: string;
  /** Null: the earlier version does not have it. */
  before: FrameworkItem | null;
  /** Null: the later version does not have it. */
  after: FrameworkItem | null;
  edit: CoreItemEdit | null;
  own: OwnItem | null;
  /** None: it is the same everywhere. */
  marks: readonly Mark[];
}

function marksOfCore(before: FrameworkItem | null, after: FrameworkItem | null): Mark[] {
  if (!before) return ['new'];
  if (!after) return ['dropped'];
  const { strand, parent, ...rest } = before;
  const { strand: strandNow, parent: parentNow, ...restNow } = after;
  return [
    ...(strand === strandNow && parent === parentNow ? [] : (['moved'] as const)),
    ...(isSame(rest, restNow) ? [] : (['changed'] as const)),
  ];
}

function marksOfEdit(edit: CoreItemEdit | null, core: FrameworkContent, item: FrameworkItem): Mark[] {
  if (!edit) return [];
  const isRenamed =
    (edit.title?.trim() ?? item.title) !== item.title || (edit.canDo?.trim() ?? item.canDo) !== item.canDo;
  return [
    ...(isRenamed ? (['renamed'] as const) : []),
    ...(isRaised(core, item, edit.target) ? (['raised'] as const) : []),
  ];
}

/**
 * Every item of two versions of a core and of the overlay between them, in the order of the later version; then what only the earlier
 * one has, then what the overlay added.
 *
 * @param from  the earlier version; the same as `to` to compare the overlay with its core
 */
export function toCrosswalk(
  edits: OverlayEdits,
  from: FrameworkContent,
  to: FrameworkContent,
): CrosswalkRow[] {
  const [earlier, later, changed] = [byKey(from.items), byKey(to.items), byKey(edits.items)];
  const keys = [...to.items, ...from.items.filter(({ key }) => !later.has(key))].map(({ key }) => key);
  const ofCore = keys.flatMap((key): CrosswalkRow[] => {
    const [before, after] = [earlier.get(key) ?? null, later.get(key) ?? null];
    const edit = changed.get(key) ?? null;
    const item = after ?? before;
    if (!item) return [];
    const marks = [...marksOfEdit(edit, after ? to : from, item), ...marksOfCore(before, after)];
    return [{ key, before, after, edit, own: null, marks }];
  });
  const added = edits.ownItems.map((own): CrosswalkRow => {
    const marks = ['added'] as const;
    return { key: own.key, before: null, after: null, edit: null, own, marks };
  });
  return [...ofCore, ...added];
}
