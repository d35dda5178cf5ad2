import { DONE } from '../../../contract/common.ts';
import { sessionEndpoints } from '../../../contract/session.ts';
import type { Deps } from '../../deps.ts';
import { committedRoute, NOTHING, route, type RouteDeps } from '../../http/route.ts';
import { agree, changeWeeklyMinutes } from './people.service.ts';

/** What a person says of themselves: the welcome page and the weekly limit. */
export function mountMe(routes: RouteDeps, deps: Pick<Deps, 'clock'>): void {
  committedRoute(routes, sessionEndpoints.agree, {
    work: ({ session, body }) => agree(deps, session, body.weeklyMinutes),
    keeps: NOTHING,
    reply: () => Promise.resolve(DONE),
  });
  route(routes, sessionEndpoints.changeLimit, async ({ session, body }) => {
    await changeWeeklyMinutes(session, body.weeklyMinutes);
    return DONE;
  });
}
