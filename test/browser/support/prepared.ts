import type { Page } from '@playwright/test';
import type { ModuleContent } from '../../../contract/content.ts';
import { SAMPLE } from '../../support/build.ts';
import { act, addLink, open, write, type Send } from './pupils.ts';
import type { World } from './world.ts';

/** Links to the whole pathway and to its first module, as deep linking leaves them. */
export interface Links {
  pathway: string;
  module: string;
}

/** A link to the tool in a course, with a column of 10 points. @returns its id */
export function embedLink(
  { lms: { lms } }: World,
  courseId: string,
  link: { title: string; custom: Record<string, string> },
): string {
  const [tool] = lms.tools.list();
  if (!tool) throw new Error('the demo LMS has no tool');
  return lms.embed({ courseId, toolId: tool.id, ...link, lineItem: { scoreMaximum: 10 } }).id;
}

function firstModule(): ModuleContent {
  const [module] = SAMPLE.modules;
  if (!module) throw new Error('the sample has no module');
  return module;
}

export function embedSample(world: World): Links {
  const [course] = world.lms.lms.courses.list();
  if (!course) throw new Error('the demo LMS has no course');
  const { key, title } = firstModule();
  return {
    pathway: embedLink(world, course.id, { title: SAMPLE.title, custom: { wm_pathway: SAMPLE.key } }),
    module: embedLink(world, course.id, { title, custom: { wm_pathway: SAMPLE.key, wm_module: key } }),
  };
}

/** Calls the API as somebody, as the client does. */
export async function callerAs(world: World, personId: string, linkId: string): Promise<Send> {
  return (await act({ world }, personId, linkId)).send;
}

/** Makes somebody an admin, who calls the API in a session that knows it. */
export async function callerAsAdmin(world: World, personId: string, linkId: string): Promise<Send> {
  const send = await callerAs(world, personId, linkId);
  const { person } = (await send('GET', '/session')) as { person: { id: string } };
  await world.assignAdmin(person.id);
  return callerAs(world, personId, linkId);
}

/** A person's work on the first module, written and, where asked, handed in. */
export async function prepareWork(
  world: World,
  links: Links,
  { personId, text, submit }: { personId: string; text: string; submit: boolean },
): Promise<{ enrolmentId: string; attemptId: string; submissionId: string }> {
  const module = firstModule();
  const pupil = await open(await act({ world }, personId, links.module));
  const { send, enrolmentId, attemptId } = pupil;
  await write({ module }, pupil, text);
  for (const step of ['learn', 'try'])
    await send('PUT', `/attempts/${attemptId}/steps/${step}`, { done: true });
  const link = { url: 'https://example.org/exit-check', name: 'Exit check, four questions' };
  await addLink({ module }, pupil, link);
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
