import { useId } from 'react';
import type { ReactNode } from 'react';
import './choices.css';

export interface ChoicesProps<T extends string | number> {
  labelledBy: string;
  value: T | null;
  onChange: (value: T) => void;
  choices: readonly { readonly value: T; readonly label: ReactNode }[];
}

/** A choice of one of a few, side by side: radio buttons that look like a row of boxes. */
export function Choices<T extends string | number>(props: ChoicesProps<T>) {
  const { labelledBy, value, onChange, choices } = props;
  const name = useId();
  return (
    <div className="wm-choices" role="radiogroup" aria-labelledby={labelledBy}>
      {choices.map((choice) => (
        <label key={choice.value} className="wm-choice" data-checked={choice.value === value}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          {choice.label}
        </label>
      ))}
    </div>
  );
}
