/** The reading position: a block of the page, and how far its text has been scrolled past. */
interface Place {
  readonly block: Element;
  /** Share of the block above the upper edge of the scrolling area; negative if the block begins below that edge. */
  readonly share: number;
  /** Distance of the block's beginning below the edge, in px, if it begins there. */
  readonly below: number;
}

const BLOCKS = 'p, li, h1, h2, h3, h4, label, dt, dd, tr, figure, button, summary, [contenteditable="true"]';

/** The nearest ancestor that scrolls now; null if that is the window. */
function scrollerOf(block: Element): HTMLElement | null {
  for (let at = block.parentElement; at && at !== document.body; at = at.parentElement) {
    const { overflowY } = getComputedStyle(at);
    const scrolls = overflowY === 'auto' || overflowY === 'scroll';
    if (scrolls && at.scrollHeight > at.clientHeight + 1) return at;
  }
  return null;
}

const edgeOf = (scroller: HTMLElement | null) => scroller?.getBoundingClientRect().top ?? 0;

function placeIn(root: Element, edge: number): Place | null {
  for (const block of root.querySelectorAll(BLOCKS)) {
    const { top, bottom, height } = block.getBoundingClientRect();
    if (height === 0 || bottom <= edge + 1) continue;
    // of a block that contains smaller ones, use one of those
    if (top < edge - 1 && block.querySelector(BLOCKS)) continue;
    return { block, share: top < edge ? (edge - top) / height : -1, below: Math.max(0, top - edge) };
  }
  return null;
}

function restoreScroll({ block, share, below }: Place): void {
  if (!block.isConnected) return;
  const scroller = scrollerOf(block);
  const { top, height } = block.getBoundingClientRect();
  if (height === 0) return;
  const wanted = edgeOf(scroller) + (share >= 0 ? -share * height : below);
  (scroller ?? window).scrollBy({ top: top - wanted, behavior: 'instant' });
}

/**
 * Keeps what somebody reads in place when the frame's width changes: when a phone is turned, its text reflows, and another pane
 * may scroll than before. Remembers what is at the upper edge of the area that was scrolled last.
 *
 * @param root  the page
 * @returns a function that stops it
 */
export function keepScrollPosition(root: HTMLElement): () => void {
  let width = root.clientWidth;
  let place: Place | null = null;
  let frame = 0;
  const note = (event: Event) => {
    const { target } = event;
    const isPane = target instanceof HTMLElement && root.contains(target);
    if (!isPane && target !== document) return;
    // a row that moves sideways is nobody's place in a text
    if (isPane && target.scrollHeight <= target.clientHeight + 1) return;
    // a scroll caused by the rotation itself does not say where somebody went
    if (root.clientWidth !== width) return;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (root.clientWidth === width) place = placeIn(isPane ? target : root, edgeOf(isPane ? target : null));
    });
  };
  const observer = new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    if (place) restoreScroll(place);
  });
  observer.observe(root);
  document.addEventListener('scroll', note, { capture: true, passive: true });
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
    document.removeEventListener('scroll', note, { capture: true });
  };
}
