import { useEffect, useId, useRef } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { CloseButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { followVisiblePart } from '../../frame/visiblePart.ts';
import { showFocused } from './showFocused.ts';
import { tabStops } from './tabStops.ts';
import { useBackCloses } from './useBackCloses.ts';
import './dialog.css';

export interface DialogProps {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** `sheet` rises from the lower edge; only in workspaces, where the frame is no higher than the window. */
  shape?: 'box' | 'sheet';
  /** Share of the frame's height that a sheet takes, 0 to 1. */
  height?: number;
  /** Above the title of a sheet: its handle. */
  handle?: ReactNode;
  /** Where focus goes first; by default the dialog itself, so that its title is read. */
  initialFocus?: 'first' | 'dialog';
}

/** Moves focus into the dialog and back, and makes the page behind it inert. Escape closes; Tab stays inside. */
function useModal(opened: boolean, close: () => void, initialFocus: 'first' | 'dialog') {
  const panel = useRef<HTMLDivElement>(null);
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    const box = panel.current;
    if (!opened || !box) return undefined;
    const opener = document.activeElement;
    const frame = document.querySelector<HTMLElement>('.wm-frame');
    const stopShowing = showFocused(box);
    const first = initialFocus === 'first' ? tabStops(box)[0] : null;
    (first ?? box).focus({ preventScroll: true });
    if (frame) frame.inert = true;

    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') latest.current();
      if (event.key === 'Tab') keepInside(event, box);
    };
    box.addEventListener('keydown', onKey);
    return () => {
      stopShowing();
      box.removeEventListener('keydown', onKey);
      if (frame) frame.inert = false;
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, [opened, initialFocus]);
  return panel;
}

function keepInside(event: KeyboardEvent, box: HTMLElement): void {
  const stops = tabStops(box);
  const first = stops[0];
  const last = stops.at(-1);
  const at = document.activeElement;
  if (event.shiftKey && (at === first || at === box)) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && at === last) {
    event.preventDefault();
    first?.focus();
  }
}

/** Below this height the actions scroll with the rest: if they were fixed, they would leave no room for the question. */
const TIGHT = 440;

/** Keeps the dialog within the part of the frame that is on the screen, whatever the frame's height or a keyboard. */
function useVisiblePart(opened: boolean) {
  const overlay = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const cover = overlay.current;
    if (!opened || !cover) return undefined;
    return followVisiblePart(cover, ({ top, height }) => {
      cover.style.setProperty('--wm-part-top', `${top}px`);
      cover.style.setProperty('--wm-part-height', `${height}px`);
      cover.dataset['tight'] = String(height < TIGHT);
    });
  }, [opened]);
  return overlay;
}

/**
 * A dialog over the page: titled, closed by Escape, Back, the cross or a press beside it. It is never higher than what is on the
 * screen; the panel itself gets the focus first and scrolls, so that keys reach what is below. Its actions are in a
 * `wm-dialog-actions`, its last element.
 */
export function Dialog(props: DialogProps) {
  const {
    opened,
    onClose,
    title,
    children,
    shape = 'box',
    height = 0.62,
    handle,
    initialFocus = 'dialog',
  } = props;
  const { t } = useTranslation();
  const id = useId();
  const overlay = useVisiblePart(opened);
  const panel = useModal(opened, onClose, initialFocus);
  useBackCloses(opened, onClose);

  if (!opened) return null;
  return createPortal(
    <div ref={overlay} className="wm-overlay" data-shape={shape}>
      {/* For the mouse only: keyboard users have Escape and the cross. */}
      <div className="wm-overlay-beside" aria-hidden="true" onClick={onClose} />
      <div
        ref={panel}
        className="wm-dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
        tabIndex={-1}
        style={{ '--wm-sheet-share': height } as CSSProperties}
      >
        <div className="wm-dialog-top">
          {handle}
          <h2 id={id} className="wm-heading" dir="auto">
            {title}
          </h2>
          <CloseButton size="lg" aria-label={t('dialog.close')} onClick={onClose} />
        </div>
        <div className="wm-dialog-body">{children}</div>
      </div>
    </div>,
    document.body,
  );
}
