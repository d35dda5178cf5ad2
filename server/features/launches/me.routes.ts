import { DONE } from '../../../contract/common.ts';
import { sessionEndpoints } from '../../../contract/session.ts';
import type { Deps } from '../../deps.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import { agree, changeWeeklyMinutes } from './people.service.ts';

/** What a person says of themselves: the welcome page and the weekly limit. */
export function mountMe(routes: RouteDeps, deps: Pick<Deps, 'clock'>): void {
  route(routes, sessionEndpoints.agree, async ({ session, body }) => {
    await agree(deps, session, body.weeklyMinutes);
    return DONE;
  });
  route(routes, sessionEndpoints.changeLimit, async ({ session, body }) => {
    await changeWeeklyMinutes(session, body.weeklyMinutes);
    return DONE;
  });
}
