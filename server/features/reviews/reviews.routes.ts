import { DONE } from '../../../contract/common.ts';
import { DecisionReply, reviewEndpoints } from '../../../contract/reviews.ts';
import type { Deps } from '../../deps.ts';
import { committedRoute, NOTHING, pageRoute, route, type RouteDeps } from '../../http/route.ts';
import { approve } from './decisions.service.ts';
import { getOutlook, outlookParts } from './outlook.service.ts';
import { findNextReview, getReviewQueue, listReviewsOfLaunch } from './queue.service.ts';
import { mountPeers } from './peers.routes.ts';
import { getReviewPage, reviewPageParts } from './reviewPage.service.ts';
import { returnForRevision, undoReturn } from './returning.service.ts';
import { putReviewBack, saveReviewDraft, startReview } from './reviews.service.ts';

export function mountReviews(routes: RouteDeps, deps: Deps): void {
  const { queue, ofPerson, page, outlook, start, putBack, saveDraft } = reviewEndpoints;
  const { approve: approveIt, returnIt, undoReturn: undo } = reviewEndpoints;

  route(routes, queue, ({ session, query }) => getReviewQueue(deps, session, query));
  // before :id, which would take the words for an id
  mountPeers(routes, deps);
  route(routes, ofPerson, async ({ session }) => ({ rows: await listReviewsOfLaunch(deps, session) }));
  pageRoute(routes, page, {
    reads: (who, { id }) => reviewPageParts(who, id),
    reply: ({ session, params, found }) => getReviewPage(deps, session, params.id, found),
  });
  pageRoute(routes, outlook, {
    reads: (who, { id }) => outlookParts(who, id),
    reply: ({ session, params, found }) => getOutlook(deps, session, params.id, found),
  });
  committedRoute(routes, start, {
    work: ({ session, params }) => startReview(deps, session, params.id),
    keeps: NOTHING,
    reply: ({ session, params }) => getReviewPage(deps, session, params.id),
  });
  committedRoute(routes, putBack, {
    work: ({ session, params, body }) => putReviewBack(deps, session, params.id, body.knowsPerson),
    keeps: NOTHING,
    reply: () => Promise.resolve(DONE),
  });
  route(routes, saveDraft, async ({ session, params, body }) => {
    const { revision, savedAt } = await saveReviewDraft(deps, session, params.id, body);
    return { revision, savedAt: savedAt.toISOString() };
  });
  committedRoute(routes, undo, {
    work: ({ session, params }) => undoReturn(deps, session, params.id),
    keeps: NOTHING,
    reply: ({ session, params }) => getReviewPage(deps, session, params.id),
  });
  for (const [endpoint, decide] of [
    [approveIt, approve],
    [returnIt, returnForRevision],
  ] as const) {
    committedRoute(routes, endpoint, {
      work: ({ session, params, body }) => decide(deps, session, params.id, body),
      keeps: DecisionReply.omit({ nextReviewId: true }),
      reply: async ({ session }, decided) => ({
        ...decided,
        nextReviewId: await findNextReview(deps, session),
      }),
    });
  }
}
