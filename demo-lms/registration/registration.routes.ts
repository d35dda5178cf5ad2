import { Router, text, type Request } from 'express';
import type { Answer } from '../modes/answer.ts';
import type { Lms } from '../lms.ts';
import { readJson } from '../services/access.ts';
import { logCall, send } from '../services/service.ts';
import { openidConfiguration } from './configuration.ts';
import { readRegistration, register } from './registration.ts';

/** Key set, openid-configuration and registration endpoint, under the paths of every mode. */
export function createRegistrationRoutes(lms: Lms): Router {
  const router = Router();
  router.get(['/lti/jwks', '/mod/lti/certs.php'], (_req, res) => {
    res.json(lms.keys.publicSet());
  });
  const places = ['/.well-known/openid-configuration', '/mod/lti/openid-configuration.php'];
  router.get(places, (req, res) => {
    logCall(lms, 'registration', req, res);
    send(res, answerConfiguration(lms, req));
  });
  const paths = ['/lti/register', '/mod/lti/openid-registration.php'];
  router.post(paths, text({ type: () => true, limit: '1mb' }), (req, res) => {
    logCall(lms, 'registration', req, res);
    send(res, register(lms, bearerOf(req.headers.authorization), readJson(req)));
  });
  router.get(paths, (req, res) => {
    logCall(lms, 'registration', req, res);
    send(res, readRegistration(lms, bearerOf(req.headers.authorization)));
  });
  return router;
}

function answerConfiguration(lms: Lms, req: Request): Answer {
  const { mode, paths } = lms.rules();
  // Each mode has its own place only: Moodle none under /.well-known.
  if (req.path !== paths.openidConfiguration) {
    return {
      status: 404,
      contentType: 'text/html; charset=utf-8',
      body: '<!doctype html><title>Error</title>',
    };
  }
  const bearer = bearerOf(req.headers.authorization);
  // Canvas asks for the registration token here too.
  if (mode === 'canvas' && (!bearer || !lms.launches.findRegistration(bearer))) {
    return { status: 401, body: { errorMessage: 'Invalid registration token' } };
  }
  return { status: 200, body: openidConfiguration(lms) };
}

function bearerOf(header: string | undefined): string | null {
  return /^Bearer (\S+)$/i.exec(header ?? '')?.[1] ?? null;
}
