import { useEffect, useReducer, useRef, useState } from 'react';
import type { Location } from 'react-router';
import { loadWithRetries } from '../api/recovery.ts';
import type { Trouble } from '../api/recovery.ts';
import { loadNext, pageAt } from './pageCode.ts';
import type { PageCodes } from './pageCode.ts';

interface ShownPage {
  /** The latest URL whose page can be shown; null before the first one. */
  readonly shown: Location | null;
  /** Why the page for the URL cannot be shown yet; null if nothing is in its way. */
  readonly trouble: Trouble | null;
}

/**
 * Goes on to a page once its code has loaded: until then the previous page stays, with its bar, its save state and what is typed
 * in it. A failed load is retried until it works or somebody goes elsewhere.
 */
export function usePageCode(codes: PageCodes, location: Location): ShownPage {
  const id = pageAt(location.pathname);
  const isReady = id === null || codes[id].ready() !== null;
  const shown = useRef<Location | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [, loaded] = useReducer((count: number) => count + 1, 0);
  if (isReady) shown.current = location;

  useEffect(() => {
    if (isReady) return undefined;
    const stop = new AbortController();
    void loadWithRetries(() => codes[id].load(), stop.signal, setTrouble).then((done) => done && loaded());
    return () => {
      stop.abort();
      setTrouble(null);
    };
  }, [codes, id, isReady]);
  return { shown: shown.current, trouble: isReady ? null : trouble };
}

/** Calls `work` when the browser is idle. @returns a function that cancels it */
export type WhenIdle = (work: () => void) => () => void;

/** Once a page is shown, loads the code of the pages that it leads to; again when the network is back. */
export function useNextCode(codes: PageCodes, pathname: string | null, whenIdle: WhenIdle | undefined): void {
  const id = pathname === null ? null : pageAt(pathname);
  useEffect(() => {
    if (id === null || !whenIdle) return undefined;
    const stop = new AbortController();
    let cancel = () => undefined as void;
    const begin = () => {
      cancel();
      cancel = whenIdle(() => void loadNext(codes, id, stop.signal));
    };
    begin();
    window.addEventListener('online', begin);
    return () => {
      stop.abort();
      cancel();
      window.removeEventListener('online', begin);
    };
  }, [codes, id, whenIdle]);
}
