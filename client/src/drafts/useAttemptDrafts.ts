import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { DraftView } from '../../../contract/attempts.ts';
import { useApi, useSession, useSessionState } from '../api/ApiProvider.tsx';
import { useOnline } from '../components/chip/OfflineChip.tsx';
import type { Save } from '../components/save/saveState.ts';
import { attemptDrafts, sendLeftDrafts } from './attemptDrafts.ts';
import { sendLeftChoices } from './useAttemptChoices.ts';
import { emptyPiece } from './draftPiece.ts';
import type { DraftPiece } from './draftPiece.ts';
import type { DraftKeeper, KeeperState } from './keeper.ts';
import { isToBeSent, saveOf } from './textState.ts';
import type { TextState } from './textState.ts';

/** The keeper of an attempt's texts, fed with what the server holds. */
export function useAttemptDrafts(attemptId: string, views: readonly DraftView[]): DraftKeeper {
  const api = useApi();
  const { institution, person } = useSession();
  const first = useRef(views);
  const keeper = useMemo(() => {
    const made = attemptDrafts(api, { institution, person }, attemptId);
    // before the first paint: a text must not show empty and then fill
    made.load(first.current);
    return made;
  }, [api, institution, person, attemptId]);
  useEffect(() => keeper.load(views), [keeper, views]);
  return keeper;
}

export function useKeeperState(keeper: DraftKeeper): KeeperState {
  return useSyncExternalStore(keeper.subscribe, keeper.state);
}

export function useDraftPiece(keeper: DraftKeeper, pieceKey: string): DraftPiece {
  const state = useKeeperState(keeper);
  return useMemo(() => state.pieces.get(pieceKey) ?? emptyPiece(pieceKey), [state, pieceKey]);
}

function newest(pieces: Iterable<DraftPiece>): Date | undefined {
  const times = [...pieces].flatMap(({ savedAt }) => (savedAt === null ? [] : [savedAt])).sort();
  const last = times.at(-1);
  return last === undefined ? undefined : new Date(last);
}

/** Where the typed text stands, for the bar. */
export function useSaveOf(keeper: DraftKeeper): Save {
  const { pieces } = useKeeperState(keeper);
  const online = useOnline();
  const over = useSessionState().status === 'over';
  return useMemo(() => {
    const states = [...pieces.values()].map(({ state }) => (over ? signedOut(state) : state));
    return saveOf(states, newest(pieces.values()), online);
  }, [pieces, online, over]);
}

/** Nothing is tried any more once the session is over, whichever call found that out. */
function signedOut(state: TextState): TextState {
  return isToBeSent(state) && state.kind !== 'conflict' ? { kind: 'signedOut', copy: state.copy } : state;
}

/** Sends what an earlier visit left on this device, once the page stands and whenever the network is back. */
export function useLeftDrafts(): void {
  const api = useApi();
  const { institution, person } = useSession();
  useEffect(() => {
    const send = () => {
      void sendLeftDrafts(api, { institution, person });
      void sendLeftChoices(api, { institution, person });
    };
    send();
    window.addEventListener('online', send);
    return () => window.removeEventListener('online', send);
  }, [api, institution, person]);
}
