import { expect, type Locator, type Page } from '@playwright/test';
import { SAMPLE } from '../support/build.ts';
import { buildCore, toImport } from '../support/frameworks.ts';
import { expectAccessible } from './support/accessible.ts';
import { callerAs, callerAsAdmin, embedSample, openWindow } from './support/prepared.ts';
import { test } from './support/test.ts';
import type { World } from './support/world.ts';

const SIZES = [
  [1180, 800],
  [390, 844],
] as const;
const KEY = '30000000-0000-4000-8000-000000000002';

/** A framework of two thousand items, in its first version and in one that words an item otherwise. */
const core = (title: string) =>
  buildCore({
    key: KEY,
    slug: 'large-two',
    title: 'District practice',
    crosswalk: [],
    items: Array.from({ length: 2000 }, (_, at) => ({
      key: `30000000-0000-4000-8000-2${String(at).padStart(11, '0')}`,
      code: `X${at}`,
      strand: at % 2 === 0 ? 'assessment' : 'multimedia',
      level: at % 3 === 0 ? 'start' : 'apply',
      title: at === 77 ? title : `Item number ${at}`,
      canDo: `I can do what item ${at} says.`,
      evidenceIdeas: [],
      alignments: [],
    })),
  });

/** Opens the draft of the sample; the institution has the framework. @returns what publishes its next version */
async function openDraft(page: Page, world: World): Promise<() => Promise<unknown>> {
  const links = embedSample(world);
  const administer = await callerAsAdmin(world, 'teacher-5', links.module);
  const publish = (title: string) => administer('POST', '/admin/frameworks/import', toImport(core(title)));
  await publish('Item number 77');
  const design = await callerAs(world, 'designer', links.module);
  const source = { from: 'version', pathwayKey: SAMPLE.key };
  const { draftId } = (await design('POST', '/studio/drafts', source)) as { draftId: string };
  const root = await openWindow(page, world, 'designer', links.module);
  await page.goto(`${root}/studio/${draftId}`);
  return () => publish('Exit tickets');
}

const isSaved = (page: Page) => expect(page.locator('.wm-save')).toHaveAttribute('data-word', 'saved');

/** In a narrow frame one pane is shown at a time. */
async function show(page: Page, view: 'Outline' | 'Edit'): Promise<void> {
  const choice = page.getByRole('radio', { name: view });
  if (await choice.isVisible()) await choice.check({ force: true });
}

async function go(page: Page, place: Locator): Promise<void> {
  await show(page, 'Outline');
  await place.click();
  await show(page, 'Edit');
}

/** Has no violation at either size, and is no wider than its window. */
async function expectFit(page: Page, what: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await expectAccessible(page, `${what} at ${width}`, { resized: width === 390 });
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wider, `${what} at ${width}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize({ width: 1180, height: 800 });
}

test('a designer takes a framework, aligns a criterion to its items by keys, and goes on to its next version', async ({
  page,
  world,
}) => {
  const outline = page.getByRole('navigation', { name: 'Outline' });
  const publishNext = await openDraft(page, world);
  await page.getByLabel('Framework', { exact: true }).selectOption(KEY);
  await page.getByLabel('Strand').selectOption('assessment');
  await expectFit(page, 'the form of the pathway');

  await go(page, outline.getByRole('button', { name: SAMPLE.modules[0]?.title ?? '' }).first());
  await page.getByRole('button', { name: /^A / }).first().click();
  await page.getByRole('button', { name: 'Choose items' }).click();
  const dialog = page.getByRole('dialog', { name: 'Items of District practice' });
  await expect(dialog.getByRole('button', { name: /^Assessment: 1,000 items/ })).toBeVisible();
  await dialog.getByRole('searchbox').focus();
  await page.keyboard.type('X77');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expectFit(page, 'the items');
  await dialog.getByRole('button', { name: 'Use one item' }).click();
  await expect(page.getByText('I can do what item 77 says.')).toBeVisible();
  await isSaved(page);
  await expectFit(page, 'a criterion with its items');

  await publishNext();
  await page.reload();
  await go(page, outline.getByRole('button', { name: 'Pathway', exact: true }));
  await page.getByRole('button', { name: 'See what changes' }).click();
  await expect(page.getByRole('dialog').getByText('X77 Exit tickets')).toBeVisible();
  await expectFit(page, 'what the next version changes');
  await page.getByRole('button', { name: 'Move to version 2' }).click();
  await isSaved(page);
  await page.reload();
  await expect(page.getByLabel('Framework', { exact: true })).toContainText('District practice, version 2');
});

test('what the check finds stands under its field, and the list leads there', async ({ page, world }) => {
  await openDraft(page, world);
  const licence = page.getByRole('textbox', { name: 'Licence' });
  await licence.fill('');

  await expect(licence).toHaveAccessibleDescription(/licence/i);
  await page.getByRole('button', { name: 'Show' }).click();
  await page
    .getByRole('dialog')
    .getByRole('listitem')
    .filter({ hasText: /licence/i })
    .getByRole('button')
    .click();

  await expect(licence).toBeFocused();
  await expectFit(page, 'a form with something to mend');
});
