import express, { type Express } from 'express';
import type { Lms } from './lms.ts';
import { createAuthRoutes } from './oidc/auth.routes.ts';
import { storageFramePage } from './pages/storageFrame.ts';
import { logCall } from './services/service.ts';

/** The second origin: Canvas' authorization endpoint and the frame that keeps what tools put there. */
export function createFrameApp(lms: Lms): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(createAuthRoutes(lms));
  app.get('/lti/post_message_forwarding', (_req, res) => {
    res.send(storageFramePage());
  });
  // A roster's "next" may lead here: whoever follows it shows in the log whether the token came along.
  app.use((req, res) => {
    logCall(lms, 'foreign-host', req, res);
    res.status(404).json({ error: 'This is another host' });
  });
  return app;
}
