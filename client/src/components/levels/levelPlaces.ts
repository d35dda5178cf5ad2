import { rankOf, showLevel } from '../../../../contract/content.ts';
import type { LevelKey, Scale } from '../../../../contract/content.ts';
import type { LevelPlace } from '../../theme/tokens.ts';

/** Where a level stands in a scale; null is none. */
export function placeOf(scale: Scale, level: LevelKey | null): LevelPlace {
  const rank = level === null ? 0 : rankOf(scale, level);
  return { rank, of: scale.levels.length, meetsRank: rankOf(scale, scale.meets) };
}

/** What people call a level; empty for one that the scale does not have. */
export function levelName(scale: Scale, level: LevelKey): string {
  return showLevel(scale, level)?.name ?? '';
}

/** What people call the level that is needed for approval. */
export const neededLevel = (scale: Scale): string => levelName(scale, scale.meets);
