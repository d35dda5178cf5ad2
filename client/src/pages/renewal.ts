import { openTextStore } from '../storage/webStorage.ts';

const KEY = 'wm:renewed-at';
/** So soon after a page was loaded anew it is not again by itself: then something else is wrong. */
const ONCE_IN_MS = 60_000;

/**
 * Loads the client anew where a newer version has replaced the files of this one. Only where the session survives that (it lies in
 * real storage), and not twice in a row.
 *
 * @returns false where a person has to decide
 */
export function renewPage(reload: () => void, now: number): boolean {
  const store = openTextStore('sessionStorage');
  const before = Number(store.get(KEY) ?? 0);
  if (!store.real || now - before < ONCE_IN_MS) return false;
  store.set(KEY, String(now));
  reload();
  return true;
}
