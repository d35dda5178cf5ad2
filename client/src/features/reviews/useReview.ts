import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { reviewEndpoints } from '../../../../contract/reviews.ts';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { useApi, useSession } from '../../api/ApiProvider.tsx';
import type { Api } from '../../api/ApiProvider.tsx';
import { useOnline } from '../../api/useOnline.ts';
import type { Save } from '../../autosave/saveState.ts';
import { Registry } from '../../autosave/registry.ts';
import { saveOf } from '../../autosave/textState.ts';
import { openDeviceStore } from '../../storage/deviceStore.ts';
import type { StoreOwner } from '../../storage/kept.ts';
import { finalRefusalOf, ReviewAutosave } from './reviewAutosave.ts';
import type { ReviewAutosaveState } from './reviewAutosave.ts';

const registry = new Registry<ReviewAutosave>();

function createAutosave({ call }: Pick<Api, 'call'>, owner: StoreOwner, page: ReviewPage): ReviewAutosave {
  const params = { id: page.id };
  return new ReviewAutosave(
    {
      reviewId: page.id,
      start: () => call(reviewEndpoints.start, { params, body: {} }),
      save: ({ judgements, summary, baseRevision }) =>
        call(reviewEndpoints.saveDraft, {
          params,
          body: { judgements: [...judgements], summary, baseRevision },
        }),
      openStore: () => openDeviceStore(owner),
    },
    page,
  );
}

/**
 * The autosave of this review's draft, loaded with what the server holds. It outlives the page for as long as the server lacks a
 * word of it.
 */
export function useReviewAutosave(page: ReviewPage): ReviewAutosave {
  const api = useApi();
  const { institution, person } = useSession();
  const first = useRef(page);
  const { id } = page;
  const autosave = useMemo(() => {
    const owner = { institutionId: institution.id, personId: person.id };
    return registry.open(api, id, () => createAutosave(api, owner, first.current));
  }, [api, id, institution.id, person.id]);
  useEffect(() => () => void autosave.flush(), [autosave]);
  useEffect(() => autosave.load(page), [autosave, page]);
  return autosave;
}

export function useReviewState(autosave: ReviewAutosave): ReviewAutosaveState {
  return useSyncExternalStore(autosave.subscribe, autosave.state);
}

/** The save state of a review for the bar; a review that is lost has a notice of its own. */
export function useReviewSave(autosave: ReviewAutosave): Save {
  const state = useReviewState(autosave);
  const online = useOnline();
  return useMemo((): Save => {
    if (finalRefusalOf(state)) return { kind: 'idle' };
    const savedAt = state.savedAt === null ? undefined : new Date(state.savedAt);
    return saveOf(autosave.texts(), savedAt, online);
  }, [state, online, autosave]);
}
