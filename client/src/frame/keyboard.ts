/** An on-screen keyboard takes more than this; the bars of a browser take less. */
const SMALLEST_KEYBOARD = 120;
/** Below this there is room only for the text being typed and its tools. */
const TIGHT = 330;

/** The space that an on-screen keyboard leaves, in CSS px. */
export interface Typing {
  readonly top: number;
  readonly height: number;
  readonly tight: boolean;
}

const WRITABLE =
  'textarea, [contenteditable="true"], input:not([type="checkbox"], [type="radio"], [type="button"], [type="file"])';

/**
 * Reports while somebody types with an on-screen keyboard, and how much space it leaves; null once it is gone. Browsers shrink
 * either the visual viewport (iOS, Chrome) or the window itself (Firefox, older WebViews), so the greatest height seen at this
 * width is the height without a keyboard. Only on touch screens: a window that was made lower is not a keyboard.
 *
 * @returns a function that stops it
 */
export function followKeyboard(tell: (typing: Typing | null) => void): () => void {
  const visual = window.visualViewport;
  if (!visual || !window.matchMedia('(any-pointer: coarse)').matches) return () => undefined;
  const highest = new Map<number, number>();
  const look = () => {
    const height = visual.height * visual.scale;
    const width = window.innerWidth;
    const full = Math.max(highest.get(width) ?? 0, height, window.innerHeight);
    highest.set(width, full);
    const writes = document.activeElement?.matches(WRITABLE) ?? false;
    const open = writes && full - height > SMALLEST_KEYBOARD;
    tell(open ? { top: visual.offsetTop, height: visual.height, tight: visual.height < TIGHT } : null);
  };
  look();
  const events = ['focusin', 'focusout'] as const;
  visual.addEventListener('resize', look);
  visual.addEventListener('scroll', look);
  for (const name of events) document.addEventListener(name, look);
  return () => {
    visual.removeEventListener('resize', look);
    visual.removeEventListener('scroll', look);
    for (const name of events) document.removeEventListener(name, look);
  };
}
