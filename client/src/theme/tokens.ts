import tokensJson from './tokens.json' with { type: 'json' };
import type { LevelName, Strand } from '../../../contract/pathways.ts';

/** The design's colours, sizes and marks, as defined in `tokens.json`. Nothing else in the client contains a hex colour. */
export const tokens = tokensJson;

export type Scheme = 'light' | 'dark';
/** State of a piece of work or of a message about it; each has an icon, a word and a colour. */
export type StateName = keyof typeof tokensJson.states;
export const STATE_NAMES = Object.keys(tokensJson.states) as StateName[];

/** Ten shades of a strand, light to dark. */
export function strandShade(strand: Strand, shade: number): string {
  const value = tokens.strands[strand][shade];
  if (value === undefined) throw new RangeError(`a strand has shades 0 to 9, not ${shade}`);
  return value;
}

/** How many of four stones a level fills: 1 for emerging, 4 for extends. */
export function stonesOf(level: LevelName): number {
  return tokens.levels[level].n;
}

/** True for the levels that are sufficient for an approval. */
export function isPassing(level: LevelName): boolean {
  return stonesOf(level) >= tokens.levels.meets.n;
}
