import { useId } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import './meter.css';

export interface MeterProps {
  /** 0 to 1. */
  value: number;
  /** What is measured, for screen readers; the sentence beside it gives the numbers. */
  label: string;
  /** `progress` for what advances on its own (an upload), `meter` for an amount. */
  role?: 'progressbar' | 'meter';
}

/** A bar 8 px high: an upload, the week's minutes. Media progress is not mirrored in right-to-left. */
export function Meter({ value, label, role = 'progressbar' }: MeterProps) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <span
      className="wm-meter"
      role={role}
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      style={{ '--wm-meter': `${percent}%` } as CSSProperties}
    />
  );
}

/** Dashes, one per part, and the sentence that says the same. */
export function PartsMeter({ done, total, children }: { done: number; total: number; children: ReactNode }) {
  const id = useId();
  return (
    <span className="wm-parts">
      <span className="wm-parts-dashes" aria-hidden="true">
        {Array.from({ length: total }, (_, index) => (
          <span key={`${id}${index}`} data-done={index < done} />
        ))}
      </span>
      <span className="wm-small">{children}</span>
    </span>
  );
}
