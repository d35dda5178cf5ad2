import { openTextStore } from './webStorage.ts';
import type { TextStore } from './webStorage.ts';

/**
 * Everything that a window remembers about somebody's work while one moves between pages or loads one anew. Signing off forgets all of
 * it: the next person at a shared computer gets the same window.
 */
export const REMEMBERED = {
  /** The modules of an enrolment that were approved when its map was last shown. */
  approved: 'wm:approved:',
  /** The pieces of a review that were opened. */
  opened: 'wm:opened:',
  /** The files of an attempt that are being removed. */
  removing: 'wm:removing:',
  /** The id under which the window works on a draft of a pathway. */
  studio: 'wm:studio:',
  /** The id under which the window works on the draft of an overlay. */
  overlay: 'wm:overlay:',
  /** The newer version of an enrolment's pathway that was looked at, by somebody who stayed on theirs. */
  stayed: 'wm:stayed:',
  /** The ticked items of a checklist. */
  ticked: 'wm:ticked:',
} as const;
type Remembered = keyof typeof REMEMBERED;

let store: TextStore | undefined;
function texts(): TextStore {
  store ??= openTextStore('sessionStorage');
  return store;
}

/** A list of ids that this window remembers. */
export interface WindowIds {
  /** The ids; none before something is written. */
  read(): readonly string[];
  write(ids: Iterable<string>): void;
  /** Whether anything was written yet, be it an empty list. */
  isKnown(): boolean;
}

/** What this window remembers of a kind. @param of  what it is about */
export function windowIds(kind: Remembered, of: string): WindowIds {
  const key = REMEMBERED[kind] + of;
  return {
    read: () => (texts().get(key) ?? '').split(' ').filter(Boolean),
    write: (ids) => texts().set(key, [...ids].join(' ')),
    isKnown: () => texts().get(key) !== null,
  };
}

/** The id under which this window works on a draft; the same one after it was loaded anew. */
export function windowIdOf(kind: 'studio' | 'overlay', draftId: string): string {
  const ids = windowIds(kind, draftId);
  const [known] = ids.read();
  if (known !== undefined) return known;
  const made = crypto.randomUUID();
  ids.write([made]);
  return made;
}

/** Forgets every list. */
export function forgetWindowIds(): void {
  for (const prefix of Object.values(REMEMBERED)) {
    for (const key of texts().keys(prefix)) texts().remove(key);
  }
}
