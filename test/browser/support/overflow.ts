import type { Frame } from '@playwright/test';

export interface Overflow {
  readonly page: number;
  readonly parts: string[];
}

/** How much wider the page is than its frame, and what in it is wider than where it stands and does not scroll. */
export function overflowOf(frame: Frame): Promise<Overflow> {
  return frame.evaluate(() => {
    const root = document.documentElement;
    const cuts = (element: Element): boolean => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== 'visible' && at !== document.body) return true;
      }
      return false;
    };
    const parts = [...document.body.querySelectorAll<HTMLElement>('*')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      const isOut = width > 1 && (right > root.clientWidth + 1 || left < -1);
      return isOut && !cuts(element);
    });
    // a pane scrolls up and down; sideways it would hide what is in it
    const panes = [...document.body.querySelectorAll<HTMLElement>('main *, main')].filter((element) => {
      const { overflowY, overflowX } = getComputedStyle(element);
      const scrolls = overflowY === 'auto' && overflowX === 'auto';
      return (
        scrolls &&
        element.scrollWidth > element.clientWidth + 1 &&
        !element.matches('.wm-steps, .wm-review-tablist')
      );
    });
    const name = (element: HTMLElement) => `${element.tagName}.${element.className}`.slice(0, 80);
    return { page: root.scrollWidth - root.clientWidth, parts: [...parts, ...panes].slice(0, 6).map(name) };
  });
}
