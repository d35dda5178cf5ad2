import { useEffect, useRef } from 'react';
import type { FocusEvent, RefObject } from 'react';

interface Place {
  control: HTMLElement;
  row: string | null;
}

/** Where the focus goes from a control that has lost it; null while that control is only busy. */
function placeAfter(list: HTMLElement, { control, row }: Place): HTMLElement | null {
  if (control.isConnected) return control.matches(':disabled') ? null : control;
  const own = row === null ? null : list.querySelector<HTMLElement>(`[data-row="${row}"] button`);
  return own ?? list.querySelector<HTMLElement>('h2');
}

/**
 * Keeps the keyboard's place in a list that changes on its own: a button that becomes busy, and a row that disappears, lose the
 * focus. It returns to the control, otherwise to its row (`data-row`), otherwise to the heading (`h2`, with a `tabIndex`).
 */
export function useFocusRestore(): {
  ref: RefObject<HTMLDivElement | null>;
  onFocus: (event: FocusEvent) => void;
  onBlur: (event: FocusEvent) => void;
} {
  const ref = useRef<HTMLDivElement>(null);
  const last = useRef<Place | null>(null);
  useEffect(() => {
    const list = ref.current;
    if (!list) return;
    const observer = new MutationObserver(() => {
      if (last.current === null || document.activeElement !== document.body) return;
      placeAfter(list, last.current)?.focus({ preventScroll: true });
    });
    observer.observe(list, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['disabled'],
    });
    return () => observer.disconnect();
  }, []);
  return {
    ref,
    onFocus: ({ target }) => {
      // whatever opens over the page returns the focus itself
      if (!(target instanceof HTMLElement) || !ref.current?.contains(target)) return;
      last.current = {
        control: target,
        row: target.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? null,
      };
    },
    // a person who moves on leaves a control that could be used: a control that was disabled or removed has lost the focus
    // without them
    onBlur: ({ target }) => {
      if (target.isConnected && !target.matches(':disabled')) last.current = null;
    },
  };
}
