import { useContext, useId } from 'react';
import type { ReactNode } from 'react';
import { FieldNoteContext, useDescribed } from '../../components/field/fieldNote.ts';
import '../../components/field/field.css';
import '../../components/field/textField.css';

interface NumberFieldProps {
  label: ReactNode;
  value: number;
  least: number;
  most: number;
  onChange: (value: number) => void;
}

/** A whole number; what is not one, or lies outside, is not taken over. */
export function NumberField({ label, value, least, most, onChange }: NumberFieldProps) {
  const id = useId();
  const described = useDescribed([], null);
  return (
    <div className="wm-text-field wm-number-field">
      <label htmlFor={id} className="wm-label">
        {label}
      </label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        className="wm-input wm-tabular"
        {...described}
        min={least}
        max={most}
        value={String(value)}
        onChange={(event) => {
          const next = event.currentTarget.value === '' ? least : event.currentTarget.valueAsNumber;
          if (Number.isInteger(next) && next >= least && next <= most) onChange(next);
        }}
      />
    </div>
  );
}

interface ChecksProps<T extends string> {
  label: string;
  chosen: readonly T[];
  choices: readonly { readonly value: T; readonly label: ReactNode }[];
  onChange: (chosen: T[]) => void;
}

/** Any number of a few; the order of the choices is kept. */
export function Checks<T extends string>({ label, chosen, choices, onChange }: ChecksProps<T>) {
  const note = useContext(FieldNoteContext);
  const toggle = (value: T, on: boolean) =>
    onChange(
      choices.flatMap((choice) => {
        const isIn = choice.value === value ? on : chosen.includes(choice.value);
        return isIn ? [choice.value] : [];
      }),
    );
  return (
    <fieldset className="wm-studio-checks" {...(note ? { 'aria-describedby': note.id } : {})}>
      <legend className="wm-label">{label}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice.value} className="wm-check">
            <input
              type="checkbox"
              checked={chosen.includes(choice.value)}
              onChange={(event) => toggle(choice.value, event.currentTarget.checked)}
            />
            <span dir="auto">{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
