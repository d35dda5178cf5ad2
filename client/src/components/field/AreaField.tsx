import { useId } from 'react';
import type { ReactNode } from 'react';
import { useDescribed } from './fieldNote.ts';
import { useTooLong } from './useTooLong.ts';
import './field.css';
import './textField.css';

interface AreaFieldProps {
  label: ReactNode;
  description?: string;
  value: string;
  most: number;
  rows?: number;
  onChange: (value: string) => void;
}

/** A text of several lines that people read as it was written. */
export function AreaField({ label, description, value, most, rows = 2, onChange }: AreaFieldProps) {
  const id = useId();
  const error = useTooLong()(value.length, most);
  const described = useDescribed(
    [description ? `${id}-help` : '', error ? `${id}-error` : ''],
    error !== null,
  );
  return (
    <div className="wm-text-field">
      <label htmlFor={id} className="wm-label">
        {label}
      </label>
      {description && (
        <span id={`${id}-help`} className="wm-small">
          {description}
        </span>
      )}
      <textarea
        id={id}
        className="wm-input wm-input-words"
        dir="auto"
        rows={rows}
        value={value}
        {...described}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {error && (
        <span id={`${id}-error`} className="wm-field-problem">
          {error}
        </span>
      )}
    </div>
  );
}
