import { createContext } from 'react';
import type { Trouble } from '../../api/recovery.ts';

/** A page that was requested and whose code cannot be loaded right now. The previous page stays meanwhile. */
export interface OnTheWay {
  readonly trouble: Trouble;
  /** Cancels it. Null if there is no page to stay on. */
  readonly stay: (() => void) | null;
}

export const OnTheWayContext = createContext<OnTheWay | null>(null);
