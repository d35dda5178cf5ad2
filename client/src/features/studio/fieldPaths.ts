/** The place among these that a path lies in: the innermost one, null if it lies in none. */
export function findOwner(path: string, places: Iterable<string>): string | null {
  let owner: string | null = null;
  for (const place of places)
    if ((path === place || path.startsWith(`${place}/`)) && place.length > (owner?.length ?? -1))
      owner = place;
  return owner;
}
