import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorCode } from '../../../../contract/errors.ts';
import { studioEndpoints } from '../../../../contract/studio.ts';
import type { Present } from '../../../../contract/studio.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import type { Api } from '../../api/ApiProvider.tsx';
import { ApiError, hasCode } from '../../api/errors.ts';
import type { PartsAutosave } from '../../autosave/parts/partsAutosave.ts';
import { useWhileShown } from '../../components/present/useWhileShown.ts';
import { windowIdOf } from '../../storage/windowIds.ts';

/** Tells the server where this window is, and takes over what others saved since. @throws {ApiError | OfflineError} */
async function lookAround(api: Api, draftId: string, part: PartKey, autosave: PartsAutosave) {
  const params = { id: draftId };
  const body = { windowId: windowIdOf('studio', draftId), part };
  const { revision, others } = await api.call(studioEndpoints.presence, { params, body });
  if (revision > autosave.revision()) {
    const query = { since: autosave.revision() };
    autosave.load(await api.call(studioEndpoints.changes, { params, query }));
  }
  return others;
}

interface Presence {
  readonly others: readonly Present[];
  /** Why nothing will be saved any more, also before anything is written: the draft or the role is gone. */
  readonly ended: ErrorCode | null;
}

const NOBODY: Presence = { others: [], ended: null };

/** What a failed look says. That nobody answers is said where something is saved; nobody is shown as here who may have left. */
function toPresence(error: unknown): Presence {
  const isOver = hasCode(error, 'NOT_FOUND') || hasCode(error, 'FORBIDDEN');
  return isOver && error instanceof ApiError ? { others: [], ended: error.code } : NOBODY;
}

/** Who else has the draft open; meanwhile what they save is taken over. Nothing is asked while the page is hidden. */
export function usePresence(draftId: string, part: PartKey, autosave: PartsAutosave): Presence {
  const api = useApi();
  const [presence, setPresence] = useState(NOBODY);
  const at = useRef(part);
  useEffect(() => {
    at.current = part;
  }, [part]);
  const look = useCallback(
    (isOver: () => boolean) => {
      lookAround(api, draftId, at.current, autosave).then(
        (others) => {
          if (!isOver()) setPresence({ others, ended: null });
        },
        (error: unknown) => {
          if (!isOver()) setPresence(toPresence(error));
        },
      );
    },
    [api, draftId, autosave],
  );
  useWhileShown(look);
  return presence;
}
