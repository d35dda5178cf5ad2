import { expect, type FrameLocator, type Page } from '@playwright/test';
import type { World } from './world.ts';
import { expectAccessible } from './accessible.ts';

/** The tool inside the LMS's frame. */
export const tool = (page: Page): FrameLocator => page.frameLocator('#tool-frame');

/** Opens an activity of the course as somebody; the frame then holds what the link shows. */
export async function openAs(
  page: Page,
  world: World,
  personId: string,
  title: string,
): Promise<FrameLocator> {
  await page.goto(`${world.lms.url}/act-as/${personId}?to=/courses/1`);
  await page.getByRole('link', { name: title, exact: true }).click();
  return tool(page);
}

/** Agrees on the welcome page, where it comes. */
export async function agree(frame: FrameLocator): Promise<void> {
  await frame.getByRole('button', { name: 'I agree, start' }).click();
}

/** The designer embeds the first module and the whole pathway by deep linking. */
export async function embedByDeepLinking(
  page: Page,
  world: World,
  pathway: string,
  modules: string[],
): Promise<void> {
  await page.goto(`${world.lms.url}/act-as/designer?to=/courses/1/add`);
  await page.locator('[data-select]').first().click();
  const picker = page.frameLocator('#select-frame');
  const heading = picker.getByRole('button', { name: new RegExp(pathway) });
  if ((await heading.getAttribute('aria-expanded')) === 'false') await heading.click();
  for (const module of modules) await picker.getByRole('checkbox', { name: new RegExp(module) }).check();
  await picker.getByRole('button', { name: 'Add the whole pathway as one link' }).click();
  await expectAccessible(page, 'picker');
  await picker.getByRole('button', { name: `Add ${modules.length + 1} links to the course` }).click();
  await expect(page.getByRole('link', { name: pathway, exact: true })).toBeVisible();
}
