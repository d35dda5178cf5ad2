import type { ErrorCode } from '../../../contract/errors.ts';
import type { Save } from './saveState.ts';

/** Where the newest words of a text are, apart from this page: the server's draft, its history, this device, or nowhere. */
export type Copy = 'server' | 'history' | 'device' | 'none';

/** How far the newest words of one text have got. */
export type Phase<Theirs = unknown> =
  | { readonly kind: 'saved' }
  /** Typed; to be sent soon, or being sent. */
  | { readonly kind: 'unsent' }
  /** Failed for a passing reason; retried since then. */
  | { readonly kind: 'failing'; readonly since: Date }
  /** The session is over: nothing is tried until there is a new one. */
  | { readonly kind: 'signedOut' }
  /** Another window saved first; what the server has waits for a choice. */
  | { readonly kind: 'conflict'; readonly theirs: Theirs }
  /** The server does not accept these words; the next ones may be accepted. */
  | { readonly kind: 'refused'; readonly code: ErrorCode };

export type TextState<Theirs = unknown> = Phase<Theirs> & { readonly copy: Copy };

/** Whether the server has these words, in the draft or in the history. */
export function isOnServer({ copy }: Pick<TextState, 'copy'>): boolean {
  return copy === 'server' || copy === 'history';
}

/** Whether sending these words, now, could change anything. */
export function isToBeSent(state: TextState): boolean {
  switch (state.kind) {
    case 'saved':
    case 'refused':
      return false;
    case 'unsent':
    case 'failing':
    case 'signedOut':
      return true;
    case 'conflict':
      // the draft waits for a choice, but the history accepts them
      return !isOnServer(state);
  }
}

/** What ends: this page, while the device keeps its data; or everything that this device keeps of a person, by signing off. */
export type Ending = 'page' | 'device';

/** Whether to ask before ending: not for words that the server has, nor for refused ones that the device keeps. */
function mustConfirmEnding(state: TextState, ending: Ending): boolean {
  switch (state.kind) {
    case 'saved':
      return false;
    case 'refused':
      return ending === 'page' ? state.copy === 'none' : !isOnServer(state);
    case 'unsent':
    case 'failing':
    case 'signedOut':
    case 'conflict':
      return !isOnServer(state);
  }
}

/** Whether the server has every text, and none waits for a choice: required for handing in. */
export function isAllOnServer(states: Iterable<TextState>): boolean {
  return [...states].every((state) => state.kind !== 'conflict' && isOnServer(state));
}

/** How many texts and choices would be lost. */
export function countUnsafe(states: Iterable<TextState>, ending: Ending): number {
  return [...states].filter((state) => mustConfirmEnding(state, ending)).length;
}

/** Is everything safe? The bar, the question before leaving and the one before signing off all depend on this. */
export function isEverythingSafe(states: Iterable<TextState>, ending: Ending = 'page'): boolean {
  return countUnsafe(states, ending) === 0;
}

/** Most serious first: the most serious one determines the wording. What the history has is no longer a problem. */
const GRAVITY = ['refused', 'conflict', 'signedOut', 'failing', 'unsent', 'history', 'saved'] as const;

function severityOf({ kind, copy }: TextState): number {
  return GRAVITY.indexOf(copy === 'history' ? 'history' : kind);
}

/** The bar's wording for all texts together: that of the most serious one. @param savedAt  when the server last accepted one */
export function saveOf(states: readonly TextState[], savedAt: Date | undefined, online: boolean): Save {
  const [state] = [...states].sort((a, b) => severityOf(a) - severityOf(b));
  if (!state) return { kind: 'idle' };
  const kept = states.every(({ copy }) => copy !== 'none');
  if (state.copy === 'history') return { kind: 'history' };
  switch (state.kind) {
    case 'saved':
      return savedAt === undefined ? { kind: 'idle' } : { kind: 'saved', at: savedAt };
    case 'refused':
      return { kind: 'refused', kept };
    case 'conflict':
      return online ? { kind: 'refused', kept } : { kind: 'offline', kept };
    case 'signedOut':
      // if the text is kept, the notice of the ended session says so
      return kept ? { kind: 'idle' } : { kind: 'offline', kept };
    case 'failing':
      return online ? { kind: 'failing', since: state.since, kept } : { kind: 'offline', kept };
    case 'unsent':
      return online ? { kind: 'saving' } : { kind: 'offline', kept };
  }
}
