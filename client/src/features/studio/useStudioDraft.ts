import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { studioEndpoints } from '../../../../contract/studio.ts';
import type { StudioDraft } from '../../../../contract/studio.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { useApi, useSession, useSessionState } from '../../api/ApiProvider.tsx';
import { useOnline } from '../../api/useOnline.ts';
import { draftParts } from '../../autosave/parts/draftParts.ts';
import { windowIdOf } from '../../storage/windowIds.ts';
import type { PartsAutosave } from '../../autosave/parts/partsAutosave.ts';
import type { Save } from '../../autosave/saveState.ts';
import { openStore } from '../../autosave/texts/attemptTexts.ts';
import { isToBeSent, saveOf } from '../../autosave/textState.ts';
import { UndoHistory } from './undoHistory.ts';
import { usePresence } from './usePresence.ts';
import type { Studio } from './studioContext.ts';

const histories = new WeakMap<PartsAutosave, UndoHistory>();

interface OpenDraft {
  readonly studio: Studio;
  /** For the bar. */
  readonly save: Save;
  readonly unsentText: () => string;
}

function useAutosave(draft: StudioDraft): { autosave: PartsAutosave; history: UndoHistory } {
  const api = useApi();
  const { institution, person } = useSession();
  const { id } = draft;
  const first = useRef(draft);
  const opened = useMemo(() => {
    const owner = { institution, person };
    const autosave = draftParts(api, owner, id);
    // before the first paint: a draft must not appear empty and then fill
    autosave.load(first.current);
    const known = histories.get(autosave);
    const made =
      known ??
      new UndoHistory({ id: `${id}:${windowIdOf('studio', id)}`, openStore: () => openStore(owner) });
    histories.set(autosave, made);
    return { autosave, history: made };
  }, [api, institution, person, id]);
  useEffect(() => opened.autosave.load(draft), [opened, draft]);
  return opened;
}

function useSave(autosave: PartsAutosave, savedAt: string | null): Save {
  const texts = autosave.texts();
  const online = useOnline();
  const isOver = useSessionState().status === 'over';
  // nothing is tried any more once the session is over, whichever call discovered that
  const states = texts.map((state) =>
    isOver && isToBeSent(state) && state.kind !== 'conflict'
      ? { kind: 'signedOut' as const, copy: state.copy }
      : state,
  );
  return saveOf(states, savedAt === null ? undefined : new Date(savedAt), online);
}

/** A draft that is being edited: its parts with what was typed last, undo and redo, and who else is there. */
export function useStudioDraft(draft: StudioDraft, at: PartKey): OpenDraft {
  const { autosave, history } = useAutosave(draft);
  const state = useSyncExternalStore(autosave.subscribe, autosave.state);
  const { savedAt } = state;
  const { done, undone } = useSyncExternalStore(history.subscribe, history.log);
  const { others, ended } = usePresence(draft.id, at, autosave);
  const save = useSave(autosave, savedAt);
  const api = useApi();
  const isSaved = save.kind === 'saved' || save.kind === 'idle';
  const canUndo = done.length > 0;
  const canRedo = undone.length > 0;
  const studio = useMemo((): Studio => {
    const now = () => autosave.state().parts;
    return {
      draftId: draft.id,
      version: (draft.baseVersion ?? 0) + 1,
      isSaved,
      catchUp: async () => {
        const query = { since: autosave.revision() };
        const later = await api.call(studioEndpoints.changes, { params: { id: draft.id }, query });
        autosave.load(later);
        return later.parts.every(({ mine }) => mine) ? later.revision : null;
      },
      caps: draft.caps,
      parts: state.parts,
      conflicts: state.conflicts,
      refused: state.refused,
      removed: state.removed,
      reordered: state.reordered,
      seen: (key) => autosave.seen(key),
      others,
      ended,
      change: (operation, joins) => {
        const before = now();
        const changes = operation(before);
        history.record({ parts: before, changes, joins: joins ?? null, at: Date.now() });
        autosave.change(changes);
      },
      undo: canUndo ? () => autosave.change(history.undo(now()) ?? new Map()) : null,
      redo: canRedo ? () => autosave.change(history.redo(now()) ?? new Map()) : null,
      resolve: (key, path, keep) => void autosave.resolve(key, path, keep),
    };
  }, [api, autosave, history, draft, isSaved, state, others, ended, canUndo, canRedo]);
  return { studio, save, unsentText: () => autosave.unsentText() };
}
