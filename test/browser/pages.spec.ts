import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { createRoots, preparePlaces } from './support/places.ts';
import { test } from './support/test.ts';

const WIDE = { width: 1024, height: 800 };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };

async function isSettled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Nothing to scroll sideways: WCAG 1.4.10. */
async function expectReflow(page: Page, what: string): Promise<void> {
  await page.setViewportSize(NARROW);
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wider, `${what} at 320 px is wider than its window by`).toBeLessThanOrEqual(0);
}

test('every page of the router is accessible in light and dark, wide and on a phone, and reflows at 320 px', async ({
  page,
  world,
}) => {
  test.setTimeout(240_000);
  const { places, link } = await preparePlaces(world);

  const rootOf = createRoots(page, world, link);
  for (const [id, { person, path }] of Object.entries(places)) {
    const root = await rootOf(person);
    for (const [colorScheme, size] of [
      ['light', WIDE],
      ['dark', PHONE],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await page.goto(`${root}/${path}`);
      await isSettled(page);
      await expectAccessible(page, `${id}, ${colorScheme}, ${size.width} px`);
    }
    await expectReflow(page, id);
  }
});
