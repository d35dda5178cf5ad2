import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Role } from '../../../contract/common.ts';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import { StudioDraft } from '../../../contract/studio.ts';
import { FrameworkContent } from '../../../contract/frameworks.ts';
import { PAGE_IDS, pageOf, type PageId } from '../../../client/src/pages/registry.ts';
import { writeCase } from '../../../server/features/frameworks/case/writeCase.ts';
import { SAMPLE } from '../../support/build.ts';
import { pathTo } from './pagePaths.ts';
import { callerAs, callerAsAdmin, embedSample, openWindow, prepareWork } from './prepared.ts';
import type { Page } from '@playwright/test';
import type { World } from './world.ts';

interface Visit {
  readonly person: string;
  readonly path: string;
}

/** Who looks at a page, and where it is below `/app/:key/`. */
export type Places = Readonly<Record<PageId, Visit>>;

/** Who looks at the pages of a role. */
const VISITORS: Readonly<Record<Role, string>> = {
  participant: 'teacher-1',
  reviewer: 'reviewer',
  designer: 'designer',
  admin: 'teacher-5',
};
/** Pages that somebody else looks at, because they show it in another state. */
const OTHER_VISITORS: Readonly<Partial<Record<PageId, string>>> = {
  home: 'teacher-3',
  welcome: 'teacher-4',
  submission: 'teacher-2',
};

/** The framework that the sample content of the product is aligned to. */
const FRAMEWORK = FrameworkContent.parse(
  JSON.parse(readFileSync('content/frameworks/edtech-practice-core.json', 'utf8')),
);

/** A newer version than the one that the work was begun on. */
async function publishNext(design: Awaited<ReturnType<typeof callerAs>>): Promise<void> {
  const source = { from: 'version', pathwayKey: SAMPLE.key };
  const { draftId } = (await design('POST', '/studio/drafts', source)) as { draftId: string };
  const draft = StudioDraft.parse(await design('GET', `/studio/drafts/${draftId}`));
  const head = draft.parts.find(({ key }) => key === PATHWAY_PART);
  if (head?.value?.type !== 'pathway') throw new Error('the draft has no part of its own');
  const vision = `${head.value.vision} Students see it, too.`;
  const value = { ...head.value, vision };
  const changes = [{ key: PATHWAY_PART, baseRevision: head.revision, value }];
  const save = { windowId: randomUUID(), changes };
  const { revision } = (await design('PUT', `/studio/drafts/${draftId}/parts`, save)) as { revision: number };
  const changelog = [{ said: 'Students should see it, too.', changed: 'The vision says what students see.' }];
  await design('POST', `/studio/drafts/${draftId}/publish`, { revision, changelog, reasons: [] });
}

/** A course with work in every state that a page needs, and the way to each page of the router. */
export async function preparePlaces(world: World): Promise<{ places: Places; link: string }> {
  const links = embedSample(world);
  const handedIn = { personId: 'teacher-2', text: 'Nine of eleven wrote the unit.', submit: true };
  const started = { personId: 'teacher-1', text: 'Eleven left the unit out.', submit: false };
  const done = await prepareWork(world, links, handedIn);
  const own = await prepareWork(world, links, started);
  const review = await callerAs(world, 'reviewer', links.module);
  const queue = (await review('GET', '/reviews')) as { rows: { id: string }[] };
  const administer = await callerAsAdmin(world, 'teacher-5', links.module);
  const file = Buffer.from(JSON.stringify(writeCase(FRAMEWORK, new Date().toISOString()))).toString('base64');
  await administer('POST', '/admin/frameworks/import', { format: 'case', file });
  const design = await callerAs(world, 'designer', links.module);
  const source = { from: 'version', pathwayKey: SAMPLE.key };
  await publishNext(design);
  const { draftId } = (await design('POST', '/studio/drafts', source)) as { draftId: string };
  const begun = { from: 'core', key: randomUUID(), title: 'Ours', source: 'District' };
  const overlay = (await administer('POST', '/admin/overlays', {
    ...begun,
    core: { key: FRAMEWORK.key, version: 1 },
  })) as { draftId: string };
  const params = {
    draftId,
    overlayId: overlay.draftId,
    enrolmentId: own.enrolmentId,
    attemptId: own.attemptId,
    submissionId: done.submissionId,
    reviewId: queue.rows[0]?.id ?? '',
    pathwayKey: SAMPLE.key,
    moduleKey: SAMPLE.modules[0]?.key ?? '',
    frameworkKey: FRAMEWORK.key,
  };
  const visit = (id: PageId): Visit => ({
    person: OTHER_VISITORS[id] ?? VISITORS[pageOf(id).role ?? 'participant'],
    path: pathTo(id, params),
  });
  const places = Object.fromEntries(PAGE_IDS.map((id) => [id, visit(id)])) as Record<PageId, Visit>;
  return { places, link: links.module };
}

/** Launches each person once, in a window of its own, and says under which address that person's pages lie. */
export function createRoots(page: Page, world: World, link: string): (person: string) => Promise<string> {
  const roots = new Map<string, string>();
  return async (person) => {
    const root = roots.get(person) ?? (await openWindow(page, world, person, link));
    roots.set(person, root);
    return root;
  };
}
