import tokensJson from './tokens.json' with { type: 'json' };
import type { BadgeArt, ShownLevel } from '../../../contract/content.ts';

/** The design's colours, sizes and marks, as defined in `tokens.json`. Nothing else in the client contains a hex colour. */
export const tokens = tokensJson;

export type Scheme = 'light' | 'dark';
/** State of a piece of work or of a message about it; each has an icon, a word and a colour. */
export type StateName = keyof typeof tokensJson.states;
export const STATE_NAMES = Object.keys(tokensJson.states) as StateName[];

/** Ten shades of a strand's hue, light to dark. */
export function strandShade(art: BadgeArt, shade: number): string {
  const value = tokens.strands[art][shade];
  if (value === undefined) throw new RangeError(`a strand has shades 0 to 9, not ${shade}`);
  return value;
}

/** Where a level stands in its scale, counted from 1; rank 0: none was chosen. */
export type LevelPlace = Pick<ShownLevel, 'rank' | 'of' | 'meetsRank'>;
/** What a level's colour says: how it compares with the one that is needed for approval. */
export type LevelTone = keyof typeof tokensJson.levels;

/** The tone of a level; null if none was chosen. */
export function levelTone({ rank, meetsRank }: LevelPlace): LevelTone | null {
  if (rank === 0) return null;
  if (rank > meetsRank) return 'above';
  if (rank === meetsRank) return 'needed';
  return rank === 1 ? 'lowest' : 'below';
}
