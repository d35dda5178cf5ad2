import express, { Router, type Express, type RequestHandler } from 'express';
import { artifactPorts } from './features/attempts/artifactPorts.service.ts';
import { createFilesRouter } from './features/artifacts/files.routes.ts';
import { createUploadsRouter } from './features/artifacts/uploads.routes.ts';
import { mountArtifacts } from './features/artifacts/artifacts.routes.ts';
import { mountAssignments } from './features/assignments/assignments.routes.ts';
import type { ArtifactDeps } from './features/artifacts/artifacts.deps.ts';
import { createBundlesRouter, mountBundles } from './features/bundles/bundles.routes.ts';
import { createEmbedsRouter, mountEmbeds } from './features/embeds/embeds.routes.ts';
import { createContentFilesRouter, mountContentFiles } from './features/contentFiles/contentFiles.routes.ts';
import { mountDeepLinking } from './features/deepLinking/deepLinking.routes.ts';
import { mountFrameworks } from './features/frameworks/frameworks.routes.ts';
import { mountObservations } from './features/observations/observations.routes.ts';
import { mountOverlays } from './features/overlays/overlays.routes.ts';
import { mountDeliveries } from './features/grades/grades.routes.ts';
import { createIdempotency } from './features/idempotency/idempotency.service.ts';
import { createLaunchLander } from './features/sessions/landing.service.ts';
import { mountMe } from './features/sessions/me.routes.ts';
import { createUnsubscribeRouter, mountMessages } from './features/messages/messages.routes.ts';
import { registerHandler } from './features/platforms/register.routes.ts';
import { mountReviews } from './features/reviews/reviews.routes.ts';
import { appPages } from './features/sessions/appPages.routes.ts';
import { BearerCallers, sessionMiddleware } from './features/sessions/sessionMiddleware.ts';
import { mountSessionGrants, mountSessions } from './features/sessions/sessions.routes.ts';
import { isLoginUsed } from './features/sessions/launchSessions.service.ts';
import { mountStudio } from './features/studio/studio.routes.ts';
import { mountAttempts } from './features/attempts/attempts.routes.ts';
import { mountPathways } from './features/pathways/pathways.routes.ts';
import { AppError } from './errors.ts';
import { limitBodies } from './http/bodyLimits.ts';
import { clientFiles } from './http/clientFiles.ts';
import { isDatabaseLongAway } from './db.ts';
import { databaseAway, jsonErrorHandler } from './http/errorHandler.ts';
import { refuseWhenClosed } from './http/draining.ts';
import { healthRouter } from './features/health/health.routes.ts';
import type { Callers } from './http/callers.ts';
import { chainHandlers } from './http/chainHandlers.ts';
import { jsonBody, jsonBodyReader } from './http/jsonBody.ts';
import { openApiRouter } from './http/openapi.ts';
import { ProxyWatch } from './http/proxyWatch.ts';
import { requestContext } from './http/requestContext.ts';
import { requestLog } from './http/requestLog.ts';
import type { RouteDeps } from './http/route.ts';
import { securityHeaders } from './http/security.ts';
import { sharedJobLag } from './features/health/jobLag.ts';
import type { LandLaunch } from './lti/launch.ts';
import { pageErrorHandler } from './lti/pages/awayPage.ts';
import { ltiRouter } from './lti/lti.routes.ts';
import type { RefusalLog } from './lti/refusals.ts';
import { readToolConfigs } from './lti/toolConfig.ts';
import { getShippedFolder } from './shipped.ts';
import type { AppDeps } from './wire.ts';

const JSON_LIMIT_BYTES = 512 * 1024;
const GRANT_LIMIT_BYTES = 16 * 1024;

/** `/api/v1`: the bearer identifies the caller; each route declares who may call it. */
function api(deps: AppDeps, callers: Callers): Router {
  const checkReplies = deps.config.environment !== 'production';
  const router = Router();
  const routes: RouteDeps = {
    router,
    callers,
    readBody: jsonBodyReader(JSON_LIMIT_BYTES),
    idempotency: createIdempotency(deps),
    checkReplies,
  };
  const artifacts = { ...deps, ports: artifactPorts(deps) };
  mountSessions(routes, deps);
  mountMe(routes, deps);
  mountMessages(routes, deps);
  mountPathways(routes, deps);
  mountAttempts(routes, deps);
  mountArtifacts(routes, artifacts);
  mountContentFiles(routes, deps);
  mountEmbeds(routes, deps);
  mountBundles(routes, artifacts);
  mountReviews(routes, deps);
  mountDeepLinking(routes, deps);
  mountStudio(routes, deps);
  mountDeliveries(routes, deps);
  mountAssignments(routes, deps);
  mountFrameworks(routes, deps);
  mountOverlays(routes, deps);
  mountObservations(routes, deps);
  router.use(sessionMiddleware(callers), () => {
    throw new AppError('NOT_FOUND', 'There is nothing at this address.');
  });
  return router;
}

/** Routes that need no bearer, and so must be mounted before the middleware that reads it. */
function grants(deps: AppDeps): Router {
  const router = Router();
  router.use('/session', jsonBody(GRANT_LIMIT_BYTES));
  mountSessionGrants({ router, checkReplies: deps.config.environment !== 'production' }, deps);
  return router;
}

/** What `/lti` is given; launches are counted only if somebody reads the metrics. */
function launches(deps: AppDeps): { land: LandLaunch; refusals: Pick<RefusalLog, 'record'> } {
  const { metrics, refusals } = deps;
  const land = createLaunchLander(deps);
  if (!metrics) return { land, refusals };
  return {
    async land(...given) {
      const landing = await land(...given);
      metrics.countLaunch('accepted');
      return landing;
    },
    refusals: {
      record(refused, where) {
        metrics.countLaunch(refused.code);
        refusals.record(refused, where);
      },
    },
  };
}

/** Each request would wait for as long as all requests before it did. */
const refuseWhenAway: RequestHandler = (_req, _res, next) => {
  if (isDatabaseLongAway()) throw databaseAway();
  next();
};

/** What is opened by signed link. */
const signed = (deps: ArtifactDeps & Pick<AppDeps, 'sealer'>): Router[] => [
  createFilesRouter(deps),
  createContentFilesRouter(deps),
  createBundlesRouter(deps),
  createEmbedsRouter(deps),
  createUnsubscribeRouter(deps),
];

/** The whole application as one Express app: every mount in order. It starts nothing and does not listen. */
export function createApp(deps: AppDeps): Express {
  const { config, log } = deps;
  const app = express();
  const artifacts = { ...deps, ports: artifactPorts(deps), stopping: deps.draining.closing };
  const toolFiles = getShippedFolder('lti-config');
  const jobLag = sharedJobLag(deps);
  const proxyWatch = new ProxyWatch(deps);
  const callers = new BearerCallers(deps);
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.use(
    chainHandlers([
      ...[requestContext(log), requestLog(log), securityHeaders(), limitBodies(deps.bodyLimits)],
      ...(deps.metrics ? [deps.metrics.http()] : []),
      proxyWatch.handler(),
    ]),
  );
  const refuseClosed = refuseWhenClosed(deps.draining);
  const whileServing = chainHandlers([refuseClosed, refuseWhenAway]);
  // mounted before everything that is matched for other addresses: launches and their pages are the most frequent requests, and
  // come all at once
  app.use(
    '/lti',
    whileServing,
    ltiRouter({
      ...deps,
      ...launches(deps),
      isLoginUsed,
      toolFiles,
      toolConfigs: readToolConfigs(toolFiles, config.publicUrl),
      register: registerHandler(deps),
    }),
  );
  app.use('/api', whileServing, openApiRouter(config.publicUrl));
  app.use('/api/v1', grants(deps));
  app.use('/api/v1/uploads', sessionMiddleware(callers));
  app.use(createUploadsRouter(artifacts));
  app.use('/api/v1', api(deps, callers));
  app.use(healthRouter({ ...deps, isProxyMissed: () => proxyWatch.isMissed, jobLag: () => jobLag.read() }));
  app.use(refuseClosed);
  app.use(clientFiles(deps.clientDirectory));
  app.use(refuseWhenAway);
  app.use(appPages(deps));
  app.use(...signed(artifacts));
  app.use(() => {
    throw new AppError('NOT_FOUND', 'There is nothing at this address.');
  });
  app.use(pageErrorHandler, jsonErrorHandler);
  return app;
}
