import { expect } from '@jest/globals';
import { within } from '@testing-library/react';

interface Shown {
  readonly level: number;
  readonly name: string;
}

/** The headings of a part of the page as a screen reader lists them. */
export function headingsIn(element: HTMLElement): Shown[] {
  return within(element)
    .getAllByRole('heading')
    .map((heading) => ({
      level: Number(heading.getAttribute('aria-level') ?? heading.tagName.slice(1)),
      name: heading.textContent ?? '',
    }));
}

/**
 * No heading of a page is more than one level below the one before it.
 *
 * @param above  the level of what the element stands under; 0 for a whole page
 */
export function expectHeadingOrder(element: HTMLElement, above = 0): void {
  const headings = headingsIn(element);
  const skipped = headings.filter(({ level }, at) => level > (headings[at - 1]?.level ?? above) + 1);
  expect(skipped).toEqual([]);
}
