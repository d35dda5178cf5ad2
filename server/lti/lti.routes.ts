import { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import type { Deps } from '../deps.ts';
import { prepareError } from '../http/errorHandler.ts';
import { contextOf } from '../http/requestContext.ts';
import { readForms } from './forms.ts';
import type { ToolKeys } from './keys.ts';
import { answerLaunch, type LaunchDeps } from './launch.ts';
import { LaunchRefused } from './launchRefused.ts';
import { answerLogin } from './login.ts';
import { isAway, sendAwayPage } from './pages/awayPage.ts';
import { sendLandingPage } from './pages/launchPages.ts';
import { sendRefusalPage } from './pages/refusalPage.ts';
import { toRefusal } from './toRefusal.ts';
import type { RefusalLog } from './refusals.ts';
import { CONFIGURED_LMS, type ToolConfigs } from './toolConfig.ts';

export interface LtiRouterDeps extends LaunchDeps, Pick<Deps, 'log'> {
  keys: ToolKeys;
  refusals: Pick<RefusalLog, 'record'>;
  toolConfigs: ToolConfigs;
  /** Folder of what LMSs are given: the templates and the logo. */
  toolFiles: string;
  /** `GET /lti/register`: from the feature that stores invites. */
  register: RequestHandler;
}

const JWKS_MAX_AGE_SECONDS = 300;

/**
 * Every refused launch, login or registration: a page for the person, and a record for the operator. Only what was proven counts
 * towards a limit, and only for whoever has proven it: an address may be a whole school's.
 */
function refusalHandler({ refusals, rateLimits }: LtiRouterDeps): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error);
    const refused = toRefusal(error);
    const { correlationId } = contextOf(req);
    prepareError(refused, req, res);
    // nothing was wrong with the launch, and a record of it could not be stored
    if (isAway(refused)) return sendAwayPage(req, res, refused);
    if (refused.person !== null && refused.status < 500) rateLimits.refusals.countRefusal(refused.person);
    refusals.record(refused, { correlationId, route: `${req.method} ${req.path}`, address: req.ip });
    sendRefusalPage(req, res, refused);
  };
}

/** Everything below `/lti`. No route of ltijs itself is mounted anywhere. */
export function ltiRouter(deps: LtiRouterDeps): Router {
  const router = Router();
  const form = readForms();
  const login: RequestHandler = (req, res) => answerLogin(deps, req, res);
  const launch: RequestHandler = (req, res) => answerLaunch(deps, req, res);
  router.post('/launch', form, launch);
  router.get('/launch', () => {
    throw new LaunchRefused('LAUNCH_BY_GET');
  });
  router.get('/login', form, login);
  router.post('/login', form, login);
  router.get('/landing', (_req, res) => sendLandingPage(res));
  router.get('/jwks', async (_req, res) => {
    res.setHeader('Cache-Control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`);
    res.json(await deps.keys.publicJwks());
  });
  // LMSs show it from their own pages, and store its URL
  router.get('/logo.png', (_req, res) => {
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    res.sendFile('logo.png', { root: deps.toolFiles, maxAge: '1d' });
  });
  for (const lms of CONFIGURED_LMS) {
    router.get(`/config/${lms}`, (_req, res) => void res.json(deps.toolConfigs[lms]));
  }
  router.get('/register', deps.register);
  router.use(refusalHandler(deps));
  return router;
}
