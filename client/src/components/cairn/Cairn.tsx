import { showLevel } from '../../../../contract/content.ts';
import type { LevelKey, Scale, ShownLevel } from '../../../../contract/content.ts';
import { levelTone, tokens } from '../../theme/tokens.ts';
import type { LevelPlace } from '../../theme/tokens.ts';
import './cairn.css';

const [TOP, BOTTOM, GAP] = [1.8, 19.8, 1.2];
const [LOWEST_WIDTH, HIGHEST_WIDTH] = [18, 7.5];

interface Stone {
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One stone for each level, lowest first; together they are always as high. */
function stonesOf(levels: number): Stone[] {
  const height = (BOTTOM - TOP - GAP * (levels - 1)) / levels;
  const narrower = (LOWEST_WIDTH - HIGHEST_WIDTH) / (levels - 1);
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return Array.from({ length: levels }, (_, index) => ({
    y: rounded(BOTTOM - height - index * (height + GAP)),
    width: rounded(LOWEST_WIDTH - index * narrower),
    height: rounded(height),
  }));
}

/** A level as stones, lowest first. Decoration: use `Level` unless the level's name is shown beside it. */
export function Cairn({ place, height = 20 }: { place: LevelPlace; height?: number }) {
  return (
    <svg
      className="wm-cairn"
      data-level={levelTone(place) ?? 'none'}
      viewBox={tokens.marks.cairn.viewBox}
      height={height}
      aria-hidden="true"
      focusable="false"
    >
      {stonesOf(place.of).map(({ y, width, height: thickness }, index) => (
        <rect
          key={y}
          data-filled={index < place.rank}
          x={10 - width / 2}
          y={y}
          width={width}
          height={thickness}
          rx={thickness / 2}
        />
      ))}
    </svg>
  );
}

/** Stones and the level's name: how a level is shown everywhere. */
export function Level({ level }: { level: ShownLevel }) {
  return (
    <span className="wm-level" data-level={levelTone(level)}>
      <Cairn place={level} height={18} />
      <bdi>{level.name}</bdi>
    </span>
  );
}

/** The same where the scale is known; nothing for a level that the scale does not have. */
export function LevelOf({ scale, level }: { scale: Scale; level: LevelKey }) {
  const shown = showLevel(scale, level);
  return shown && <Level level={shown} />;
}
