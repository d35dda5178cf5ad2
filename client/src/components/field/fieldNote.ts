import { createContext, useContext } from 'react';

/** What is said about a field outside of it. */
export interface FieldNote {
  /** Of the element that says it. */
  readonly id: string;
  readonly isInvalid: boolean;
}

/** Set by whoever shows something under a field; null: nothing is said. */
export const FieldNoteContext = createContext<FieldNote | null>(null);

interface Described {
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: boolean;
}

/**
 * What connects an input with its help, its error and what is said about it from outside.
 *
 * @param own  ids of what the field itself says; empty ones are left out
 * @param isWrong  whether the field itself finds something wrong; null: that is not for it to say
 */
export function useDescribed(own: readonly string[], isWrong: boolean | null): Described {
  const note = useContext(FieldNoteContext);
  const ids = [...own, note?.id ?? ''].filter(Boolean).join(' ');
  const isInvalid = (isWrong ?? false) || (note?.isInvalid ?? false);
  return {
    ...(ids ? { 'aria-describedby': ids } : {}),
    ...(isWrong === null && !isInvalid ? {} : { 'aria-invalid': isInvalid }),
  };
}
