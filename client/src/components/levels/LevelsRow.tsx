import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { LEVELS } from '../../../../contract/pathways.ts';
import type { Criterion, LevelName } from '../../../../contract/pathways.ts';
import { Cairn } from '../cairn/Cairn.tsx';
import './levels.css';

export interface LevelsRowProps {
  criterion: Criterion;
  value: LevelName | null;
  onChange: (level: LevelName) => void;
  disabled?: boolean;
}

/** A reviewer's choice of level, low to high, so that the keys 1 to 4 match the order; the chosen level's text is below. */
export function LevelsRow({ criterion, value, onChange, disabled = false }: LevelsRowProps) {
  const { t } = useTranslation();
  const name = useId();
  const descriptor = criterion.levels.find((level) => level.name === value)?.descriptor;
  return (
    <div className="wm-levels">
      <div
        className="wm-levels-row"
        role="radiogroup"
        aria-label={`${criterion.code} ${criterion.title}`}
        aria-describedby={`${name}-text`}
      >
        {LEVELS.map((level) => (
          <label key={level} className="wm-levels-choice" data-checked={level === value}>
            <input
              type="radio"
              name={name}
              value={level}
              checked={level === value}
              disabled={disabled}
              onChange={() => onChange(level)}
            />
            <Cairn level={level} height={22} />
            <span>{t(`levels.${level}`)}</span>
          </label>
        ))}
      </div>
      <p id={`${name}-text`} className="wm-small" dir="auto">
        {descriptor}
      </p>
    </div>
  );
}
