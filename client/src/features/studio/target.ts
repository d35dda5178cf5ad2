import { createContext, useContext } from 'react';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { findOwner } from './fieldPaths.ts';

/** What the page was asked to go to; a new object each time, so that asking again goes there again. */
export interface Target {
  readonly part: PartKey;
  /** Of the field in the part, as `FieldPlace` has it; empty: the part as a whole. */
  readonly path: string;
}

export const TargetContext = createContext<Target | null>(null);

/** Whether the page was asked to go to this part. */
export function useTarget(): Target | null {
  return useContext(TargetContext);
}

const FOCUSABLE = 'input, textarea, select, [contenteditable="true"], button';

const WRITABLE = 'input:not([type="checkbox"], [type="radio"]), textarea, [contenteditable="true"]';

/** Frames that what was added may take to be there: a text has its field only once its editor has been made. */
const FRAMES_MAX = 120;

function isText(field: HTMLElement): field is HTMLInputElement | HTMLTextAreaElement {
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
}

/**
 * Once what was just added is there, puts the focus where one writes in it, and marks a name that it was given: what is typed next
 * replaces it. Whoever has gone elsewhere meanwhile stays there.
 *
 * @param path  of the field in the part, as `FieldPlace` has it; empty: the part as a whole was added
 */
export function focusAdded(part: PartKey, path = ''): void {
  const place = `[data-part="${part}"]${path === '' ? '' : ` [data-field="${path}"]`}`;
  const left = document.activeElement;
  let frames = 0;
  const look = () => {
    const field = document.querySelector(place)?.querySelector<HTMLElement>(WRITABLE);
    if (field) {
      field.focus();
      if (isText(field)) field.select();
    } else if (++frames < FRAMES_MAX && (frames === 1 || document.activeElement === left)) {
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(look);
}

/** Once a part is at its new place, puts the focus on its grip; on the form if it is on another page now. */
export function focusMoved(part: PartKey): void {
  requestAnimationFrame(() => {
    const grip = document.querySelector<HTMLElement>(`[data-part="${part}"] .wm-studio-grip button`);
    (grip ?? document.querySelector<HTMLElement>('.wm-studio-pane-edit'))?.focus();
  });
}

/** Puts the focus on the field of a target, or on the first one of its part. */
export function focusTarget({ part, path }: Target): void {
  const place = document.querySelector(`[data-part="${part}"]`);
  const boxes = [...(place?.querySelectorAll<HTMLElement>('[data-field]') ?? [])].filter(
    (box) => box.closest('[data-part]') === place,
  );
  const placesOf = (box: HTMLElement) => box.dataset['field']?.split(' ') ?? [];
  const owner = findOwner(path, boxes.flatMap(placesOf));
  const box = boxes.find((one) => owner !== null && placesOf(one).includes(owner));
  const found = box?.querySelector<HTMLElement>(FOCUSABLE) ?? place?.querySelector<HTMLElement>(FOCUSABLE);
  found?.scrollIntoView({ block: 'center' });
  found?.focus();
}
