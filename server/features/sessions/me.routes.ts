import { DONE } from '../../../contract/common.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import type { Deps } from '../../deps.ts';
import { committedRoute, NOTHING, pageRoute, route, type RouteDeps } from '../../http/route.ts';
import { recordConsent, changeWeeklyMinutes } from '../launches/people.service.ts';
import { sessionInfoParts, toSessionInfo } from './sessionInfo.service.ts';

/** Who is calling, and what they say about themselves: the welcome page and the weekly limit. */
export function mountMe(routes: RouteDeps, deps: Pick<Deps, 'clock' | 'log'>): void {
  pageRoute(routes, sessionEndpoints.get, {
    reads: sessionInfoParts,
    reply: ({ session, found }) => toSessionInfo(deps, session, found),
  });
  committedRoute(routes, sessionEndpoints.agree, {
    work: ({ session, body }) => recordConsent(deps, session, body),
    keeps: NOTHING,
    reply: () => Promise.resolve(DONE),
  });
  route(routes, sessionEndpoints.changeLimit, async ({ session, body }) => {
    await changeWeeklyMinutes(session, body.weeklyMinutes);
    return DONE;
  });
}
