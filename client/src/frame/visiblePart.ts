/** The part of our frame that is on the screen, in CSS px from the frame's own upper edge. */
export interface VisiblePart {
  readonly top: number;
  readonly height: number;
}

/** Less than this is not enough to work in: the LMS has scrolled us nearly out of view, or the measurement is wrong. */
const SMALLEST = 160;

/** What a keyboard or a pinch leaves of the window; all of it if the browser does not tell. */
function visualPart(): VisiblePart {
  const visual = window.visualViewport;
  return visual ? { top: visual.offsetTop, height: visual.height } : { top: 0, height: window.innerHeight };
}

/** The intersection; the second alone if they hardly overlap. */
function overlap(a: VisiblePart, b: VisiblePart): VisiblePart {
  const top = Math.max(a.top, b.top);
  const height = Math.min(a.top + a.height, b.top + b.height) - top;
  return height >= SMALLEST ? { top, height } : b;
}

/**
 * Reports which part of the frame is on the screen, now and whenever a keyboard, a rotation or a pinch changes it. A frame may be
 * longer than any window (Canvas makes it as long as its page), and only an observer sees where it is cut off. The scroll
 * position of the LMS page is measured once: from then on, what is on the page moves with it.
 *
 * @param cover  an element that covers the whole frame
 * @returns a function that stops it
 */
export function followVisiblePart(cover: Element, tell: (part: VisiblePart) => void): () => void {
  let framed: VisiblePart | null = null;
  const say = () => tell(framed ? overlap(framed, visualPart()) : visualPart());
  const look = new IntersectionObserver(([entry]) => {
    if (!entry) return;
    framed = { top: entry.intersectionRect.top, height: entry.intersectionRect.height };
    look.disconnect();
    say();
  });
  const again = () => {
    look.disconnect();
    look.observe(cover);
    say();
  };
  again();
  window.addEventListener('resize', again);
  window.visualViewport?.addEventListener('resize', say);
  window.visualViewport?.addEventListener('scroll', say);
  return () => {
    look.disconnect();
    window.removeEventListener('resize', again);
    window.visualViewport?.removeEventListener('resize', say);
    window.visualViewport?.removeEventListener('scroll', say);
  };
}
