import { useId } from 'react';
import type { ReactNode } from 'react';
import { useDescribed } from './fieldNote.ts';
import './field.css';
import './textField.css';

interface TextFrameProps {
  label: ReactNode;
  /** Under the label: what belongs in here. */
  description?: ReactNode;
  /** What is wrong and how to fix it; null if nothing is wrong. */
  error: string | null;
  /** The input. @param connected  its id, and what connects it with the words around it */
  children: (connected: { id: string } & ReturnType<typeof useDescribed>) => ReactNode;
}

/** A text input with its label, help and error, all connected for screen readers. */
export function TextFrame({ label, description, error, children }: TextFrameProps) {
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
      {children({ id, ...described })}
      {error && (
        <span id={`${id}-error`} className="wm-field-problem">
          {error}
        </span>
      )}
    </div>
  );
}
