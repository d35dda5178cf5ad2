import { useEffect, useRef } from 'react';
import { deliveryEndpoints } from '../../../../contract/grades.ts';
import { useApi } from '../../api/ApiProvider.tsx';

const FIRST_MS = 2_000;
const LONGEST_MS = 30_000;
const FACTOR = 1.5;
/** Each request counts as use of the session: this long after the last interaction nobody is reading the page any more. */
const ALONE_MS = 30 * 60_000;
const TOUCHES = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;

interface Shown {
  /** `newest` of the list that is shown. */
  readonly known: string | undefined;
  /** Some row is currently changing on its own, without a new version of the list. */
  readonly isMoving: () => boolean;
}

/** Called on every interaction with the page. @returns a function that stops it */
function onTouch(listener: () => void): () => void {
  for (const touch of TOUCHES) window.addEventListener(touch, listener, { capture: true, passive: true });
  return () => {
    for (const touch of TOUCHES) window.removeEventListener(touch, listener, { capture: true });
  };
}

/**
 * Calls `refresh` whenever a list is no longer the newest, as long as the page is visible and somebody is there. Its requests are
 * small: frequent after something has changed or was done, and less and less frequent while nothing happens, or while the server
 * does not respond.
 *
 * @returns a function to call after an action: the next check then comes soon
 */
export function usePolling(shown: Shown, refresh: () => void): () => void {
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
