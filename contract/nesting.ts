/** How deep content may be nested: the deepest text (`DOCUMENT_MAX_DEPTH`) within a block, a step and a module stays below it. */
export const NESTING_MAX = 80;

/**
 * Whether objects and lists are nested deeper than `max`. Does not recurse, so it can be asked of anything that was parsed from JSON,
 * before it is read by a schema that does.
 */
export function isNestedDeeper(value: unknown, max: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      if (depth === max) return true;
      for (const inner of Object.values(one)) next.push(inner);
    }
    level = next;
  }
  return false;
}
