import { useEffect, useRef, useState } from 'react';
import { openTextStore } from '../../storage/webStorage.ts';
import type { TextStore } from '../../storage/webStorage.ts';

/** What a key does, by key; `E` and `⇧E` are two keys. Levels have the number keys. */
export const REVIEW_KEYS = {
  nextCriterion: 'j',
  previousCriterion: 'k',
  comment: 'c',
  nextEvidence: 'e',
  previousEvidence: 'E',
  quote: 'q',
  approve: 'a',
  giveBack: 'r',
  list: '?',
} as const;
export type ReviewKey = keyof typeof REVIEW_KEYS;
export interface KeyActions extends Readonly<Record<ReviewKey, () => void>> {
  /** One for each level, low to high. */
  readonly levels: readonly (() => void)[];
}

/** The keys of the levels, low to high: 1, 2, … */
export const levelKeys = (levels: number): string[] =>
  Array.from({ length: levels }, (_, index) => String(index + 1));

const BY_KEY = new Map<string, ReviewKey>(
  (Object.keys(REVIEW_KEYS) as ReviewKey[]).map((name) => [REVIEW_KEYS[name], name]),
);
const STORE_KEY = 'wm:single-keys';

let store: TextStore | undefined;
function texts(): TextStore {
  store ??= openTextStore('localStorage');
  return store;
}

/** Whether single keys work; people who use speech input or type by accident switch them off (WCAG 2.1.4). */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => texts().get(STORE_KEY) !== 'off');
  const change = (next: boolean) => {
    texts().set(STORE_KEY, next ? 'on' : 'off');
    setOn(next);
  };
  return [on, change];
}

/** True if the key is typed into a field, or a dialog is open over the page. */
function belongsElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const at = event.target instanceof Element ? event.target : null;
  if (at?.closest('textarea,select,[contenteditable="true"],[role="dialog"],[role="menu"]')) return true;
  return at instanceof HTMLInputElement && at.type !== 'radio' && at.type !== 'checkbox';
}

function actionOf({ key, shiftKey }: KeyboardEvent, actions: KeyActions): (() => void) | undefined {
  const level = levelKeys(actions.levels.length).indexOf(key);
  if (level >= 0) return actions.levels[level];
  const letter = key.toLowerCase();
  const name = letter === 'e' ? (shiftKey ? 'previousEvidence' : 'nextEvidence') : BY_KEY.get(letter);
  return name && actions[name];
}

/** The review's single keys, while they are on. Caps Lock makes no difference except for `E`, whose shift means back. */
export function useReviewKeys(actions: KeyActions, enabled: boolean): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (belongsElsewhere(event)) return;
      const act = actionOf(event, latest.current);
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [enabled]);
}

/** Undoes a return, wherever the note about it is shown. */
export const UNDO_KEY = 'z';

/** One additional single key, while they are on. */
export function useSingleKey(key: string, act: () => void, enabled: boolean): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (belongsElsewhere(event) || event.key.toLowerCase() !== key) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [key, enabled]);
}
