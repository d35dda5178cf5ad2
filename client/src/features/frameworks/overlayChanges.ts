import type { FrameworkContent, FrameworkItem } from '../../../../contract/frameworks.ts';

/** What an overlay does to an item. */
export interface ItemChange {
  readonly isAdded: boolean;
  /** The title in the core, where the overlay has another. */
  readonly was: string | null;
  readonly isRaised: boolean;
  /** Key of the level that the core asks for, where the overlay asks for more; null: for none. */
  readonly raisedFrom: string | null;
}

/**
 * What an overlay changes in its core, by the keys of the items.
 *
 * @param core  the version that it stands on
 */
export function compareWithCore(overlay: FrameworkContent, core: FrameworkContent): Map<string, ItemChange> {
  const items = new Map(core.items.map((item): [string, FrameworkItem] => [item.key, item]));
  const changes = new Map<string, ItemChange>();
  const change = (key: string, more: Partial<ItemChange>) =>
    changes.set(key, {
      isAdded: false,
      was: null,
      isRaised: false,
      raisedFrom: null,
      ...changes.get(key),
      ...more,
    });
  for (const { key } of overlay.items) change(key, { isAdded: true });
  for (const { item } of overlay.overlay?.renamedItems ?? [])
    change(item, { was: items.get(item)?.title ?? '' });
  for (const { item } of overlay.overlay?.raisedTargets ?? [])
    change(item, { isRaised: true, raisedFrom: items.get(item)?.target ?? null });
  return changes;
}
