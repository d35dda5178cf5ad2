import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { reviewEndpoints } from '../../../../contract/reviews.ts';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { useApi, useSession } from '../../api/ApiProvider.tsx';
import type { Api } from '../../api/ApiProvider.tsx';
import { useOnline } from '../../components/chip/OfflineChip.tsx';
import type { Save } from '../../components/save/saveState.ts';
import { autosavesOf } from '../../drafts/autosaves.ts';
import { createKeepers } from '../../drafts/keepers.ts';
import { saveOf } from '../../drafts/textState.ts';
import { openDeviceStore } from '../../storage/deviceStore.ts';
import type { StoreOwner } from '../../storage/kept.ts';
import { lostOf, ReviewKeeper } from './reviewKeeper.ts';
import type { ReviewKeeperState } from './reviewKeeper.ts';

const keepersOf = createKeepers<ReviewKeeper>();

function createKeeper({ call }: Pick<Api, 'call'>, owner: StoreOwner, page: ReviewPage): ReviewKeeper {
  const params = { id: page.id };
  return new ReviewKeeper(
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
 * The keeper of this review's draft, fed with what the server holds. It outlives the page for as long as the server lacks
 * a word of it.
 */
export function useReviewKeeper(page: ReviewPage): ReviewKeeper {
  const api = useApi();
  const { institution, person } = useSession();
  const first = useRef(page);
  const { id } = page;
  const keeper = useMemo(() => {
    const all = keepersOf(api);
    const owner = { institutionId: institution.id, personId: person.id };
    const known = all.get(id);
    if (known) return known;
    const made = createKeeper(api, owner, first.current);
    all.set(id, made);
    autosavesOf(api).add(made);
    return made;
  }, [api, id, institution.id, person.id]);
  useEffect(() => () => void keeper.flush(), [keeper]);
  useEffect(() => keeper.load(page), [keeper, page]);
  return keeper;
}

export function useReviewState(keeper: ReviewKeeper): ReviewKeeperState {
  return useSyncExternalStore(keeper.subscribe, keeper.state);
}

/** The save state of a review for the bar; a review that is lost has a notice of its own. */
export function useReviewSave(keeper: ReviewKeeper): Save {
  const state = useReviewState(keeper);
  const online = useOnline();
  return useMemo((): Save => {
    if (lostOf(state)) return { kind: 'idle' };
    const savedAt = state.savedAt === null ? undefined : new Date(state.savedAt);
    return saveOf(keeper.texts(), savedAt, online);
  }, [state, online, keeper]);
}
