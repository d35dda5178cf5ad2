import type { Lms, LmsWindow } from './lmsMessages.ts';

/** A page that people work in fills the window; a page that they read is as high as its content. */
export type PageKind = 'workspace' | 'reading';

/** A menu or a dialog of a short page needs this much, and Canvas gives no less anyway. */
const READING_MIN = 450;
const WORKSPACE_MIN = 560;
const WORKSPACE_MAX = 1000;
/** Smaller changes are not worth a message: they would make the frame tremble. */
const SMALLEST_CHANGE = 8;

/** Height of a workspace: the LMS's window minus what is above and below us, within limits that still allow working. */
export function workspaceHeight(around: LmsWindow): number {
  const free = Math.round(around.height - around.top - around.footer);
  return Math.min(WORKSPACE_MAX, Math.max(WORKSPACE_MIN, free));
}

/**
 * Keeps the frame as high as it should be; returns a function that stops it. If the LMS does not respond, nothing is sent for a
 * workspace, and it scrolls inside the frame it has.
 */
export function followHeight(kind: PageKind, lms: Lms, content: HTMLElement): () => void {
  if (!lms.framed) return () => undefined;
  if (kind === 'workspace') {
    let over = false;
    void lms.windowSize().then((around) => {
      if (around && !over) lms.resize(workspaceHeight(around));
    });
    return () => {
      over = true;
    };
  }
  let sent = 0;
  const observer = new ResizeObserver(() => {
    const own = Math.ceil(content.getBoundingClientRect().height);
    const height = Math.max(READING_MIN, own);
    if (own === 0 || Math.abs(height - sent) <= SMALLEST_CHANGE) return;
    sent = height;
    lms.resize(height);
  });
  observer.observe(content);
  return () => observer.disconnect();
}
