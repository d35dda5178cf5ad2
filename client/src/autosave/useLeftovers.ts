import { useEffect } from 'react';
import { useApi, useSession } from '../api/ApiProvider.tsx';

/**
 * Sends what an earlier visit left on this device, once the page is shown and whenever the network is back. Its code loads after
 * the page; without the network, it loads when that is back.
 */
export function useLeftovers(): void {
  const api = useApi();
  const { institution, person } = useSession();
  useEffect(() => {
    const send = () =>
      void import('./leftAttempts.ts').then(
        ({ sendLeftAttempts }) => sendLeftAttempts(api, { institution, person }),
        () => undefined,
      );
    send();
    window.addEventListener('online', send);
    return () => window.removeEventListener('online', send);
  }, [api, institution, person]);
}
