/**
 * The state of typed text. `kept` says whether a copy is on this device: true only if the frame has real storage, so that the
 * words are true.
 */
export type Save =
  | { readonly kind: 'idle' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved'; readonly at?: Date }
  | { readonly kind: 'offline'; readonly kept: boolean }
  /** The server did not accept it; retried since `since`. */
  | { readonly kind: 'failing'; readonly since: Date; readonly kept: boolean }
  /** The server has the newest words in the history: another window saved first, or the piece accepts no more. */
  | { readonly kind: 'history' }
  /** Not saved, and not retried as it is: the server refused it, or a choice between two texts has to be made first. */
  | { readonly kind: 'refused'; readonly kept: boolean };

/** After this long without success the wording changes to "Copy your text to be safe". */
const STUCK_AFTER_MS = 60_000;

/** The wording of the bar. */
export type SaveWord =
  'saving' | 'saved' | 'history' | 'notSaved' | 'offlineKept' | 'offlineLost' | 'trying' | 'stuck';

export function saveWord(save: Save, now: Date): SaveWord | null {
  switch (save.kind) {
    case 'idle':
      return null;
    case 'saving':
      return 'saving';
    case 'saved':
      return 'saved';
    case 'offline':
      return save.kept ? 'offlineKept' : 'offlineLost';
    case 'history':
      return 'history';
    case 'refused':
      return save.kept ? 'notSaved' : 'offlineLost';
    case 'failing':
      return now.getTime() - save.since.getTime() >= STUCK_AFTER_MS ? 'stuck' : 'trying';
  }
}

export type SaveMessage = 'notSaved' | 'offlineKept' | 'offlineLost' | 'trouble' | 'savedAgain';

/** What is announced when the wording changes: trouble, and its end. Ordinary saving is not announced. */
export function saveMessage(before: SaveWord | null, after: SaveWord | null): SaveMessage | null {
  const trouble = (word: SaveWord | null) => word !== null && !['saving', 'saved', 'history'].includes(word);
  if (after === 'offlineKept' || after === 'offlineLost' || after === 'notSaved')
    return before === after ? null : after;
  if (after === 'trying') return before === 'trying' ? null : 'trouble';
  if (after === 'stuck') return before === 'stuck' ? null : 'offlineLost';
  return after === 'saved' && trouble(before) ? 'savedAgain' : null;
}
