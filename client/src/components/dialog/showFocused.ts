/** Room between what has the focus and an edge, in CSS px: its outline is not cut off. */
const CLEARANCE = 8;

const heightOf = (edge: HTMLElement | undefined): number =>
  edge && getComputedStyle(edge).position === 'sticky' ? edge.offsetHeight : 0;

/**
 * Scrolls what a key brings the focus to clear of the title and the actions of a dialog, which stay where they are while
 * the rest scrolls under them. Both are measured each time: long titles wrap, and on a phone actions stand one below the
 * other. Of what is taller than the room between them, the start is shown. A press scrolls nothing: it would miss what moved.
 *
 * @returns a function that stops it
 */
export function showFocused(dialog: HTMLElement): () => void {
  let isByKey = false;
  const note = ({ type }: Event) => {
    isByKey = type === 'keydown';
  };
  const show = ({ target }: FocusEvent) => {
    const top = dialog.querySelector<HTMLElement>('.wm-dialog-top') ?? undefined;
    const actions = [...dialog.querySelectorAll<HTMLElement>('.wm-dialog-actions')].at(-1);
    const above = heightOf(top) + CLEARANCE;
    const below = heightOf(actions) + CLEARANCE;
    dialog.style.scrollPaddingBlock = `${above}px ${below}px`;
    if (!isByKey || !(target instanceof HTMLElement) || target === dialog) return;
    if (top?.contains(target) || actions?.contains(target)) return;
    const shown = target.matches('input') ? (target.closest('label') ?? target) : target;
    const isTall = shown.offsetHeight > dialog.clientHeight - above - below;
    shown.scrollIntoView?.({ block: isTall ? 'start' : 'nearest', inline: 'nearest' });
  };
  dialog.addEventListener('keydown', note, true);
  dialog.addEventListener('pointerdown', note, true);
  dialog.addEventListener('focusin', show);
  return () => {
    dialog.removeEventListener('keydown', note, true);
    dialog.removeEventListener('pointerdown', note, true);
    dialog.removeEventListener('focusin', show);
  };
}
