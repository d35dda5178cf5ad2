import { useEffect, useRef } from 'react';

/**
 * A sheet or dialog is one entry of the history: Back closes it instead of leaving the page. If it is closed in another way, the
 * entry is removed again.
 */
export function useBackCloses(opened: boolean, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!opened) return undefined;
    const before: unknown = window.history.state;
    window.history.pushState({ ...(typeof before === 'object' ? before : null), wmSheet: true }, '');
    let gone = false;
    const onPop = () => {
      gone = true;
      latest.current();
    };
    window.addEventListener('popstate', onPop);
    return () => {
      window.removeEventListener('popstate', onPop);
      const state = window.history.state as { wmSheet?: boolean } | null;
      if (!gone && state?.wmSheet) window.history.back();
    };
  }, [opened]);
}
