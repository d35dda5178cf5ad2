import type { ReactNode } from 'react';
import { TrailDrawing } from '../logo/Logo.tsx';
import './states.css';

/** An empty place says what will stand here, and what to do meanwhile. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="wm-empty">
      <TrailDrawing />
      <p>{children}</p>
      {action}
    </div>
  );
}
