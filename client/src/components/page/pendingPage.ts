import { createContext } from 'react';
import type { Trouble } from '../../api/recovery.ts';

/** A page that was requested and whose code cannot be loaded right now. The previous page stays meanwhile. */
export interface PendingPage {
  readonly trouble: Trouble;
  /** Cancels it. Null if there is no page to stay on. */
  readonly stay: (() => void) | null;
}

export const PendingPageContext = createContext<PendingPage | null>(null);
