import { useId } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { useDescribed } from './fieldNote.ts';
import { useTooLong } from './useTooLong.ts';
import './field.css';
import './textField.css';

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'id' | 'onChange' | 'value' | 'maxLength'> {
  label: ReactNode;
  /** Under the label: what belongs in here. */
  description?: ReactNode;
  /** What is wrong and how to fix it; null if nothing is wrong. */
  error?: string | null;
  /** How many characters are accepted: a longer text is not cut, the field says so. The sender checks it beforehand. */
  most?: number;
  value: string;
  onChange: (value: string) => void;
}

/** A one-line text field with its label, help and error, all connected for screen readers. */
export function TextField(props: TextFieldProps) {
  const { label, description, most = Infinity, value, onChange, error: _, ...rest } = props;
  const error = useTooLong()(value.length, most) ?? props.error ?? null;
  const id = useId();
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
      <input
        {...rest}
        id={id}
        className="wm-input"
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
