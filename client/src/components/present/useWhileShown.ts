import { useEffect } from 'react';
import { useApi } from '../../api/ApiProvider.tsx';

/** Well below the time after which somebody no longer counts as here. */
const EVERY_MS = 8000;

/**
 * Does something now, every eight seconds, and when the page is shown again; never while it is hidden or once the session is over.
 *
 * @param act  called anew when it changes: it is to be kept. `isOver` says whether its outcome is still wanted
 */
export function useWhileShown(act: (isOver: () => boolean) => void): void {
  const { session } = useApi();
  useEffect(() => {
    let isOver = false;
    const look = () => {
      if (document.visibilityState !== 'hidden' && session.state().status !== 'over') act(() => isOver);
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      isOver = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [act, session]);
}
