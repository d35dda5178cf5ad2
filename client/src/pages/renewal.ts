import { openTextStore } from '../storage/webStorage.ts';

const KEY = 'wm:renewed-at';
/** This soon after a reload the page is not reloaded automatically again: something else must be wrong. */
const ONCE_IN_MS = 60_000;

/**
 * Reloads the client if a newer version has replaced the files of this one. Only if the session survives that (it is in real
 * storage), and not twice in a row.
 *
 * @returns false if a person has to decide
 */
export function renewPage(reload: () => void, now: number): boolean {
  const store = openTextStore('sessionStorage');
  const before = Number(store.get(KEY) ?? 0);
  if (!store.real || now - before < ONCE_IN_MS) return false;
  store.set(KEY, String(now));
  reload();
  return true;
}
