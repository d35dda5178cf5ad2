import express, { Router, type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { createDeepLinkRoutes } from './deepLinking/deepLink.routes.ts';
import { createLaunchRoutes } from './launch.routes.ts';
import type { Lms } from './lms.ts';
import { createAuthRoutes } from './oidc/auth.routes.ts';
import { createTokenRoutes } from './oidc/token.routes.ts';
import { createActivityRoutes } from './pages/activity.routes.ts';
import { createCallRoutes } from './pages/calls.routes.ts';
import { readContext } from './pages/context.ts';
import { createCourseRoutes } from './pages/course.routes.ts';
import { createGradebookRoutes } from './pages/gradebook.routes.ts';
import { createHomeRoutes } from './pages/home.routes.ts';
import { html } from './pages/html.ts';
import { page } from './pages/layout.ts';
import { createPeopleRoutes } from './pages/people.routes.ts';
import { createSettingsRoutes } from './pages/settings.routes.ts';
import { createToolRoutes } from './pages/tools.routes.ts';
import { createRegistrationRoutes } from './registration/registration.routes.ts';
import { createServiceRoutes } from './services/services.routes.ts';
import { LmsError } from './state/errors.ts';

export interface AppOptions {
  /** The tool at hand: its addresses are filled into the admin's forms. */
  toolUrl: string | null;
}

/** All routes of the LMS' main origin: first what tools call, then what people see. */
export function createApp(lms: Lms, { toolUrl }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(createTokenRoutes(lms));
  app.use(createServiceRoutes(lms));
  app.use(createRegistrationRoutes(lms));
  app.use(createAuthRoutes(lms));
  app.use(createDeepLinkRoutes(lms));
  app.use(createLaunchRoutes(lms));
  app.use(createPageRoutes(lms, toolUrl));
  app.use((_req, _res, next) => next(new LmsError(404, 'There is no such page.')));
  app.use(createErrorHandler(lms));
  return app;
}

function createPageRoutes(lms: Lms, toolUrl: string | null): Router {
  const router = Router();
  router.use(refuseOtherSites, express.urlencoded({ extended: true, limit: '200kb' }));
  router.use(createHomeRoutes(lms), createSettingsRoutes(lms), createCallRoutes(lms));
  router.use(createToolRoutes(lms, toolUrl));
  router.use(createCourseRoutes(lms), createActivityRoutes(lms));
  router.use(createGradebookRoutes(lms), createPeopleRoutes(lms));
  return router;
}

/** A form of another site, a framed tool's too, changes nothing here. */
const refuseOtherSites: RequestHandler = (req, _res, next) => {
  const site = req.headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  next(
    req.method !== 'GET' && isForeign ? new LmsError(403, 'This form came from another site.') : undefined,
  );
};

function createErrorHandler(lms: Lms): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    const message = error instanceof Error ? error.message : 'Something went wrong.';
    const body = html`<h1>This did not work</h1>
      <p class="note bad" role="alert">${message}</p>
      <p><a href="/courses" target="_top">Go to the courses</a></p>`;
    res.status(status).send(page(readContext(lms, req), { title: 'This did not work', body }));
  };
}

/** The status that an error carries (ours, and those of the body parsers), else 500. */
function statusOf(error: unknown): number {
  const status: unknown = error instanceof Error && 'status' in error ? error.status : 500;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
