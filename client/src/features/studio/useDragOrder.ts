import { useRef, useState } from 'react';
import type { PointerEvent } from 'react';

/** Movement after which a press is a drag, in pixels. */
const THRESHOLD = 6;

/** The entry of a list under a pointer, from 0; the nearest one above or below the list. */
function placeAt(list: HTMLElement, y: number): number {
  const rows = [...list.children].map((row) => row.getBoundingClientRect());
  const under = rows.findIndex(({ top, bottom }) => y >= top && y <= bottom);
  if (under >= 0) return under;
  return rows.filter(({ top }) => top < y).length > 0 ? rows.length - 1 : 0;
}

/** The element under a pointer that takes what is dragged out of its own list (`data-drop`). */
function dropAt(x: number, y: number, own: HTMLElement): HTMLElement | null {
  const under = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop]') ?? null;
  return under?.contains(own) ? null : under;
}

/** The element that takes what is dragged, shown as such. */
function useMark() {
  const over = useRef<HTMLElement | null>(null);
  const mark = (next: HTMLElement | null) => {
    over.current?.removeAttribute('data-over');
    next?.setAttribute('data-over', 'true');
    over.current = next;
  };
  return { over, mark };
}

interface Drag {
  readonly from: number;
  readonly to: number;
}

/** What a grip listens to. */
export type Grip = ReturnType<ReturnType<typeof useDragOrder>['gripOf']>;

/**
 * Moves the entries of a list by dragging their grips. Keys and menus do the same; this is for whoever has a pointer.
 *
 * @param onMove  called once when an entry was dropped at another place
 * @param onDrop  called instead when it was dropped outside of its list, on an element with `data-drop`, with what that says
 */
export function useDragOrder(
  onMove: (from: number, to: number) => void,
  onDrop?: (from: number, drop: string) => void,
) {
  const list = useRef<HTMLOListElement>(null);
  const start = useRef<{ y: number; from: number } | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const { over, mark } = useMark();
  const end = () => {
    mark(null);
    start.current = null;
    setDrag(null);
  };
  return {
    list,
    /** What an entry shows of a drag that is going on. */
    lookOf: (at: number): 'dragged' | 'above' | 'below' | undefined => {
      if (drag === null) return undefined;
      if (at === drag.from) return 'dragged';
      if (at !== drag.to) return undefined;
      return drag.to < drag.from ? 'above' : 'below';
    },
    gripOf: (at: number) => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0) return;
        start.current = { y: event.clientY, from: at };
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        const begun = start.current;
        if (!begun || !list.current) return;
        if (!drag && Math.abs(event.clientY - begun.y) < THRESHOLD) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        mark(onDrop ? dropAt(event.clientX, event.clientY, list.current) : null);
        setDrag({
          from: begun.from,
          to: over.current ? begun.from : placeAt(list.current, event.clientY),
        });
      },
      onPointerUp: () => {
        const drop = over.current?.dataset['drop'];
        if (drag && drop !== undefined) onDrop?.(drag.from, drop);
        else if (drag && drag.from !== drag.to) onMove(drag.from, drag.to);
        end();
      },
      onPointerCancel: end,
      // a drag ends on its grip: it was not pressed
      onClickCapture: (event: { stopPropagation: () => void }) => {
        if (drag) event.stopPropagation();
      },
    }),
  };
}
