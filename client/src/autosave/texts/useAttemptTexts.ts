import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { DraftView } from '../../../../contract/attempts.ts';
import { useApi, useSession, useSessionState } from '../../api/ApiProvider.tsx';
import { useOnline } from '../../api/useOnline.ts';
import type { Save } from '../saveState.ts';
import { attemptTexts } from './attemptTexts.ts';
import { emptyPiece } from './textPiece.ts';
import type { TextPiece } from './textPiece.ts';
import type { TextAutosave, TextsState } from './textAutosave.ts';
import { isToBeSent, saveOf } from '../textState.ts';
import type { TextState } from '../textState.ts';

/** The autosave of an attempt's texts, loaded with what the server holds. */
export function useAttemptTexts(attemptId: string, views: readonly DraftView[]): TextAutosave {
  const api = useApi();
  const { institution, person } = useSession();
  const first = useRef(views);
  const autosave = useMemo(() => {
    const made = attemptTexts(api, { institution, person }, attemptId);
    // before the first paint: a text must not appear empty and then fill
    made.load(first.current);
    return made;
  }, [api, institution, person, attemptId]);
  useEffect(() => autosave.load(views), [autosave, views]);
  return autosave;
}

export function useTextsState(autosave: TextAutosave): TextsState {
  return useSyncExternalStore(autosave.subscribe, autosave.state);
}

export function useTextPiece(autosave: TextAutosave, pieceKey: string): TextPiece {
  const state = useTextsState(autosave);
  return useMemo(() => state.pieces.get(pieceKey) ?? emptyPiece(pieceKey), [state, pieceKey]);
}

function newest(pieces: Iterable<TextPiece>): Date | undefined {
  const times = [...pieces].flatMap(({ savedAt }) => (savedAt === null ? [] : [savedAt])).sort();
  const last = times.at(-1);
  return last === undefined ? undefined : new Date(last);
}

/** The save state of the typed text, for the bar. */
export function useSaveOf(autosave: TextAutosave): Save {
  const { pieces } = useTextsState(autosave);
  const online = useOnline();
  const over = useSessionState().status === 'over';
  return useMemo(() => {
    const states = [...pieces.values()].map(({ state }) => (over ? signedOut(state) : state));
    return saveOf(states, newest(pieces.values()), online);
  }, [pieces, online, over]);
}

/** Nothing is tried any more once the session is over, whichever call discovered that. */
function signedOut(state: TextState): TextState {
  return isToBeSent(state) && state.kind !== 'conflict' ? { kind: 'signedOut', copy: state.copy } : state;
}
