import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { PAGE_IDS } from '../../client/src/pages/registry.ts';
import { SAMPLE } from '../support/build.ts';
import { callerAs, embedSample, openWindow, prepareWork, type Links } from './support/prepared.ts';
import { createRoots, preparePlaces } from './support/places.ts';
import { test } from './support/test.ts';
import { tool } from './support/walk.ts';
import type { World } from './support/world.ts';

const folder = process.env['WAYMARK_PICTURES'] ?? 'docs/pictures';
const SIZES = [
  [1024, 800, ''],
  [390, 844, '-phone'],
] as const;
const TEXT =
  'I ran the four-question check with my Year 8 group on Tuesday, in the last six minutes. I had expected the fractions to be the hard part. They were not: 19 of 26 had them right. What split the room was the units. Eleven students wrote the number and left the unit out.';

async function keep(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
  // a dialog fades in
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
  );
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

async function approve(world: World, links: Links): Promise<void> {
  const reviewer = await callerAs(world, 'reviewer', links.module);
  const { rows } = (await reviewer('GET', '/reviews')) as { rows: { id: string }[] };
  const id = rows[0]?.id ?? '';
  await reviewer('POST', `/reviews/${id}/start`, {});
  const { scale, criteria } = SAMPLE.modules[0] ?? {};
  const levels = [scale?.meets, scale?.levels.at(-1)?.key];
  const judgements = criteria?.map(({ key }, i) => ({
    criterionKey: key,
    level: levels[i],
    comment: '',
  }));
  await reviewer('POST', `/reviews/${id}/approve`, {
    judgements,
    summary: 'Short, and every student could say what it was for.',
  });
}

test('pictures for the README, from the running product', async ({ page, world }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 1024, height: 800 });
  const links = embedSample(world);
  const work = { text: TEXT, submit: true };
  await prepareWork(world, links, { ...work, personId: 'teacher-2' });
  await approve(world, links);
  await prepareWork(world, links, { ...work, personId: 'teacher-3' });
  const own = await prepareWork(world, links, { personId: 'teacher-1', text: TEXT, submit: false });

  const learner = await openWindow(page, world, 'teacher-2', links.pathway);
  await keep(page, 'pathway-map');
  await openWindow(page, world, 'teacher-2', links.module);
  await expect(page.getByRole('heading', { name: 'You earned this one' })).toBeVisible();
  await expect(page.getByText(/In gradebook, /)).toBeVisible({ timeout: 20_000 });
  await keep(page, 'approved');
  expect(learner).toContain('/app/');

  const root = await openWindow(page, world, 'teacher-1', links.module);
  await page.goto(`${root}/modules/${own.attemptId}#step-reflect`);
  await expect(page.getByRole('textbox', { name: /What did the answers show/ })).toBeVisible();
  await keep(page, 'module');

  await openWindow(page, world, 'reviewer', links.module);
  await page
    .getByRole('link', { name: 'Open next' })
    .or(page.getByRole('button', { name: 'Open next' }))
    .click();
  await expect(page.getByRole('heading', { name: 'Rubric' })).toBeVisible();
  await keep(page, 'review');

  await page.goto(`${world.lms.url}/act-as/reviewer?to=/courses/1/gradebook`);
  await keep(page, 'gradebook');

  await page.setViewportSize({ width: 1180, height: 860 });
  await page.goto(`${world.lms.url}/act-as/teacher-1?to=/courses/1/activities/${links.module}`);
  await expect(tool(page).getByRole('heading', { name: SAMPLE.modules[0]?.title ?? '' })).toBeVisible();
  await page.waitForTimeout(1500);
  await keep(page, 'inside-an-lms');

  await page.goto(`${world.lms.url}/act-as/designer?to=/courses/1/add`);
  await page.locator('[data-select]').first().click();
  const picker = page.frameLocator('#select-frame');
  await picker.getByRole('checkbox', { name: new RegExp(SAMPLE.modules[1]?.title ?? '') }).check();
  await keep(page, 'picker');
});

test('pictures for the guide of course designers: publishing, the form of a practice cycle, what is to be fixed first', async ({
  page,
  world,
}) => {
  await page.setViewportSize({ width: 1024, height: 800 });
  const links = embedSample(world);
  const design = await callerAs(world, 'designer', links.module);
  const source = { from: 'version', pathwayKey: SAMPLE.key };
  const { draftId } = (await design('POST', '/studio/drafts', source)) as { draftId: string };
  const root = await openWindow(page, world, 'designer', links.module);
  await page.goto(`${root}/studio/${draftId}?at=${SAMPLE.modules[1]?.key}`);
  const isSaved = () => expect(page.locator('.wm-save')).toHaveAttribute('data-word', 'saved');

  const publish = page.getByRole('button', { name: /^Publish version/ }).first();
  const dialog = page.getByRole('dialog');
  await publish.click();
  await dialog.getByRole('textbox', { name: 'You said (1)' }).fill('The check took too long.');
  await dialog.getByRole('textbox', { name: 'We changed (1)' }).fill('Four questions now.');
  await keep(page, 'studio-publish');
  await dialog.getByRole('button', { name: 'Keep writing' }).click();

  const kind = page.getByRole('combobox', { name: 'Kind' });
  await kind.selectOption('practice_cycle');
  await isSaved();
  await page.getByRole('group', { name: 'Asked from the second cycle on' }).scrollIntoViewIfNeeded();
  await keep(page, 'studio-practice');

  await page.getByRole('textbox', { name: 'Title', exact: true }).first().fill('');
  await expect(page.getByText(/^\d+ to fix$/)).toBeVisible();
  await publish.click();
  await expect(dialog).toBeVisible();
  await keep(page, 'studio-to-fix');
});

test('a picture of each page of the router, wide and on a phone', async ({ page, world }) => {
  test.setTimeout(180_000);
  const { places, link } = await preparePlaces(world);
  const rootOf = createRoots(page, world, link);
  // home only leads on to another page
  for (const id of PAGE_IDS.filter((name) => name !== 'home')) {
    const { person, path } = places[id];
    const root = await rootOf(person);
    for (const [width, height, suffix] of SIZES) {
      await page.setViewportSize({ width, height });
      await page.goto(`${root}/${path}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await keep(page, `pages/${id}${suffix}`);
    }
  }
});
