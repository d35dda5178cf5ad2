import express, { type ErrorRequestHandler, type Express } from 'express';
import { createLaunchRoutes, sendFrameError } from './launch.routes.ts';
import type { Lms } from './lms.ts';
import { createAuthRoutes } from './oidc/auth.routes.ts';
import { createTokenRoutes } from './oidc/token.routes.ts';
import { createRegistrationRoutes } from './registration/registration.routes.ts';
import { createServiceRoutes } from './services/services.routes.ts';
import { LmsError } from './state/errors.ts';
import { createDeepLinkRoutes } from './deepLinking/deepLink.routes.ts';

export interface AppOptions {
  toolUrl: string | null;
}

/** All routes of the LMS' main origin. */
export function createApp(lms: Lms, _options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(createTokenRoutes(lms));
  app.use(createServiceRoutes(lms));
  app.use(createRegistrationRoutes(lms));
  app.use(createAuthRoutes(lms));
  app.use(createDeepLinkRoutes(lms));
  app.use(createLaunchRoutes(lms));
  app.use(handleError);
  return app;
}

const handleError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  if (error instanceof LmsError) sendFrameError(res, error.status, error.message);
  else sendFrameError(res, 500, error instanceof Error ? error.message : 'Something went wrong.');
};
