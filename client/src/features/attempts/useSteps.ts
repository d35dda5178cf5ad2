import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { useLocation, useNavigate } from 'react-router';

/** A step counts as reached once its heading is in this upper share of the pane. */
const REACHED_SHARE = 0.4;

/** Scrolls a place of the page into view, at once: its text field gets the focus, otherwise the place itself. */
function goToAnchor(anchor: string, steps: readonly string[]): void {
  const place = document.getElementById(anchor);
  if (!place) return;
  const isStep = steps.includes(anchor);
  const text = isStep ? null : place.querySelector<HTMLElement>('[contenteditable="true"], textarea');
  place.scrollIntoView({ block: 'start' });
  // after the scroll event: the step that has the focus counts
  requestAnimationFrame(() => (text ?? place).focus({ preventScroll: true }));
}

function reached(pane: HTMLElement, steps: readonly string[]): string {
  const { top, height } = pane.getBoundingClientRect();
  // at the very end the last step counts, however short it is
  const atEnd = pane.scrollTop > 0 && pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2;
  if (atEnd) return steps.at(-1) ?? '';
  const passed = steps.filter((anchor) => {
    const section = document.getElementById(anchor);
    return section !== null && section.getBoundingClientRect().top <= top + height * REACHED_SHARE;
  });
  return passed.at(-1) ?? steps[0] ?? '';
}

/**
 * Which step is in view while the content of `pane` scrolls, and how to go to another one; the URL follows without a new entry in
 * the history.
 *
 * @param anchors  of the steps, in order
 */
export function useSteps(pane: RefObject<HTMLElement | null>, anchors: readonly string[]) {
  const { hash } = useLocation();
  const navigate = useNavigate();
  const [current, setCurrent] = useState<string>(() => hash.slice(1) || (anchors[0] ?? ''));

  const steps = useRef(anchors);
  useEffect(() => {
    steps.current = anchors;
  });

  useEffect(() => {
    const element = pane.current;
    if (!element) return undefined;
    let frame = 0;
    const look = ({ target }: Event) => {
      // the work scrolls in its pane, on phones together with what follows it
      if (!(target instanceof HTMLElement) || !target.querySelector(`#${steps.current[0]}`)) return;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setCurrent(reached(target, steps.current)));
    };
    // the step in which somebody works is the current one, whatever the scroll position
    const focused = ({ target }: FocusEvent) => {
      const section = target instanceof Element ? target.closest('section[id]') : null;
      const step = steps.current.find((anchor) => anchor === section?.id);
      cancelAnimationFrame(frame);
      if (step) frame = requestAnimationFrame(() => setCurrent(step));
    };
    const options = { passive: true, capture: true } as const;
    element.addEventListener('scroll', look, options);
    element.addEventListener('focusin', focused);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('scroll', look, options);
      element.removeEventListener('focusin', focused);
    };
  }, [pane]);

  useEffect(() => {
    // once, on arrival: later the URL follows the page
    const anchor = window.location.hash.slice(1);
    if (anchor) goToAnchor(anchor, steps.current);
  }, []);

  const go = useCallback(
    (anchor: string) => {
      void navigate({ hash: anchor }, { replace: true, preventScrollReset: true });
      setCurrent(anchor);
      goToAnchor(anchor, steps.current);
    },
    [navigate],
  );
  return { current, go };
}
