import type { ReactNode } from 'react';
import { TrailDrawing } from '../logo/Logo.tsx';
import './states.css';

/** An empty state says what will be shown here, and what to do in the meantime. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="wm-empty">
      <TrailDrawing />
      <p>{children}</p>
      {action}
    </div>
  );
}
