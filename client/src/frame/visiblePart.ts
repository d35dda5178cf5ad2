/** Which part of our frame is on the screen, in CSS px from the frame's own upper edge. */
export interface VisiblePart {
  readonly top: number;
  readonly height: number;
}

/** Less than this is no place to work in: the LMS has scrolled us nearly away, or measures nothing. */
const SMALLEST = 160;

/** What a keyboard or a pinch leaves of the window; all of it where the browser doesn't tell. */
function visualPart(): VisiblePart {
  const visual = window.visualViewport;
  return visual ? { top: visual.offsetTop, height: visual.height } : { top: 0, height: window.innerHeight };
}

/** Where both overlap; the second alone where they hardly do. */
function overlap(a: VisiblePart, b: VisiblePart): VisiblePart {
  const top = Math.max(a.top, b.top);
  const height = Math.min(a.top + a.height, b.top + b.height) - top;
  return height >= SMALLEST ? { top, height } : b;
}

/**
 * Tells which part of the frame is on the screen, now and whenever a keyboard, a rotation or a pinch changes it. A frame
 * may be longer than any window (Canvas makes it as long as its page), and only an observer sees where it is cut. Where the
 * LMS page is scrolled is asked once: what stands on the page moves with it from then on.
 *
 * @param cover  an element that covers the whole frame
 * @returns what ends it
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
