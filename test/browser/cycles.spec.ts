import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { readPathwayContent } from '../../contract/contentUpgrades.ts';
import type { PathwayContent } from '../../contract/content.ts';
import { promptsOf, unrollModule } from '../../contract/cycles.ts';
import { documentOf } from '../../contract/richText.ts';
import { allApproved, ALWAYS } from '../../contract/rules.ts';
import { publishPathway } from '../../server/features/catalog/publishing.service.ts';
import { expectAccessible } from './support/accessible.ts';
import { overflowOf } from './support/overflow.ts';
import { embedLink, openWindow } from './support/prepared.ts';
import { act, open } from './support/pupils.ts';
import { test } from './support/test.ts';
import { WRITTEN } from './support/wordings.ts';

const FILE = new URL('../../content/pathways/assessment-technology/pathway.json', import.meta.url);

/** The practice module of the sample, alone and open from the start, gone through as often as can be. */
function fourCycles(): PathwayContent {
  const sample = readPathwayContent(JSON.parse(readFileSync(FILE, 'utf8')));
  const modules = sample.modules.flatMap((module) => {
    const { kind, cycles } = module;
    if (kind !== 'practice_cycle' || !cycles) return [];
    return [{ ...module, key: randomUUID(), opens: ALWAYS, cycles: { ...cycles, count: 4 } }];
  });
  const completes = allApproved(modules.map(({ key }) => key));
  return { ...sample, key: randomUUID(), title: 'Four cycles', modules, completes, badge: null };
}

const steps = (page: Page) => page.getByRole('navigation', { name: 'Steps of this module' });

async function expectFits(page: Page, what: string): Promise<void> {
  const { page: wider, parts } = await overflowOf(page.mainFrame());
  expect({ wider, parts }, what).toEqual({ wider: 0, parts: [] });
}

test('a practice cycle of four cycles: what was written in one stands beside what changed in the next, and all of it fits a phone', async ({
  page,
  shared,
}) => {
  const { setting } = await shared.course('usual');
  const { world, institutionId } = setting;
  const content = fourCycles();
  await publishPathway({ clock: { now: () => new Date() } }, institutionId, content);
  const [module] = content.modules;
  if (!module) throw new Error('the sample has no practice cycle');
  const custom = { wm_pathway: content.key, wm_module: module.key };
  const [course] = world.lms.lms.courses.list();
  const link = embedLink(world, course?.id ?? '', { title: module.title, custom });
  const pupil = await open(await act({ world }, 'teacher-3', link));
  const [plan, refine, changed] = promptsOf(unrollModule(module));
  const save = (key: string, text: string) =>
    pupil.send('PUT', `/attempts/${pupil.attemptId}/drafts/${key}`, {
      draftId: randomUUID(),
      baseRevision: 0,
      document: documentOf(text),
    });
  await save(plan?.key ?? '', WRITTEN);

  await page.setViewportSize({ width: 390, height: 844 });
  await openWindow(page, world, 'teacher-3', link);
  await expect(steps(page).getByRole('link')).toHaveCount(19);
  const between = page.getByRole('textbox', { name: changed?.question ?? '' }).first();
  await steps(page)
    .getByRole('link', { name: /Cycle 2: plan/ })
    .click();
  await expect(page.getByText('What you planned and refined in cycle 1')).toBeInViewport();
  await expectFits(page, 'the second cycle at 390 px');
  await expectAccessible(page, 'the second cycle at 390 px');

  // another window is in the first cycle at the same time
  await between.click();
  await page.keyboard.type('One map instead of two.');
  await save(refine?.key ?? '', 'Two hills were too many.');
  const drafts = async (): Promise<string[]> => {
    const { drafts: all } = (await pupil.send('GET', `/attempts/${pupil.attemptId}`)) as unknown as {
      drafts: { text: string }[];
    };
    return all.map(({ text }) => text);
  };
  await expect
    .poll(drafts)
    .toEqual(expect.arrayContaining([WRITTEN, 'One map instead of two.', 'Two hills were too many.']));

  await page.setViewportSize({ width: 320, height: 640 });
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
  await steps(page)
    .getByRole('link', { name: /Cycle 4: refine/ })
    .click();
  await expect(page.getByRole('heading', { name: 'Cycle 4: refine' })).toBeInViewport();
  await expect(steps(page).locator('[aria-current]')).toBeInViewport();
  await expectFits(page, 'the last cycle at 320 px, right to left');
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'ltr'));

  await page.getByRole('button', { name: 'Check and submit' }).click();
  const missing = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Go there' }) });
  await expect(missing.filter({ hasText: `Cycle 2: ${plan?.question ?? ''}` })).toBeVisible();
  await expect(missing.filter({ hasText: `Cycle 2: ${changed?.question ?? ''}` })).toHaveCount(0);
  await expectFits(page, 'what is missing at 320 px');
});
