import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { SAMPLE } from '../support/build.ts';
import { embedSample } from './support/prepared.ts';
import { test } from './support/test.ts';
import { openAs } from './support/walk.ts';

const [MODULE] = SAMPLE.modules;
const TITLE = MODULE?.title ?? '';

/** How much wider the tool is than its frame. */
async function overflowOf(page: Page): Promise<number> {
  const frame = page.frames().find((one) => /\/app\//.test(one.url()));
  return (frame ?? page.mainFrame()).evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

const SIZES = [
  { width: 390, height: 844 },
  { width: 1180, height: 544 },
] as const;

/** Nothing is wider than the frame, and axe finds nothing, at each size. */
async function expectFits(page: Page, what: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    expect(await overflowOf(page), `${what}, ${size.width} px`).toBeLessThanOrEqual(0);
    await expectAccessible(page, `${what}, ${size.width} px`);
  }
}

for (const [who, personId] of [
  ['designer', 'designer'],
  ['LMS admin', 'admin'],
] as const) {
  test(`the ${who} who opens a link in the course sees the map as a preview, and a module in it, at 390 × 844 and at 1180 × 544`, async ({
    page,
    world,
  }) => {
    embedSample(world);
    await page.setViewportSize(SIZES[0]);

    const frame = await openAs(page, world, personId, SAMPLE.title);

    await expect(frame.getByRole('heading', { level: 1, name: SAMPLE.title })).toBeVisible();
    await expect(frame.getByRole('heading', { name: 'This is a preview' })).toBeVisible();
    await expect(frame.getByRole('button', { name: 'I agree, start' })).toHaveCount(0);
    await expectFits(page, `preview for ${who}`);
    await frame.getByRole('link', { name: TITLE }).click();
    await expect(frame.getByRole('heading', { level: 1, name: TITLE })).toBeVisible();
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await frame.getByRole('heading', { name: 'Hand in' }).scrollIntoViewIfNeeded();
      await expect(frame.getByRole('heading', { name: 'Hand in' })).toBeInViewport();
    }
    await expectFits(page, `preview of a module for ${who}`);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await frame.getByRole('link', { name: 'Back to Preview' }).click();
      await expect(frame.getByRole('heading', { level: 1, name: SAMPLE.title })).toBeVisible();
      await frame.getByRole('link', { name: TITLE }).click();
    }
  });
}
