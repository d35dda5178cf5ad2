import type { Page } from '@playwright/test';
import { callerAs, embedSample, openWindow, prepareWork } from './support/prepared.ts';
import { expect, test } from './support/test.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A piece as a page shows it: what it is called, what it is evidence for, what it says or where it leads. */
interface Shown {
  heading: string;
  evidence: string;
  content: string;
}

const flat = (text: string | null | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();

async function onCheckPage(page: Page): Promise<Shown[]> {
  const rows = await page.locator('.wm-check-pieces > li').all();
  return Promise.all(
    rows.map(async (row) => {
      const texts = await row.locator('.wm-words').allInnerTexts();
      const addresses = await row.locator('a').allInnerTexts();
      return {
        heading: flat(await row.locator('h3, .wm-evidence-name').innerText()),
        evidence: flat(await row.locator('.wm-check-name > .wm-micro, .wm-small > span').innerText()),
        content: flat([...texts, ...addresses].join(' ')),
      };
    }),
  );
}

async function onReviewPage(page: Page): Promise<Shown[]> {
  const shown: Shown[] = [];
  await page.getByRole('tab').first().waitFor();
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    const sections = page.locator('[role=tabpanel] > section');
    await sections.first().waitFor();
    for (const section of await sections.all()) {
      const texts = await section.locator('.wm-words').allInnerTexts();
      const addresses = await section.locator('a[rel*=nofollow]').allInnerTexts();
      shown.push({
        heading: flat(await section.locator('h2').innerText()),
        evidence: flat(await section.locator('.wm-review-question .wm-micro').innerText()),
        content: flat([...texts, ...addresses].join(' ')),
      });
    }
  }
  return shown;
}

test('the check page lists what its reviewer then reads: every text, file and link, in that order and those words', async ({
  page,
  world,
}) => {
  const links = embedSample(world);
  const own = await prepareWork(world, links, {
    personId: 'teacher-1',
    text: 'Eleven students left the unit out.',
    submit: false,
  });
  const root = await openWindow(page, world, 'teacher-1', links.module);
  await page.goto(`${root}/modules/${own.attemptId}`);
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'exit-check.png', mimeType: 'image/png', buffer: PNG });
  await expect(page.getByRole('button', { name: 'Options for exit-check.png' })).toBeVisible();
  await page.getByRole('button', { name: 'Check and submit' }).click();
  await expect(page.locator('.wm-check-pieces > li')).toHaveCount(3);
  const checked = await onCheckPage(page);
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect(page.getByRole('heading', { name: /Nothing more to do for now/ })).toBeVisible();
  const reviewer = await callerAs(world, 'reviewer', links.module);
  const { rows } = (await reviewer('GET', '/reviews')) as { rows: { id: string }[] };

  const desk = await openWindow(page, world, 'reviewer', links.module);
  await page.goto(`${desk}/reviews/${rows[0]?.id ?? ''}`);
  const reviewed = await onReviewPage(page);

  expect(checked).toEqual(reviewed);
  expect(checked.slice(1).map(({ heading }) => heading)).toEqual([
    'exit-check.png',
    'Exit check, four questions',
  ]);
  expect(checked[0]?.content).toBe('Eleven students left the unit out.');
  expect(checked[2]?.content).toBe('https://example.org/exit-check');
});
