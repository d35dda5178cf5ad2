import type { CataloguePathway, PickedItem, Picker } from '../../../contract/deepLinking.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { DeepLinkingSettings } from '../../lti/deepLinkingSettings.ts';
import { DeploymentModel } from '../../lti/deployment.model.ts';
import { requireReturnUrl, signDeepLinkReply, type LinkItem } from '../../lti/deepLinking.ts';
import type { ToolKeys } from '../../lti/keys.ts';
import type { Platform, PlatformStore } from '../../lti/platforms.ts';
import { COLUMN_TAG, formatPolicy, resourceIdOf } from '../../lti/policy.ts';
import { AGS_SCOPE } from '../../lti/claimNames.ts';
import type { LtiServices } from '../../lti/services.ts';
import { english } from '../../words/pageWords.ts';
import { appendAudit } from '../audit/audit.service.ts';
import { findCourseServices, getContextTitles, listShownInCourse } from '../launches/courses.service.ts';
import { listPublished, type PublishedPathway } from '../catalog/catalog.service.ts';
import { getSessionDoc, type SessionDoc } from '../sessions/sessions.service.ts';

export interface DeepLinkingDeps extends Pick<Deps, 'clock' | 'log'> {
  config: Pick<Deps['config'], 'publicUrl' | 'allowLocalPlatforms'>;
  platforms: PlatformStore;
  keys: Pick<ToolKeys, 'signingKey'>;
  services: Pick<LtiServices, 'ags'>;
}

/** Longest wait for the LMS's list of columns: after that the picker opens without it. */
const LOOK_MS = 2_500;
const TEXT_MAX = 500;

type DeepLinkingSession = SessionDoc & { deepLinking: DeepLinkingSettings };

async function getDeepLinkingSession(session: LiveSession): Promise<DeepLinkingSession> {
  const doc = await getSessionDoc(session);
  if (!doc.deepLinking) {
    throw new AppError('NOT_DEEP_LINKING', 'Open this page by adding content in your course.');
  }
  return { ...doc, deepLinking: doc.deepLinking };
}

async function getPlatform(deps: DeepLinkingDeps, session: LiveSession): Promise<Platform> {
  const platform = await deps.platforms.getById(session.platformId);
  if (!platform) throw notFound('This platform');
  return platform;
}

/** Resource ids of the columns that we have in the course, if the LMS responds in time. */
async function resourceIdsInLms(deps: DeepLinkingDeps, session: LiveSession): Promise<Set<string>> {
  const { institutionId, contextId } = session;
  const services = contextId ? await findCourseServices(institutionId, contextId) : null;
  const { lineItemsUrl, scopes: offered = [] } = services ?? { lineItemsUrl: null };
  const reads = offered.includes(AGS_SCOPE.lineItem) || offered.includes(AGS_SCOPE.lineItemReadOnly);
  if (!lineItemsUrl || !reads) return new Set();
  const platform = await getPlatform(deps, session);
  const asking = deps.services.ags.listLineItems({ platform, offered }, lineItemsUrl, { tag: COLUMN_TAG });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), LOOK_MS)));
  const answer = await Promise.race([asking, late]);
  clearTimeout(timer);
  if (!answer?.ok) return new Set();
  return new Set(answer.value.flatMap((item) => item.resourceId ?? []));
}

function toCatalogue(pathway: PublishedPathway, held: ReadonlySet<string>): CataloguePathway {
  const { key, title, vision, strand, version, minutes, modules } = pathway;
  return {
    key,
    title,
    vision,
    strand,
    version,
    minutes,
    inCourse: held.has(resourceIdOf(key, null)),
    modules: modules.map((module) => ({ ...module, inCourse: held.has(resourceIdOf(key, module.key)) })),
  };
}

/** What a designer can add to the course, with what it already contains marked. @throws {AppError} NOT_DEEP_LINKING */
export async function getPicker(deps: DeepLinkingDeps, session: LiveSession): Promise<Picker> {
  const { deepLinking: settings } = await getDeepLinkingSession(session);
  const { institutionId, contextId } = session;
  const [pathways, titles, shown, held] = await Promise.all([
    listPublished(institutionId),
    getContextTitles(institutionId, contextId ? [contextId] : []),
    contextId ? listShownInCourse(institutionId, contextId) : [],
    resourceIdsInLms(deps, session),
  ]);
  for (const { pathwayKey, moduleKey } of shown) held.add(resourceIdOf(pathwayKey, moduleKey));
  return {
    course: (contextId && titles.get(contextId)) ?? '',
    multiple: settings.acceptMultiple,
    columns: settings.acceptLineItem !== false,
    accepts: settings.acceptTypes.includes('ltiResourceLink'),
    pathways: pathways.map((pathway) => toCatalogue(pathway, held)),
  };
}

/** Description of what the link shows, for the LMS's own list: a module has its own, not its pathway's. */
function describe(
  pathway: PublishedPathway,
  module: PublishedPathway['modules'][number] | undefined,
): string {
  if (!module) return pathway.vision;
  const { label, minutes } = module;
  return english.t('link.module', { label, minutes, pathway: pathway.title });
}

/** @throws {AppError} NOT_FOUND for what this institution has not published */
function toLinkItem(
  deps: DeepLinkingDeps,
  pathways: readonly PublishedPathway[],
  picked: PickedItem,
  columns: boolean,
): LinkItem {
  const pathway = pathways.find((one) => one.key === picked.pathwayKey);
  const { moduleKey, title, points, rule } = picked;
  const module = pathway?.modules.find((one) => one.key === moduleKey);
  if (!pathway || (moduleKey !== null && !module)) throw notFound('What you picked');
  const graded = columns && rule !== 'none';
  return {
    title,
    text: describe(pathway, module).slice(0, TEXT_MAX),
    url: `${deps.config.publicUrl}/lti/launch`,
    custom: {
      wm_pathway: pathway.key,
      ...(moduleKey === null ? {} : { wm_module: moduleKey }),
      wm_policy: formatPolicy({ version: 'latest', rule, points }),
    },
    lineItem: graded
      ? {
          label: title,
          scoreMaximum: points,
          resourceId: resourceIdOf(pathway.key, moduleKey),
          tag: COLUMN_TAG,
        }
      : null,
  };
}

/**
 * Signs the picked links for the LMS that asked. Nothing about them is stored: they come back with their first launch.
 *
 * @throws {AppError} NOT_DEEP_LINKING; NOT_FOUND; ITEM_NOT_ACCEPTED naming the link that the LMS would not accept
 */
export async function replyWithLinks(
  deps: DeepLinkingDeps,
  session: LiveSession,
  picked: readonly PickedItem[],
): Promise<{ action: string; jwt: string }> {
  const { deepLinking: settings } = await getDeepLinkingSession(session);
  const action = requireReturnUrl(settings.returnUrl, deps.config.allowLocalPlatforms);
  const [platform, deployment, pathways] = await Promise.all([
    getPlatform(deps, session),
    DeploymentModel.findOne({ _id: session.deploymentId, institutionId: session.institutionId }).lean(),
    listPublished(session.institutionId),
  ]);
  if (!deployment) throw notFound('This deployment');
  const { deploymentId } = deployment;
  const columns = settings.acceptLineItem !== false;
  const items = picked.map((item) => toLinkItem(deps, pathways, item, columns));
  const jwt = await signDeepLinkReply(deps, { platform, deploymentId, settings, items });
  await appendAudit(deps, session, {
    action: 'deep_linking.replied',
    subject: { kind: 'context', id: session.contextId ?? '' },
    facts: { links: items.length },
  });
  return { action, jwt };
}
