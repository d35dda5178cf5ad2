import { createContext, useCallback, useContext, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { VisuallyHidden } from '@mantine/core';

interface Announce {
  /** Announces it at the screen reader's next pause. */
  polite: (text: string) => void;
  /** Interrupts: only for "offline" and "not saved". */
  assertive: (text: string) => void;
}

const Silent: Announce = { polite: () => undefined, assertive: () => undefined };
const AnnounceContext = createContext<Announce>(Silent);

/** Announces text to screen readers; both functions are stable. */
export function useAnnounce(): Announce {
  return useContext(AnnounceContext);
}

/** A no-break space in every second message makes a repeated text new, so that it is read again. */
function useRegion(): [string, (text: string) => void] {
  const [text, setText] = useState('');
  const odd = useRef(false);
  const say = useCallback((next: string) => {
    odd.current = !odd.current;
    setText(odd.current ? next : `${next}\u00a0`);
  }, []);
  return [text, say];
}

/** The page's two live regions, one polite and one assertive; there are no others. */
export function Announcer({ children }: { children: ReactNode }) {
  const [polite, sayPolite] = useRegion();
  const [assertive, sayAssertive] = useRegion();
  const announce = useMemo(() => ({ polite: sayPolite, assertive: sayAssertive }), [sayPolite, sayAssertive]);
  return (
    <AnnounceContext value={announce}>
      {children}
      <VisuallyHidden role="status" aria-live="polite">
        {polite}
      </VisuallyHidden>
      <VisuallyHidden role="alert" aria-live="assertive">
        {assertive}
      </VisuallyHidden>
    </AnnounceContext>
  );
}
