import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { mergeEdits } from '../../../../contract/overlayEdits.ts';
import type { OverlayDraft, OverlayEdits } from '../../../../contract/overlays.ts';
import { useApi, useSession, useSessionState } from '../../api/ApiProvider.tsx';
import { useOnline } from '../../api/useOnline.ts';
import type { OverlayAutosave, OverlayState } from '../../autosave/overlays/overlayAutosave.ts';
import { overlayDraft } from '../../autosave/overlays/overlayDrafts.ts';
import { saveOf } from '../../autosave/textState.ts';
import { isToBeSent } from '../../autosave/textState.ts';
import type { Save } from '../../autosave/saveState.ts';
import type { Change } from './overlayModel.ts';

/** What was done last and can be undone. */
export interface Undoable {
  readonly words: string;
  readonly before: OverlayEdits;
  readonly after: OverlayEdits;
}

interface EditedOverlay {
  readonly state: OverlayState;
  readonly autosave: OverlayAutosave;
  /** For the bar. */
  readonly save: Save;
  readonly change: (change: Change, done?: string) => void;
  readonly done: Undoable | null;
  readonly undo: () => void;
}

function useSave(autosave: OverlayAutosave, savedAt: string | null): Save {
  const online = useOnline();
  const isOver = useSessionState().status === 'over';
  const states = autosave
    .texts()
    .map((state) =>
      isOver && isToBeSent(state) && state.kind !== 'conflict'
        ? { kind: 'signedOut' as const, copy: state.copy }
        : state,
    );
  return saveOf(states, savedAt === null ? undefined : new Date(savedAt), online);
}

/** The draft of an overlay that is being edited, with what was typed last. */
export function useOverlayDraft(draft: OverlayDraft): EditedOverlay {
  const api = useApi();
  const { institution, person } = useSession();
  const first = useRef(draft);
  const { id } = draft;
  const autosave = useMemo(() => {
    const opened = overlayDraft(api, { institution, person }, id);
    // before the first paint: a draft must not appear empty and then fill
    opened.load(first.current);
    return opened;
  }, [api, institution, person, id]);
  useEffect(() => autosave.load(draft), [autosave, draft]);
  const state = useSyncExternalStore(autosave.subscribe, autosave.state);
  const [done, setDone] = useState<Undoable | null>(null);
  const change = (make: Change, words?: string) => {
    const before = autosave.state().edits;
    if (!before) return;
    const after = make(before);
    autosave.write(after);
    if (words !== undefined) setDone({ words, before, after });
  };
  const undo = () => {
    const now = autosave.state().edits;
    // what was written since then stays
    if (done && now) autosave.write(mergeEdits(done.after, now, done.before).value);
    setDone(null);
  };
  return { state, autosave, save: useSave(autosave, state.savedAt), change, done, undo };
}
