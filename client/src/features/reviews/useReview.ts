import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { reviewEndpoints } from '../../../../contract/reviews.ts';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { useApi, useSession } from '../../api/ApiProvider.tsx';
import { useOnline } from '../../components/chip/OfflineChip.tsx';
import type { Save } from '../../components/save/saveState.ts';
import { useUnsent } from '../../frame/FrameProvider.tsx';
import { openDeviceStore } from '../../storage/deviceStore.ts';
import { ReviewKeeper } from './reviewKeeper.ts';
import type { ReviewKeeperState } from './reviewKeeper.ts';

/** The keeper of this review's draft, fed with what the server holds; one for as long as the page stands. */
export function useReviewKeeper(page: ReviewPage): ReviewKeeper {
  const { call } = useApi();
  const { institution, person } = useSession();
  const first = useRef(page);
  const { id } = page;
  const keeper = useMemo(() => {
    const params = { id };
    return new ReviewKeeper(
      {
        reviewId: id,
        start: () => call(reviewEndpoints.start, { params, body: {} }),
        save: ({ judgements, summary, baseRevision }) =>
          call(reviewEndpoints.saveDraft, {
            params,
            body: { judgements: [...judgements], summary, baseRevision },
          }),
        openStore: () => openDeviceStore({ institutionId: institution.id, personId: person.id }),
      },
      first.current,
    );
  }, [call, id, institution.id, person.id]);
  useEffect(() => keeper.attend(), [keeper]);
  useEffect(() => keeper.load(page), [keeper, page]);
  return keeper;
}

export function useReviewState(keeper: ReviewKeeper): ReviewKeeperState {
  return useSyncExternalStore(keeper.subscribe, keeper.state);
}

/** The save state of a review for the bar; leaving with unsent words asks first. */
export function useReviewSave(keeper: ReviewKeeper): Save {
  const { dirty, sending, failingSince, savedAt, lost } = useReviewState(keeper);
  const online = useOnline();
  useUnsent(dirty && lost === null);
  return useMemo((): Save => {
    if (lost) return { kind: 'idle' };
    if (dirty && !online) return { kind: 'offline', kept: keeper.kept() };
    if (failingSince) return { kind: 'failing', since: failingSince, kept: keeper.kept() };
    if (dirty || sending) return { kind: 'saving' };
    return savedAt === null ? { kind: 'idle' } : { kind: 'saved', at: new Date(savedAt) };
  }, [dirty, sending, failingSince, savedAt, lost, online, keeper]);
}
