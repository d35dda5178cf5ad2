import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import './field.css';

interface SearchFieldProps {
  /** What can be searched for: shown while the field is empty. */
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
  /** What is wrong with the search. */
  children?: ReactNode;
}

/** A field in which people search what is listed below. */
export function SearchField({ label, value, onChange, className, children }: SearchFieldProps) {
  return (
    <label className={['wm-search', className].filter(Boolean).join(' ')}>
      <IconSearch size={18} stroke={ICON_STROKE} aria-hidden="true" />
      <input
        type="search"
        className="wm-input"
        placeholder={label}
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {children}
    </label>
  );
}
