import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import { openTextStore } from '../../storage/webStorage.ts';
import type { TextStore } from '../../storage/webStorage.ts';

export const TEXT_SIZES = ['normal', 'large', 'larger'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

const THEME_KEY = 'wm:theme';
const TEXT_KEY = 'wm:text';

let store: TextStore | undefined;
/** Opened on first use: a blocked frame gets memory instead. */
function texts(): TextStore {
  store ??= openTextStore('localStorage');
  return store;
}

function toScheme(value: string | null): MantineColorScheme | null {
  return value === 'light' || value === 'dark' || value === 'auto' ? value : null;
}

/** Stores the chosen theme through our storage, which never throws; Mantine's own would in a blocked frame. */
export function themeManager(): MantineColorSchemeManager {
  return {
    get: (otherwise) => toScheme(texts().get(THEME_KEY)) ?? otherwise,
    set: (scheme) => texts().set(THEME_KEY, scheme),
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => texts().remove(THEME_KEY),
  };
}

export function textSize(): TextSize {
  const kept = texts().get(TEXT_KEY);
  return TEXT_SIZES.find((size) => size === kept) ?? 'normal';
}

/** Sets the size of all text; every length is in rem, so the page scales with it. */
export function applyTextSize(size: TextSize): void {
  texts().set(TEXT_KEY, size);
  document.documentElement.dataset['text'] = size;
}
