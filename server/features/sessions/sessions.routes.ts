import { DONE } from '../../../contract/common.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { publicRoute, route, type RouteDeps } from '../../http/route.ts';
import { cookiesOf } from '../../lti/cookies.ts';
import { giveResumeCookie, resumeCookieName, takeResumeCookie } from './resumeCookie.service.ts';
import { endSession, makeWindowCode, redeemCode, resumeSession } from './sessions.service.ts';
import type { LookUpDeps } from './tokenLookUp.ts';

/** Routes that need no session: resume by cookie, redeem by code. Mount it before the session middleware. */
export function mountSessionGrants(
  routes: Pick<RouteDeps, 'router' | 'checkReplies'>,
  deps: LookUpDeps,
): void {
  publicRoute(routes, sessionEndpoints.resume, ({ body, req }) => {
    // a form on another site can send the cookie, but not a header
    if (req.get('x-waymark') !== '1')
      throw new AppError('RESUME_REFUSED', 'Open the link in your course to go on.');
    return resumeSession(deps, body.key, cookiesOf(req).get(resumeCookieName(body.key)));
  });
  publicRoute(routes, sessionEndpoints.redeem, async ({ body, req, res }) => {
    const { granted, resume } = await redeemCode(deps, body.code, body.replaces);
    if (resume !== null) res.setHeader('Set-Cookie', giveResumeCookie(granted.key, resume, cookiesOf(req)));
    return granted;
  });
}

/** Routes about the live session itself. */
export function mountSessions(routes: RouteDeps, deps: Pick<Deps, 'clock' | 'sealer'>): void {
  route(routes, sessionEndpoints.windowCode, async ({ session }) => ({
    code: await makeWindowCode(deps, session),
  }));
  route(routes, sessionEndpoints.signOff, async ({ session, res }) => {
    const keys = await endSession(deps, session);
    res.setHeader('Set-Cookie', keys.map(takeResumeCookie));
    return DONE;
  });
}
