import { useId } from 'react';
import type { ReactNode } from 'react';
import { IconChevronDown } from '@tabler/icons-react';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { useDescribed } from './fieldNote.ts';
import './field.css';
import './textField.css';

interface SelectFieldProps<T extends string> {
  label: ReactNode;
  value: T;
  choices: readonly { readonly value: T; readonly label: string }[];
  onChange: (value: T) => void;
}

/** A choice of one of several, as a list that opens. */
export function SelectField<T extends string>({ label, value, choices, onChange }: SelectFieldProps<T>) {
  const id = useId();
  const described = useDescribed([], null);
  return (
    <div className="wm-text-field">
      <label htmlFor={id} className="wm-label">
        {label}
      </label>
      <span className="wm-select">
        <select
          id={id}
          className="wm-input"
          {...described}
          value={value}
          onChange={(event) => {
            const chosen = choices.find((choice) => choice.value === event.currentTarget.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value} dir="auto">
              {choice.label}
            </option>
          ))}
        </select>
        <IconChevronDown size={18} stroke={ICON_STROKE} aria-hidden="true" />
      </span>
    </div>
  );
}
