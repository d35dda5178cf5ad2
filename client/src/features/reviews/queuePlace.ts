import { useSearchParams } from 'react-router';
import type { ReviewedBy } from '../../../../contract/content.ts';
import { useSession } from '../../api/ApiProvider.tsx';

export const SHOWS = ['open', 'overdue', 'mine', 'decided', 'peers'] as const;
export type Show = (typeof SHOWS)[number];

const searchOf = (show: Show) => (show === 'open' ? '' : `?show=${show}`);

/** The current part of the queue: it is in the URL, both of the queue and of the reviews opened from it. */
export function useQueuePlace() {
  const [search, setSearch] = useSearchParams();
  const show = SHOWS.find((one) => one === search.get('show')) ?? 'open';
  return {
    show,
    setShow: (next: Show) => setSearch(next === 'open' ? {} : { show: next }, { replace: true }),
    /** Below `/app/:key`. */
    toQueue: `reviews${searchOf(show)}`,
    toReview: (reviewId: string) => `reviews/${reviewId}${searchOf(show)}`,
  };
}

/** Where a review leads back to, and under which role it is shown. @param judgesAs  of the review; undefined: not known yet */
export function useReviewExit(judgesAs?: ReviewedBy) {
  const { roles } = useSession();
  const { toQueue } = useQueuePlace();
  const isPeer = judgesAs === undefined ? !roles.includes('reviewer') : judgesAs === 'peer';
  return isPeer
    ? ({ path: 'peers', parent: 'peers.title', role: 'participant' } as const)
    : ({ path: toQueue, parent: 'parent', role: 'reviewer' } as const);
}

let lastOpened: string | null = null;

/** Remembers which review was opened last in this window, so that the queue can return to its row. */
export function noteOpenedReview(reviewId: string): void {
  lastOpened = reviewId;
}

/** The review to show in the queue, once. */
export function takeOpenedReview(): string | null {
  const reviewId = lastOpened;
  lastOpened = null;
  return reviewId;
}
