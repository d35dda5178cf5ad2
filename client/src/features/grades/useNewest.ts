import { useEffect, useRef } from 'react';
import { deliveryEndpoints } from '../../../../contract/grades.ts';
import { useApi } from '../../api/ApiProvider.tsx';

const FIRST_MS = 2_000;
const LONGEST_MS = 30_000;
const FACTOR = 1.5;
/** Each question counts as use of the session: so long after the last touch nobody is there who reads the page. */
const ALONE_MS = 30 * 60_000;
const TOUCHES = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;

interface Shown {
  /** `newest` of the list that is shown. */
  readonly known: string | undefined;
  /** Some row changes by itself just now, without being moved. */
  readonly isMoving: () => boolean;
}

/** Hears of every touch of the page. @returns ends it */
function onTouch(listener: () => void): () => void {
  for (const touch of TOUCHES) window.addEventListener(touch, listener, { capture: true, passive: true });
  return () => {
    for (const touch of TOUCHES) window.removeEventListener(touch, listener, { capture: true });
  };
}

/**
 * Calls `refresh` whenever a list is not the newest any more, as long as the page is seen and somebody is there. It asks for little,
 * soon after something has moved or was done and ever more seldom while nothing does, or while the server does not answer.
 *
 * @returns a function that says that something was done: it is looked at soon again
 */
export function useNewest(shown: Shown, refresh: () => void): () => void {
  const { call } = useApi();
  const latest = useRef({ shown, refresh });
  const soon = useRef<() => void>(() => undefined);
  useEffect(() => {
    latest.current = { shown, refresh };
  });
  useEffect(() => {
    const ended = new AbortController();
    let waitMs = FIRST_MS;
    let touchedAt = performance.now();
    let timer: ReturnType<typeof setTimeout>;
    const isAlone = () => performance.now() - touchedAt > ALONE_MS;
    const plan = () => {
      clearTimeout(timer);
      const isSeen = !document.hidden && !isAlone();
      if (isSeen && !ended.signal.aborted) timer = setTimeout(() => void ask(), waitMs);
    };
    const hasMoved = async (): Promise<boolean> => {
      const { newest } = await call(deliveryEndpoints.newest, {}, { signal: ended.signal });
      return newest !== latest.current.shown.known;
    };
    const ask = async () => {
      const moved = await hasMoved().catch(() => false);
      if (ended.signal.aborted) return;
      waitMs = moved ? FIRST_MS : Math.min(LONGEST_MS, waitMs * FACTOR);
      if (moved || latest.current.shown.isMoving()) latest.current.refresh();
      plan();
    };
    const again = () => {
      waitMs = FIRST_MS;
      plan();
    };
    soon.current = again;
    document.addEventListener('visibilitychange', again);
    const leave = onTouch(() => {
      const wasAlone = isAlone();
      touchedAt = performance.now();
      if (wasAlone) again();
    });
    plan();
    return () => {
      ended.abort();
      leave();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [call]);
  return () => soon.current();
}
