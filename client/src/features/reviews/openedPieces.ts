import { openTextStore } from '../../storage/webStorage.ts';
import type { TextStore } from '../../storage/webStorage.ts';

const KEY = 'wm:opened:';
let store: TextStore | undefined;
function texts(): TextStore {
  store ??= openTextStore('sessionStorage');
  return store;
}

/** Ids of the pieces of a review that were opened in this window; they are remembered while one moves between pages. */
export function openedPieces(reviewId: string): ReadonlySet<string> {
  return new Set((texts().get(KEY + reviewId) ?? '').split(' ').filter(Boolean));
}

export function noteOpened(reviewId: string, opened: ReadonlySet<string>): void {
  texts().set(KEY + reviewId, [...opened].join(' '));
}
