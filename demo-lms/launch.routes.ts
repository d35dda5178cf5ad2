import { Router, type Request, type Response } from 'express';
import type { Lms, LoginRequest } from './lms.ts';
import { actingPersonId } from './pages/actAs.ts';
import { autoPostPage } from './pages/handover.ts';
import { LmsError } from './state/errors.ts';
import type { Launch } from './state/types.ts';

/** Where a click on an activity leads: the tool's login is asked for, in the frame or window that it came in. */
export function createLaunchRoutes(lms: Lms): Router {
  const router = Router();
  router.get('/courses/:courseId/activities/:linkId/launch', (req, res) => {
    const personId = requirePerson(lms, req);
    const link = lms.links.get(String(req.params.linkId));
    const enrolment = lms.courses.enrolmentOf(link.courseId, personId);
    const person = lms.people.get(personId);
    if (!enrolment && !person.siteAdmin && !person.testUser) {
      throw new LmsError(403, 'You are not in this course.');
    }
    const forPersonId = typeof req.query.for === 'string' ? req.query.for : null;
    const launch = lms.openLaunch({
      personId,
      linkId: link.id,
      documentTarget: readTarget(req.query.target),
      ...(forPersonId ? { forPersonId: lms.people.get(forPersonId).id } : {}),
    });
    sendLogin(res, lms.loginRequest(launch));
  });
  router.get('/courses/:courseId/select/:toolId', (req, res) => {
    const personId = requirePerson(lms, req);
    const courseId = lms.courses.get(String(req.params.courseId)).id;
    const launch = lms.openDeepLink({
      personId,
      courseId,
      toolId: lms.tools.get(String(req.params.toolId)).id,
    });
    sendLogin(res, lms.loginRequest(launch));
  });
  return router;
}

/** Sends the browser to the tool's login: Moodle posts a form, Canvas redirects. */
function sendLogin(res: Response, { url, method, params }: LoginRequest): void {
  res.set('Cache-Control', 'no-store');
  if (method === 'post') {
    res.send(autoPostPage('Opening the tool', url, params));
    return;
  }
  const target = new URL(url);
  for (const [name, value] of Object.entries(params)) target.searchParams.set(name, value);
  res.redirect(302, target.href);
}

function requirePerson(lms: Lms, req: Request): string {
  const personId = actingPersonId(lms, req);
  if (!personId) throw new LmsError(403, 'Choose first whom you act as.');
  return personId;
}

function readTarget(value: unknown): Launch['documentTarget'] {
  return value === 'window' || value === 'frame' ? value : 'iframe';
}
