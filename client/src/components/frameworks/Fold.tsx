import type { ReactNode } from 'react';
import { IconChevronDown } from '@tabler/icons-react';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import './fold.css';

interface FoldProps {
  isOpen: boolean;
  /** Id of what it opens. */
  controls: string;
  onToggle: () => void;
  /** Side by side, from the start of the row. */
  children: ReactNode;
}

/** The button as wide as its row that opens and closes what is below it. */
export function Fold({ isOpen, controls, onToggle, children }: FoldProps) {
  return (
    <button
      type="button"
      className="wm-fold"
      aria-expanded={isOpen}
      aria-controls={controls}
      onClick={onToggle}
    >
      {children}
      <IconChevronDown size={18} stroke={ICON_STROKE} aria-hidden="true" />
    </button>
  );
}
