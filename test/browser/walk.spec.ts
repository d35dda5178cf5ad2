import { expect, type FrameLocator, type Page } from '@playwright/test';
import { test, type Cookies } from './support/test.ts';
import { agree, embedByDeepLinking, openAs, tool } from './support/walk.ts';
import { expectAccessible } from './support/accessible.ts';
import type { World } from './support/world.ts';

const PATHWAY = 'Assessment technology that informs teaching';
const MODULE = 'What a quick check can tell you';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function writeReflection(frame: FrameLocator, text: string): Promise<void> {
  const editor = frame.getByRole('textbox', { name: /What did the answers show/ });
  await editor.click();
  await editor.pressSequentially(text, { delay: 5 });
  await expect(frame.getByText('Saved', { exact: true })).toBeVisible();
}

async function handIn(frame: FrameLocator): Promise<void> {
  await frame
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'exit-check.png', mimeType: 'image/png', buffer: PNG });
  await expect(frame.getByText('exit-check.png').first()).toBeVisible();
  await expect(frame.getByText(/4 of 4|3 of 4/)).toBeVisible();
}

async function submit(frame: FrameLocator, button: string): Promise<void> {
  await frame
    .getByRole('button', { name: button })
    .or(frame.getByRole('link', { name: button }))
    .click();
  await expect(frame.getByRole('heading', { name: 'Before you submit' })).toBeVisible();
  await frame.getByRole('button', { name: /^(Submit|Resubmit)$/ }).click();
  await expect(frame.getByRole('heading', { name: /Nothing more to do for now/ })).toBeVisible();
}

async function teacherSubmits(page: Page, world: World): Promise<void> {
  const frame = await openAs(page, world, 'teacher-1', MODULE);
  await agree(frame);
  await expect(frame.getByRole('heading', { name: MODULE })).toBeVisible();
  await expectAccessible(page, 'module');
  for (const box of await frame.getByRole('checkbox', { name: 'Done with this step' }).all()) {
    await box.click();
    await expect(box).toBeChecked();
  }
  await writeReflection(frame, 'Eleven students wrote the number and left the unit out.');
  await handIn(frame);
  await submit(frame, 'Check and submit');
  await expectAccessible(page, 'receipt');
}

async function openReview(page: Page, world: World): Promise<FrameLocator> {
  const frame = await openAs(page, world, 'reviewer', MODULE);
  await expect(frame.getByRole('heading', { name: 'Reviews' })).toBeVisible();
  await expectAccessible(page, 'review queue');
  await frame
    .getByRole('link', { name: 'Open next' })
    .or(frame.getByRole('button', { name: 'Open next' }))
    .click();
  await expect(frame.getByRole('heading', { name: 'Rubric' })).toBeVisible();
  return frame;
}

/** By keyboard alone: levels by number, criteria by J, the comment by C. */
async function reviewerReturns(page: Page, world: World): Promise<void> {
  const frame = await openReview(page, world);
  await expectAccessible(page, 'review');
  await frame.getByRole('heading', { name: 'Rubric' }).click();
  await page.keyboard.press('3');
  await page.keyboard.press('j');
  await page.keyboard.press('2');
  await page.keyboard.press('c');
  await page.keyboard.type('Give each pile a name that says what students think.');
  await page.keyboard.press('Escape');
  await page.keyboard.press('r');
  await page.keyboard.press('Enter');
  await expect(frame.getByRole('button', { name: /^Undo/ })).toBeVisible();
  await expect(frame.getByText(/went back to its author/).first()).toBeVisible();
}

async function teacherRevises(page: Page, world: World): Promise<void> {
  let frame = tool(page);
  // it goes out once it can't be undone any more
  await expect(async () => {
    frame = await openAs(page, world, 'teacher-1', MODULE);
    await expect(frame.getByRole('heading', { name: /^Your turn: / })).toBeVisible({ timeout: 10_000 });
  }).toPass({ timeout: 90_000 });
  await expectAccessible(page, 'returned');
  await frame.getByRole('textbox', { name: /What I changed/ }).fill('I gave each pile a name.');
  await expect(frame.getByText('Saved', { exact: true })).toBeVisible();
  await submit(frame, 'Check and resubmit');
}

async function reviewerApproves(page: Page, world: World): Promise<void> {
  const frame = await openReview(page, world);
  await frame.getByRole('heading', { name: 'Rubric' }).click();
  await page.keyboard.press('4');
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');
  await expect(frame.getByText(/is approved/).first()).toBeVisible();
}

async function gradeArrives(page: Page, world: World): Promise<void> {
  const cell = page.locator('[data-cell$=":teacher-1"][data-score="10"]');
  await expect(async () => {
    await page.goto(`${world.lms.url}/act-as/reviewer?to=/courses/1/gradebook`);
    await expect(cell).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 90_000 });
  const frame = await openAs(page, world, 'teacher-1', MODULE);
  await expect(frame.getByRole('heading', { name: 'You earned this one' })).toBeVisible();
  await expect(frame.getByText(/In gradebook, /)).toBeVisible();
  await expectAccessible(page, 'approved');
  await frame.getByRole('link', { name: /Back to Pathway/ }).click();
  await expect(frame.getByRole('heading', { name: PATHWAY })).toBeVisible();
  await expectAccessible(page, 'map');
}

/** A grade that was changed by hand is noticed when its person opens the link once more, with nothing newer sent. */
async function gradeIsChanged(page: Page, world: World): Promise<void> {
  await page.goto(`${world.lms.url}/act-as/reviewer?to=/courses/1/gradebook`);
  const cell = page.locator('[data-cell$=":teacher-1"][data-score="10"]');
  await cell.locator('summary').click();
  await cell.getByRole('textbox').fill('4');
  await cell.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('[data-cell$=":teacher-1"][data-score="4"]')).toBeVisible();
  const frame = await openAs(page, world, 'teacher-1', MODULE);
  await expect(frame.getByText('Changed in the LMS to 4.')).toBeVisible();
}

for (const cookies of ['blocked', 'allowed'] satisfies Cookies[]) {
  test.describe(`with third-party cookies ${cookies}`, () => {
    test.use({ cookies, viewport: { width: 1180, height: 900 } });

    test('a link becomes a reflection, a return, an award and a grade', async ({ page, world }) => {
      test.setTimeout(300_000);
      await embedByDeepLinking(page, world, PATHWAY, [MODULE]);
      await teacherSubmits(page, world);
      await reviewerReturns(page, world);
      await teacherRevises(page, world);
      await reviewerApproves(page, world);
      await gradeArrives(page, world);
      await gradeIsChanged(page, world);
      expect(tool(page)).toBeTruthy();
    });
  });
}
