import { DONE } from '../../../contract/common.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import type { Deps } from '../../deps.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import { approve, returnForRevision, type Judged } from './decisions.service.ts';
import { findNextReview, getReviewQueue, listReviewsOfLaunch } from './queue.service.ts';
import { getReviewPage } from './reviewPage.service.ts';
import { putReviewBack, saveReviewDraft, startReview } from './reviews.service.ts';
import type { LiveSession } from '../../http/liveSession.ts';

export function mountReviews(routes: RouteDeps, deps: Deps): void {
  const { queue, ofPerson, page, start, putBack, saveDraft, approve: approveIt, returnIt } = reviewEndpoints;
  const decide = async (how: typeof approve, session: LiveSession, reviewId: string, judged: Judged) => {
    const result = await how(deps, session, reviewId, judged);
    return { ...result, nextReviewId: await findNextReview(session) };
  };

  route(routes, queue, ({ session, query }) => getReviewQueue(deps, session, query));
  // before :id, which would take the word for an id
  route(routes, ofPerson, async ({ session }) => ({ rows: await listReviewsOfLaunch(deps, session) }));
  route(routes, page, ({ session, params }) => getReviewPage(deps, session, params.id));
  route(routes, start, async ({ session, params }) => {
    await startReview(deps, session, params.id);
    return getReviewPage(deps, session, params.id);
  });
  route(routes, putBack, async ({ session, params, body }) => {
    await putReviewBack(deps, session, params.id, body.knowsPerson);
    return DONE;
  });
  route(routes, saveDraft, async ({ session, params, body }) => {
    const { revision, savedAt } = await saveReviewDraft(deps, session, params.id, body);
    return { revision, savedAt: savedAt.toISOString() };
  });
  route(routes, approveIt, ({ session, params, body }) => decide(approve, session, params.id, body));
  route(routes, returnIt, ({ session, params, body }) => decide(returnForRevision, session, params.id, body));
}
