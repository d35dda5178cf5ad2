import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { launchThrough } from '../../support/launching.ts';
import type { World } from './world.ts';

interface Sample {
  key: string;
  title: string;
  modules: {
    key: string;
    title: string;
    reflect: { prompts: { key: string }[] };
    criteria: { key: string }[];
  }[];
}
export const SAMPLE = JSON.parse(
  readFileSync(
    new URL('../../../content/pathways/assessment-technology/pathway.json', import.meta.url),
    'utf8',
  ),
) as Sample;

/** Links to the whole pathway and to its first module, as deep linking leaves them. */
export interface Links {
  pathway: string;
  module: string;
}

export function embedSample({ lms }: World): Links {
  const [tool] = lms.lms.tools.list();
  const [course] = lms.lms.courses.list();
  const [module] = SAMPLE.modules;
  if (!tool || !course || !module) throw new Error('the demo LMS has no tool, or the sample no module');
  const embed = (title: string, custom: Record<string, string>): string =>
    lms.lms.embed({ courseId: course.id, toolId: tool.id, title, custom, lineItem: { scoreMaximum: 10 } }).id;
  return {
    pathway: embed(SAMPLE.title, { wm_pathway: SAMPLE.key }),
    module: embed(module.title, { wm_pathway: SAMPLE.key, wm_module: module.key }),
  };
}

export type Send = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

/** Calls the API with this bearer, as the client does. */
export function sendWith(world: World, bearer: string): Send {
  return async (method, path, body) => {
    const headers = {
      authorization: `Bearer ${bearer}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const response = await fetch(`${world.directUrl}/api/v1${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
}

/** Calls the API as somebody, as the client does. */
export async function callerAs(world: World, personId: string, linkId: string): Promise<Send> {
  const { bearer } = await launchThrough(world.directUrl, world.lms, { personId, linkId });
  return sendWith(world, bearer);
}

const paragraph = (text: string): object => ({
  type: 'doc',
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});

/** A person's work on the first module, written and, where asked, handed in. */
export async function prepareWork(
  world: World,
  links: Links,
  { personId, text, submit }: { personId: string; text: string; submit: boolean },
): Promise<{ enrolmentId: string; attemptId: string; submissionId: string }> {
  const send = await callerAs(world, personId, links.module);
  await send('POST', '/me/consent', { weeklyMinutes: 90 });
  const { enrolmentId, attemptId } = (await send('POST', '/enrolments/open', {})) as {
    enrolmentId: string;
    attemptId: string;
  };
  const [module] = SAMPLE.modules;
  const piece = module?.reflect.prompts[0]?.key ?? '';
  await send('PUT', `/attempts/${attemptId}/drafts/${piece}`, {
    draftId: randomUUID(),
    baseRevision: 0,
    document: paragraph(text),
  });
  for (const part of ['learn', 'try'])
    await send('PUT', `/attempts/${attemptId}/parts/${part}`, { done: true });
  await send('POST', `/attempts/${attemptId}/links`, {
    url: 'https://example.org/exit-check',
    name: 'Exit check, four questions',
    criteria: module?.criteria.map(({ key }) => key),
    requirementKey: null,
  });
  const receipt = (submit ? await send('POST', `/attempts/${attemptId}/submissions`, {}) : {}) as {
    id?: string;
  };
  return { enrolmentId, attemptId, submissionId: receipt.id ?? '' };
}

/** Opens a link in a window of its own and answers the address under which this launch's pages stand. */
export async function openWindow(
  page: Page,
  world: World,
  personId: string,
  linkId: string,
): Promise<string> {
  await page.goto(
    `${world.lms.url}/act-as/${personId}?to=${encodeURIComponent(`/courses/1/activities/${linkId}/launch?target=window`)}`,
  );
  await page.waitForURL(/\/app\/[\w-]+\/./);
  const [, root] = /^(.*\/app\/[\w-]+)\//.exec(page.url()) ?? [];
  if (root === undefined) throw new Error(`no page of a launch: ${page.url()}`);
  return root;
}
