import type { Frame, Page } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { openPlace } from './support/opening.ts';
import { overflowOf } from './support/overflow.ts';
import type { SharedWorld } from './support/shared.ts';
import { expect, test } from './support/test.ts';
import { findTouchTargetsTooSmall } from './support/touch.ts';

// the first test of each process builds the courses
test.describe.configure({ timeout: 240_000 });
test.use({ onlyLooks: true });

const HIGHER = { width: 390, height: 844 };
const SIZES = [{ width: 390, height: 560 }, HIGHER, { width: 1180, height: 544 }] as const;
const FILTERS = ['need_you', 'on_the_way', 'changed', 'in_gradebook', 'closed'] as const;

/** The grades page of an institution with scores in every state, of people and courses with usual names and with names of 200 letters. */
async function openGrades(page: Page, shared: SharedWorld, show: (typeof FILTERS)[number]): Promise<Frame> {
  await shared.grades();
  const place = (await shared.course('usual')).places.deliveries[FILTERS.indexOf(show)];
  if (!place) throw new RangeError(`the page has no rows that are ${show}`);
  const frame = await openPlace(page, shared.world, place);
  await expect(frame.locator('.wm-delivery').first()).toBeVisible();
  return frame;
}

/** What has the focus: its words, or nothing where that is the whole page. */
const focused = (frame: Frame): Promise<string> =>
  frame.evaluate(() => {
    const at = document.activeElement;
    return at && at !== document.body ? (at.textContent ?? '').trim() : '';
  });

for (const show of FILTERS) {
  test.describe(`scores that are ${show}`, () => {
    test('fit into a frame of each size, with their histories open, and axe finds nothing', async ({
      page,
      shared,
    }) => {
      await page.setViewportSize(SIZES[0]);
      const frame = await openGrades(page, shared, show);
      const rows = frame.locator('.wm-delivery');
      expect(await rows.count()).toBeGreaterThanOrEqual(8);
      for (const n of [0, 1]) await rows.nth(n).getByRole('button').first().click();
      await expect(frame.getByRole('region', { name: 'History' })).toHaveCount(2);

      for (const size of SIZES) {
        await page.setViewportSize(size);
        expect(await overflowOf(frame), `${size.width} × ${size.height}`).toEqual({ page: 0, parts: [] });
        const what = `grades that are ${show}, ${size.width} × ${size.height}`;
        await expectAccessible(page, what, { resized: size === HIGHER });
      }
    });
  });
}

test('a tab that is restored, again and again, comes back to its filter and its language', async ({
  page,
  shared,
}) => {
  await shared.grades();
  const [place] = (await shared.course('usual')).places.deliveries;
  if (!place) throw new RangeError('there is no such page');
  const frame = await openPlace(page, shared.world, place, { framed: false });
  const { origin, pathname } = new URL(frame.url());
  const address = `${origin}${pathname}?show=closed&lng=en-XA`;

  // a browser that restores its tabs comes from nowhere
  for (let n = 0; n < 2; n += 1) {
    await page.goto(address);
    await expect(page.locator('.wm-delivery-filters [aria-current]')).toHaveAttribute('href', /show=closed$/);
    await expect(page.getByRole('main')).toContainText(/[áéïö]/i);
    expect(page.url()).toBe(address);
  }
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  for (const show of FILTERS) {
    test(`a finger meets every control of scores that are ${show}`, async ({ page, shared }) => {
      const frame = await openGrades(page, shared, show);
      await frame.locator('.wm-delivery').first().getByRole('button').first().tap();
      await expect(frame.getByRole('region', { name: 'History' })).toHaveCount(1);

      expect(await findTouchTargetsTooSmall(frame)).toEqual([]);
    });
  }
});

test.describe('by keyboard', () => {
  test.use({ viewport: { width: 390, height: 560 } });

  test('sending one now leaves the focus in the list, also when its row has left it', async ({
    page,
    shared,
  }) => {
    const frame = await openGrades(page, shared, 'on_the_way');
    const rows = frame.locator('.wm-delivery');
    const before = await rows.count();
    const own = rows.filter({ hasNotText: 'is left alone' });
    await own.getByRole('button', { name: 'Send now' }).first().focus();

    await page.keyboard.press('Enter');
    await expect(rows).toHaveCount(before - 1);

    await expect.poll(() => focused(frame)).toMatch(/on the way$/);
  });

  test('comparing one now leaves the focus on its row', async ({ page, shared }) => {
    const frame = await openGrades(page, shared, 'in_gradebook');
    const row = frame.locator('.wm-delivery', { hasText: 'Teacher 13' }).first();
    const compare = row.getByRole('button', { name: 'Compare now' });
    await compare.focus();
    const asked = page.waitForResponse((response) => response.url().endsWith('/act'));

    await page.keyboard.press('Enter');
    expect((await asked).ok()).toBe(true);

    await expect.poll(() => focused(frame)).toMatch(/^(In the gradebook|Shown as .*|Compare now)$/);
    await expect(row).toContainText('Compared');
    expect(await focused(frame)).toMatch(/^(In the gradebook|Shown as .*|Compare now)$/);
  });
});
