import { useEffect, useReducer, useRef, useState } from 'react';
import type { Location } from 'react-router';
import { loadInsistently } from '../api/recovery.ts';
import type { Trouble } from '../api/recovery.ts';
import { loadNext, routeOf } from './pageCode.ts';
import type { PageCodes } from './pageCode.ts';

interface ShownPage {
  /** The newest address whose page can be shown; null before the first one. */
  readonly shown: Location | null;
  /** Why the page of the address can't be shown yet; null while nothing is in its way. */
  readonly trouble: Trouble | null;
}

/**
 * Goes on to a page once its code is there: until then the page before it stays, with its bar, its save word and what is typed in
 * it. A load that fails is made again until it works or somebody goes elsewhere.
 */
export function usePageCode(codes: PageCodes, location: Location): ShownPage {
  const id = routeOf(location.pathname);
  const isReady = id === null || codes[id].ready() !== null;
  const shown = useRef<Location | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [, loaded] = useReducer((count: number) => count + 1, 0);
  if (isReady) shown.current = location;

  useEffect(() => {
    if (isReady) return undefined;
    const stop = new AbortController();
    void loadInsistently(() => codes[id].load(), stop.signal, setTrouble).then((done) => done && loaded());
    return () => {
      stop.abort();
      setTrouble(null);
    };
  }, [codes, id, isReady]);
  return { shown: shown.current, trouble: isReady ? null : trouble };
}

/** Calls `work` when the browser has nothing better to do. @returns takes it back */
export type WhenIdle = (work: () => void) => () => void;

/** Once a page stands, the code of the steps that lead on from it; again when the network is back. */
export function useNextCode(codes: PageCodes, pathname: string | null, whenIdle: WhenIdle | undefined): void {
  const id = pathname === null ? null : routeOf(pathname);
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
