import { openTextStore } from '../../../storage/webStorage.ts';
import type { TextStore } from '../../../storage/webStorage.ts';

const KEY = 'wm:removing:';
let store: TextStore | undefined;
function texts(): TextStore {
  store ??= openTextStore('sessionStorage');
  return store;
}

/**
 * Ids of what was being removed when this window's previous page was left. Its requests may reach the server after the next page
 * has read the list, or never; an upload that has no id yet is noted by its `clientId`.
 */
export interface LeftRemovals {
  read(): readonly string[];
  write(ids: readonly string[]): void;
}

export function createLeftRemovals(attemptId: string): LeftRemovals {
  const key = KEY + attemptId;
  return {
    read: () => (texts().get(key) ?? '').split(' ').filter(Boolean),
    write: (ids) => {
      if (ids.length > 0) texts().set(key, ids.join(' '));
      else texts().remove(key);
    },
  };
}
