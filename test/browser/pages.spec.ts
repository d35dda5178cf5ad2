import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { go, settled } from './support/opening.ts';
import { createRoots, preparePlaces } from './support/places.ts';
import { test } from './support/test.ts';

const WIDE = { width: 1024, height: 800 };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };

/** Nothing to scroll sideways: WCAG 1.4.10. */
async function expectReflow(page: Page, what: string): Promise<void> {
  await page.setViewportSize(NARROW);
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wider, `${what} at 320 px is wider than its window by`).toBeLessThanOrEqual(0);
}

/** A name that is divided within a word is hard to read; in a bar there is room for one line. */
async function expectWholeTabs(page: Page, what: string): Promise<void> {
  const lines = await page.locator('.wm-tabs a').evaluateAll((tabs) =>
    tabs.map(({ firstChild }) => {
      const name = document.createRange();
      if (firstChild) name.selectNode(firstChild);
      return name.getClientRects().length;
    }),
  );
  expect(lines, `lines of each tab of ${what} at 320 px`).toEqual(lines.map(() => 1));
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
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(WIDE);
    await go(page.mainFrame(), `${root}/${path}`);
    await settled(page.mainFrame());
    await expectAccessible(page, `${id}, light, ${WIDE.width} px`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(PHONE);
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await expectAccessible(page, `${id}, dark, ${PHONE.width} px`);
    await expectReflow(page, id);
    await expectWholeTabs(page, id);
  }
});
