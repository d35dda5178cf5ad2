import { createContext } from 'react';
import type { Trouble } from '../../api/recovery.ts';

/** A page that was asked for and whose code can't be fetched just now. The one before it stands meanwhile. */
export interface OnTheWay {
  readonly trouble: Trouble;
  /** Gives it up. Null where there is no page to stay on. */
  readonly stay: (() => void) | null;
}

export const OnTheWayContext = createContext<OnTheWay | null>(null);
