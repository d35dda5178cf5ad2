import { useTranslation } from 'react-i18next';
import type { LevelName } from '../../../../contract/pathways.ts';
import { stonesOf, tokens } from '../../theme/tokens.ts';
import './cairn.css';

const STONES = [
  { y: 16.2, width: 18 },
  { y: 11.4, width: 14.5 },
  { y: 6.6, width: 11 },
  { y: 1.8, width: 7.5 },
] as const;

/** A level as stones, lowest first. Decoration: use `Level` unless the word is shown beside it. */
export function Cairn({ level, height = 20 }: { level: LevelName | null; height?: number }) {
  const filled = level ? stonesOf(level) : 0;
  return (
    <svg
      className="wm-cairn"
      data-level={level ?? 'none'}
      viewBox={tokens.marks.cairn.viewBox}
      height={height}
      aria-hidden="true"
      focusable="false"
    >
      {STONES.map(({ y, width }, index) => (
        <rect
          key={y}
          data-filled={index < filled}
          x={10 - width / 2}
          y={y}
          width={width}
          height={3.6}
          rx={1.8}
        />
      ))}
    </svg>
  );
}

/** Stones and the level's name: how a level is shown everywhere. */
export function Level({ level }: { level: LevelName }) {
  const { t } = useTranslation();
  return (
    <span className="wm-level" data-level={level}>
      <Cairn level={level} height={18} />
      <span>{t(`levels.${level}`)}</span>
    </span>
  );
}
