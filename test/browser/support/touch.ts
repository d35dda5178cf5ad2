import type { Frame } from '@playwright/test';

/** A finger's size, in CSS px (WCAG 2.5.5). */
const FINGER = 44;

/** Controls that may be smaller than a finger, and why. */
const SMALLER: Readonly<Record<string, string>> = {
  '.wm-skip': 'shown to a keyboard only',
  '.wm-copy-box': 'holds a text for the clipboard, off the screen',
  '.wm-words a': 'a link within a sentence of somebody is as high as its line (WCAG 2.5.8, inline)',
};

/**
 * Controls that a finger would miss: less than 44 × 44 px, or cut off at the side of the frame. A radio button or a checkbox is
 * met through its label.
 *
 * @param within  a selector: of the page, or of a dialog
 */
export function findTouchTargetsTooSmall(frame: Frame, within = 'body'): Promise<string[]> {
  const asked = { within, finger: FINGER, smaller: Object.keys(SMALLER).join(', ') };
  return frame.evaluate(({ within: part, finger, smaller }) => {
    if (!matchMedia('(pointer: coarse)').matches) throw new Error('this browser has no touch screen');
    const CONTROLS =
      'a[href], button, summary, select, textarea, input:not([type=hidden]), [contenteditable=true], [tabindex="0"][role]';
    const boxOf = (one: HTMLElement): DOMRect => {
      const after = getComputedStyle(one, '::after');
      // what it is positioned in opens it as a whole
      const isSpread = after.position === 'absolute' && after.content !== 'none' && after.inset === '0px';
      if (isSpread && getComputedStyle(one).position === 'static' && one.offsetParent)
        return one.offsetParent.getBoundingClientRect();
      const met = one.matches('[type=radio], [type=checkbox], [type=file]') ? one.closest('label') : null;
      return (met ?? one).getBoundingClientRect();
    };
    return [...document.querySelectorAll<HTMLElement>(`${part} :is(${CONTROLS})`)]
      .filter((one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
      .filter((one) => !one.matches(smaller) && !one.matches('[type=file]'))
      .flatMap((one) => {
        const { width, height, left, right } = boxOf(one);
        const isSmall = Math.min(width, height) < finger - 0.5;
        // what scrolls sideways by itself may begin outside
        const isOut = !one.closest('.wm-steps, .wm-review-tablist') && (left < -1 || right > innerWidth + 1);
        if (!isSmall && !isOut) return [];
        const name = one.getAttribute('aria-label') ?? one.textContent?.trim() ?? '';
        const size = `${Math.round(width)} × ${Math.round(height)}`;
        return [`${one.tagName}.${one.className} “${name.slice(0, 40)}”: ${size}${isOut ? ', cut off' : ''}`];
      });
  }, asked);
}
