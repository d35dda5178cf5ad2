import { useId } from 'react';
import type { Criterion, LevelKey, Scale } from '../../../../contract/content.ts';
import { Cairn } from '../cairn/Cairn.tsx';
import { placeOf } from './levelPlaces.ts';
import './levels.css';

export interface LevelsRowProps {
  scale: Scale;
  criterion: Criterion;
  value: LevelKey | null;
  onChange: (level: LevelKey) => void;
  disabled?: boolean;
}

/** A reviewer's choice of level, low to high, so that the number keys match the order; the chosen level's text is below. */
export function LevelsRow({ scale, criterion, value, onChange, disabled = false }: LevelsRowProps) {
  const id = useId();
  const descriptor = criterion.levels.find(({ level }) => level === value)?.descriptor;
  return (
    <div className="wm-levels">
      <div
        className="wm-levels-row"
        data-levels={scale.levels.length}
        role="radiogroup"
        aria-label={`${criterion.code} ${criterion.title}`}
        aria-describedby={`${id}-text`}
      >
        {scale.levels.map(({ key, name }) => (
          <label key={key} className="wm-levels-choice" data-checked={key === value}>
            <input
              type="radio"
              name={id}
              value={key}
              checked={key === value}
              disabled={disabled}
              onChange={() => onChange(key)}
            />
            <Cairn place={placeOf(scale, key)} height={22} />
            <span dir="auto">{name}</span>
          </label>
        ))}
      </div>
      <p id={`${id}-text`} className="wm-small" dir="auto">
        {descriptor}
      </p>
    </div>
  );
}
