import type { ReactNode } from 'react';
import { TextFrame } from './TextFrame.tsx';
import { useTooLong } from './useTooLong.ts';

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
  const error = useTooLong()(value.length, most);
  return (
    <TextFrame label={label} description={description} error={error}>
      {(connected) => (
        <textarea
          {...connected}
          className="wm-input wm-input-words"
          dir="auto"
          rows={rows}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </TextFrame>
  );
}
