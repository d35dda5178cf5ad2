import { DONE } from '../../../contract/common.ts';
import { formEndpoints } from '../../../contract/forms.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import { committedRoute, route, type RouteDeps } from '../../http/route.ts';
import { listAchievements } from '../catalog/catalog.service.ts';
import { getFormVersion, listForms, setFormRetired } from '../observationForms/forms.service.ts';
import { findPublishedContent } from '../catalog/publishedContent.service.ts';
import { discardDraft, getDraft, openDraft } from './drafts.service.ts';
import { beginFormDraft } from './formDrafts.service.ts';
import { listStudioForms, listStudioPathways } from './overview.service.ts';
import { listParts, listPartVersions, saveParts } from './parts.service.ts';
import { beginDraft } from './pathwayDrafts.service.ts';
import { reportPresence } from './presence.service.ts';
import { setOffered, setRetired } from '../catalog/versions.service.ts';
import { publishDraft, publishFormDraft } from './publishDraft.service.ts';
import { listStudioFormVersions, listStudioVersions } from './versions.service.ts';

export function mountStudio(routes: RouteDeps, deps: Pick<Deps, 'clock' | 'log'>): void {
  mountVersions(routes, deps);
  mountForms(routes, deps);
  const { achievements, pathways, begin, draft, changes, save, presence, history, discard, publish } =
    studioEndpoints;
  route(routes, pathways, async ({ session }) => ({
    rows: await listStudioPathways(session.institutionId),
  }));
  route(routes, achievements, async ({ session }) => ({
    rows: await listAchievements(session.institutionId),
  }));
  route(routes, begin, async ({ session, body }) => ({ draftId: await beginDraft(deps, session, body) }));
  route(routes, draft, ({ session, params }) => openDraft(deps, session, params.id));
  route(routes, changes, async ({ session, params, query }) => {
    const { revision } = await getDraft(session.institutionId, params.id);
    return { revision, parts: await listParts({ ...session, draftId: params.id }, query.since) };
  });
  route(routes, save, ({ session, params, body }) => saveParts({ ...session, draftId: params.id }, body));
  route(routes, presence, ({ session, params, body }) => reportPresence(session, params.id, body));
  route(routes, history, async ({ session, params, query }) => {
    await getDraft(session.institutionId, params.id);
    return listPartVersions({ ...session, draftId: params.id }, params.partKey, query.cursor);
  });
  route(routes, discard, async ({ session, params }) => {
    await discardDraft(deps, session, params.id);
    return DONE;
  });
  committedRoute(routes, publish, {
    work: ({ session, params, body }) => publishDraft(deps, session, params.id, body),
    keeps: publish.reply,
    reply: (_call, published) => Promise.resolve(published),
  });
}

function mountVersions(routes: RouteDeps, deps: Pick<Deps, 'clock'>): void {
  const { version, versions, offer, retire } = studioEndpoints;
  route(routes, versions, ({ session, params }) => listStudioVersions(session.institutionId, params.key));
  route(routes, offer, async ({ session, params, body }) => {
    await setOffered(deps, session, params, body.offered);
    return DONE;
  });
  route(routes, retire, async ({ session, params, body }) => {
    await setRetired(deps, session, params.key, body.retired);
    return DONE;
  });
  route(routes, version, async ({ session, params }) => {
    const published = await findPublishedContent(session.institutionId, params.key, params.n);
    if (!published) throw notFound('This version');
    const { publishedAt, changelog, content } = published;
    return { publishedAt: publishedAt.toISOString(), changelog, content };
  });
}

function mountForms(routes: RouteDeps, deps: Pick<Deps, 'clock'>): void {
  const { begin, choices, forms, publish, retire, version, versions } = formEndpoints;
  route(routes, choices, async ({ session }) => ({ rows: await listForms(session.institutionId) }));
  route(routes, version, async ({ session, params: { key, n } }) => {
    const { publishedAt, contentHash, content } = await getFormVersion(session.institutionId, key, n);
    return { n, publishedAt: publishedAt.toISOString(), contentHash, content };
  });
  route(routes, forms, async ({ session }) => ({ rows: await listStudioForms(session.institutionId) }));
  route(routes, begin, async ({ session, body }) => ({ draftId: await beginFormDraft(deps, session, body) }));
  committedRoute(routes, publish, {
    work: ({ session, params, body }) => publishFormDraft(deps, session, params.id, body),
    keeps: publish.reply,
    reply: (_call, published) => Promise.resolve(published),
  });
  route(routes, versions, ({ session, params }) => listStudioFormVersions(session.institutionId, params.key));
  route(routes, retire, async ({ session, params, body }) => {
    await setFormRetired(deps, session, params.key, body.retired);
    return DONE;
  });
}
