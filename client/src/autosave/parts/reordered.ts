import { isSame } from '../../../../contract/studioMerge.ts';
import type { Part } from '../../../../contract/studioParts.ts';

/** The lists of a part whose order people choose, each with its keys. */
function ordersOf(part: Part | null): Map<string, readonly string[]> {
  if (part?.type === 'pathway') return new Map([['modules', part.modules]]);
  if (part?.type !== 'module') return new Map();
  return new Map<string, readonly string[]>([
    ['criteria', part.criteria],
    ['exemplars', part.exemplars],
    ['steps', part.steps.map(({ key }) => key)],
    ...part.steps.map(({ key, blocks }) => [`steps/${key}`, blocks] as const),
  ]);
}

function isReordered(before: readonly string[], after: readonly string[]): boolean {
  const [known, left] = [new Set(before), new Set(after)];
  return !isSame(
    before.filter((key) => left.has(key)),
    after.filter((key) => known.has(key)),
  );
}

/** Whether two people put the same list of a part into another order. What each added or removed counts for nothing. */
export function isReorderedByBoth(base: Part | null, mine: Part | null, theirs: Part | null): boolean {
  const [own, other] = [ordersOf(mine), ordersOf(theirs)];
  return [...ordersOf(base)].some(([name, before]) => {
    const [first, second] = [own.get(name), other.get(name)];
    return (
      first !== undefined &&
      second !== undefined &&
      !isSame(first, second) &&
      isReordered(before, first) &&
      isReordered(before, second)
    );
  });
}
