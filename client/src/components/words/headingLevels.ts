/** Where the headings of a text stand in the page: those of the upper kind at this level, the lower ones below it. */
export const DEFAULT_TOP = 3;

/**
 * The levels of a text's headings for screen readers. Lower headings with which a text begins come directly below the page's own,
 * which must not skip a level.
 *
 * @param kinds  2 for an upper heading, 3 for a lower one, in the order of the text
 * @param top  the level of the upper ones, from 2 to 5
 */
export function headingLevels(kinds: readonly (2 | 3)[], top: number): number[] {
  const upper = kinds.indexOf(2);
  const raised = upper < 0 ? kinds.length : upper;
  return kinds.map((kind, at) => (kind === 2 || at < raised ? top : top + 1));
}
