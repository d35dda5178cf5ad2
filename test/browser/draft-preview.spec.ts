import { expect, type Page } from '@playwright/test';
import mongoose from 'mongoose';
import { SAMPLE } from '../support/build.ts';
import { expectAccessible } from './support/accessible.ts';
import { callerAs, embedSample, openWindow } from './support/prepared.ts';
import { test } from './support/test.ts';
import type { World } from './support/world.ts';

const [FIRST, SECOND] = SAMPLE.modules.map(({ title }) => title) as [string, string];

const SIZES = [
  { width: 1180, height: 800 },
  { width: 720, height: 800 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
] as const;

const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** At each size nothing is wider than the window; axe looks at the widest and at a phone. */
async function expectFits(page: Page, what: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    expect(await overflowOf(page), `${what}, ${size.width} px`).toBeLessThanOrEqual(0);
    if (size.width === 1180 || size.width === 390) await expectAccessible(page, `${what}, ${size.width} px`);
    await page.screenshot({ path: `.cache/browser/draft-preview-${what}-${size.width}.png` });
  }
  await page.setViewportSize(SIZES[0]);
}

/** How many documents each collection holds, apart from the book of the jobs, which run by themselves. */
async function countAll({ databaseUri }: World): Promise<Record<string, number>> {
  const connection = await mongoose.createConnection(databaseUri).asPromise();
  const collections = await connection.db?.collections();
  const counts = (collections ?? [])
    .filter(({ collectionName }) => collectionName !== 'repeatedJobs')
    .map(async (one) => [one.collectionName, await one.countDocuments()] as const);
  const counted = await Promise.all(counts);
  await connection.close();
  return Object.fromEntries(counted);
}

test('a designer walks through a draft as a teacher, switches its rules, and leaves no trace', async ({
  page,
  world,
}) => {
  const links = embedSample(world);
  const send = await callerAs(world, 'designer', links.module);
  const source = { from: 'version', pathwayKey: SAMPLE.key };
  const { draftId } = (await send('POST', '/studio/drafts', source)) as { draftId: string };
  await page.setViewportSize(SIZES[0]);
  const root = await openWindow(page, world, 'designer', links.module);
  await page.goto(`${root}/studio/${draftId}?at=${SAMPLE.modules[1]?.key}`);
  const outcome = page.locator('.wm-preview-outcome');
  const screen = page.locator('.wm-studio-page');

  await page.getByRole('link', { name: 'Preview as a teacher' }).click();
  await expect(outcome).toHaveText(/^0 approved, \d open, [1-9] locked\.$/);
  const methods = new Set<string>();
  page.on('request', (request) => methods.add(request.method()));
  const before = await countAll(world);
  await expectFits(page, 'map');

  await page.getByRole('checkbox', { name: FIRST }).check();
  await expect(outcome).toHaveText(/^1 approved, \d open, \d locked\. Earned: /);
  await page.getByRole('radio', { name: 'In the LMS' }).check({ force: true });
  const wide = (await screen.boundingBox())?.width ?? 0;
  await page.getByRole('radio', { name: 'Phone' }).check({ force: true });
  const narrow = (await screen.boundingBox())?.width ?? 0;
  expect([wide, narrow]).toEqual([860, 390]);

  await page.getByRole('link', { name: 'Start' }).click();
  await expect(page.getByRole('heading', { level: 1, name: SECOND })).toBeFocused();
  await expectFits(page, 'module');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('radio', { name: 'In the LMS' }).check({ force: true });
  await page.screenshot({ path: '.cache/browser/draft-preview-module-dark.png' });
  await page.goBack();
  await expect(outcome).toHaveText(/^1 approved/);
  await page.screenshot({ path: '.cache/browser/draft-preview-map-dark.png' });
  await page.emulateMedia({ colorScheme: 'light' });

  await page.setViewportSize(SIZES[2]);
  await page.getByRole('radio', { name: 'Rules' }).check({ force: true });
  await page.getByRole('button', { name: 'All open' }).click();
  await expect(outcome).toHaveText(/ 0 locked/);
  await expectAccessible(page, 'rules, 390 px');
  await page.screenshot({ path: '.cache/browser/draft-preview-rules-390.png' });

  expect(await countAll(world)).toEqual(before);
  expect([...methods]).toEqual(['GET']);
  await page.getByRole('link', { name: `Back to ${SAMPLE.title}` }).click();
  await expect(page.getByRole('textbox', { name: 'Title', exact: true }).first()).toHaveValue(SECOND);
});
