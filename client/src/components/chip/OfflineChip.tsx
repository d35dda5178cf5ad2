import { useSyncExternalStore } from 'react';
import { StateChip } from './StateChip.tsx';

function subscribe(changed: () => void): () => void {
  window.addEventListener('online', changed);
  window.addEventListener('offline', changed);
  return () => {
    window.removeEventListener('online', changed);
    window.removeEventListener('offline', changed);
  };
}

/** What the browser believes of its connection; a request may still fail. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}

/** The dark chip in the bar while there is no connection. A page with a save state says it there instead. */
export function OfflineChip() {
  return useOnline() ? null : <StateChip state="offline" />;
}
