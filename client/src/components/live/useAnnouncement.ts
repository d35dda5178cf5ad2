import { useEffect } from 'react';
import { useAnnounce } from './Announcer.tsx';

/** Announces a text that has just appeared on the page; null announces nothing. */
export function useAnnouncement(text: string | null): void {
  const { polite } = useAnnounce();
  useEffect(() => {
    if (text !== null && text !== '') polite(text);
  }, [text, polite]);
}
