import type { ComponentProps, ReactNode } from 'react';
import { TextFrame } from './TextFrame.tsx';
import { useTooLong } from './useTooLong.ts';

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

/** A one-line text field with its label, help and error. */
export function TextField(props: TextFieldProps) {
  const { label, description, most = Infinity, value, onChange, error: _, ...rest } = props;
  const error = useTooLong()(value.length, most) ?? props.error ?? null;
  return (
    <TextFrame label={label} description={description} error={error}>
      {(connected) => (
        <input
          {...rest}
          {...connected}
          className="wm-input"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </TextFrame>
  );
}
