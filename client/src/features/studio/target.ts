import { createContext, useContext } from 'react';
import type { PartKey } from '../../../../contract/studioParts.ts';

/** What the page was asked to go to; a new object each time, so that asking again goes there again. */
export interface Target {
  readonly part: PartKey;
  /** Member of the part; null: the part as a whole. */
  readonly field: string | null;
}

export const TargetContext = createContext<Target | null>(null);

/** Whether the page was asked to go to this part. */
export function useTarget(): Target | null {
  return useContext(TargetContext);
}

const FOCUSABLE = 'input, textarea, select, [contenteditable="true"], button';

const WRITABLE = 'input:not([type="checkbox"], [type="radio"]), textarea, [contenteditable="true"]';

/** Once a part that was just added is there, puts the focus where one writes in it. */
export function focusAdded(part: PartKey): void {
  requestAnimationFrame(() => {
    document.querySelector(`[data-part="${part}"]`)?.querySelector<HTMLElement>(WRITABLE)?.focus();
  });
}

/** Once a part is at its new place, puts the focus on its grip; on the form if it is on another page now. */
export function focusMoved(part: PartKey): void {
  requestAnimationFrame(() => {
    const grip = document.querySelector<HTMLElement>(`[data-part="${part}"] .wm-studio-grip button`);
    (grip ?? document.querySelector<HTMLElement>('.wm-studio-pane-edit'))?.focus();
  });
}

/** Puts the focus on the field of a target, or on the first one of its part. */
export function focusTarget({ part, field }: Target): void {
  const place = document.querySelector(`[data-part="${part}"]`);
  const [name = null] = field?.split('.').slice(-1) ?? [];
  const box = name === null ? null : place?.querySelector(`[data-field="${name}"]`);
  const found = (box ?? place)?.querySelector<HTMLElement>(FOCUSABLE);
  found?.scrollIntoView({ block: 'center' });
  found?.focus();
}
