import { isSame } from '../../../../contract/studioMerge.ts';
import type { FrameworkContent, FrameworkItem } from '../../../../contract/frameworks.ts';

/** What one version of a framework has otherwise than an earlier one. */
export interface FrameworkDiff {
  readonly added: readonly FrameworkItem[];
  readonly removed: readonly FrameworkItem[];
  readonly changed: readonly { readonly before: FrameworkItem; readonly now: FrameworkItem }[];
}

type WithItems = Pick<FrameworkContent, 'items'>;

/** Compares items by their keys; what only stands at another place is the same. The work grows with the number of items. */
export function compareFrameworks(before: WithItems, now: WithItems): FrameworkDiff {
  const earlier = new Map(before.items.map((item) => [item.key, item]));
  const later = new Set(now.items.map(({ key }) => key));
  return {
    added: now.items.filter(({ key }) => !earlier.has(key)),
    removed: before.items.filter(({ key }) => !later.has(key)),
    changed: now.items.flatMap((item) => {
      const old = earlier.get(item.key);
      return old && !isSame(old, item) ? [{ before: old, now: item }] : [];
    }),
  };
}
