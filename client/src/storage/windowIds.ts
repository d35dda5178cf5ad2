import { openTextStore } from './webStorage.ts';
import type { TextStore } from './webStorage.ts';

let store: TextStore | undefined;
function texts(): TextStore {
  store ??= openTextStore('sessionStorage');
  return store;
}

/** A list of ids that this window remembers while one moves between pages or loads one anew. */
export interface WindowIds {
  read(): readonly string[];
  write(ids: Iterable<string>): void;
}

/** The list under this key; empty until something is written. */
export function windowIds(key: string): WindowIds {
  return {
    read: () => (texts().get(key) ?? '').split(' ').filter(Boolean),
    write: (ids) => {
      const text = [...ids].join(' ');
      if (text === '') texts().remove(key);
      else texts().set(key, text);
    },
  };
}
