import { createContext, useContext, useEffect } from 'react';
import type { RefObject } from 'react';
import { useLms } from '../../frame/FrameProvider.tsx';

/**
 * Set if the page has changed and its heading has not been focused yet. Never at the launch itself: that would pull focus into
 * the frame.
 */
export interface Arrival {
  path: string | null;
  pending: boolean;
}

export const ArrivalContext = createContext<{ current: Arrival }>({
  current: { path: null, pending: false },
});

/** On a page change: focus the h1 and scroll to the top, in the frame and in the LMS's page. */
export function useArrivalFocus(heading: RefObject<HTMLElement | null>): void {
  const arrival = useContext(ArrivalContext);
  const lms = useLms();
  useEffect(() => {
    if (!arrival.current.pending || !heading.current) return;
    arrival.current.pending = false;
    window.scrollTo(0, 0);
    heading.current.focus({ preventScroll: true });
    lms?.scrollToTop();
  });
}
