import { useEffect, useRef, useState } from 'react';
import { studioEndpoints } from '../../../../contract/studio.ts';
import type { Present } from '../../../../contract/studio.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import type { Api } from '../../api/ApiProvider.tsx';
import type { PartsAutosave } from '../../autosave/parts/partsAutosave.ts';
import { windowIdOf } from '../../storage/windowIds.ts';

/** Well below the time after which somebody no longer counts as here. */
const EVERY_MS = 8000;

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

/** Who else has the draft open; meanwhile what they save is taken over. Nothing is asked while the page is hidden. */
export function usePresence(draftId: string, part: PartKey, autosave: PartsAutosave): readonly Present[] {
  const api = useApi();
  const [others, setOthers] = useState<readonly Present[]>([]);
  const at = useRef(part);
  useEffect(() => {
    at.current = part;
  }, [part]);
  useEffect(() => {
    let isOver = false;
    const look = () => {
      if (document.visibilityState === 'hidden' || api.session.state().status === 'over') return;
      lookAround(api, draftId, at.current, autosave).then(
        (found) => {
          if (!isOver) setOthers(found);
        },
        // saving says what is wrong; nobody is shown as here who may have left
        () => {
          if (!isOver) setOthers([]);
        },
      );
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      isOver = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [api, draftId, autosave]);
  return others;
}
