import { useMemo, useRef, useState } from 'react';
import { studioEndpoints } from '../../../../../contract/studio.ts';
import type { StudioDraft } from '../../../../../contract/studio.ts';
import { isSame } from '../../../../../contract/studioMerge.ts';
import { useApi, useSession } from '../../../api/ApiProvider.tsx';
import { hasCode } from '../../../api/errors.ts';
import { useLoad } from '../../../api/queries.ts';
import { draftParts } from '../../../autosave/parts/draftParts.ts';
import { isDenied } from '../../../components/states/Loaded.tsx';
import type { Parts } from '../changes.ts';

const LOOK_AGAIN_MS = 10_000;

interface PreviewedDraft {
  /** The draft as it was when the preview began, or was last asked for the newest; with what this window has not saved yet. */
  readonly parts: Parts;
  /** Shows what was changed since; null if nothing was. */
  readonly showNewest: (() => void) | null;
  /** Why the draft cannot be read any more: it was put away, or the right to it is lost. */
  readonly ended: Error | null;
  readonly retry: () => unknown;
}

/** A draft that is looked at: it stays as it is while others write, and nothing is saved and nobody is told. */
export function usePreviewedDraft(draft: StudioDraft): PreviewedDraft {
  const api = useApi();
  const { institution, person } = useSession();
  const { id } = draft;
  const first = useRef(draft);
  const autosave = useMemo(() => {
    const opened = draftParts(api, { institution, person }, id);
    opened.load(first.current);
    return opened;
  }, [api, institution, person, id]);
  const [shown, setShown] = useState(() => ({
    parts: autosave.state().parts,
    revision: Math.max(draft.revision, autosave.revision()),
  }));
  const later = useLoad(
    studioEndpoints.changes,
    { params: { id }, query: { since: shown.revision } },
    { staleTime: 0, lookAgain: () => LOOK_AGAIN_MS },
  );
  const { data, error } = later;
  const isOlder = data?.parts.some(({ key, value }) => !isSame(value, shown.parts.get(key) ?? null)) ?? false;
  const showNewest = () => {
    if (!data) return;
    autosave.load(data);
    setShown({ parts: autosave.state().parts, revision: data.revision });
  };
  return {
    parts: shown.parts,
    showNewest: isOlder ? showNewest : null,
    ended: isDenied(error) || hasCode(error, 'NOT_FOUND') ? error : null,
    retry: later.refetch,
  };
}
