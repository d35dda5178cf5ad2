import { expect, type Browser, type Page } from '@playwright/test';
import { SAMPLE } from '../support/build.ts';
import { expectAccessible } from './support/accessible.ts';
import { press, write } from './support/keyboard.ts';
import { callerAs, embedSample, openWindow, prepareWork } from './support/prepared.ts';
import { test } from './support/test.ts';
import type { World } from './support/world.ts';

/** One more designer of the course, by the LMS's id. */
function addDesigner({ lms: { lms } }: World, id: string, name: string): string {
  if (!lms.people.find(id)) lms.people.add({ id, name });
  lms.courses.enrol('1', id, 'designer');
  return id;
}

const isSaved = (page: Page) => expect(page.locator('.wm-save')).toHaveAttribute('data-word', 'saved');

/** In a narrow frame one pane is shown at a time. */
async function show(page: Page, view: 'Outline' | 'Edit' | 'Preview'): Promise<void> {
  const choice = page.getByRole('radio', { name: view });
  if (await choice.isVisible()) await choice.check({ force: true });
}

/** How much wider the page is than its window. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The draft of the sample's next version, at its first module, in a window of this person's. */
async function openDraft(page: Page, world: World, person: string): Promise<void> {
  const links = embedSample(world);
  const send = await callerAs(world, person, links.module);
  const source = { from: 'version', pathwayKey: SAMPLE.key };
  const { draftId } = (await send('POST', '/studio/drafts', source)) as { draftId: string };
  const root = await openWindow(page, world, person, links.module);
  await page.goto(`${root}/studio/${draftId}?at=${SAMPLE.modules[0]?.key}`);
  await page.getByRole('heading', { name: 'Criteria' }).waitFor();
}

/** The windows of two designers on one draft. */
async function openTwo(browser: Browser, world: World): Promise<[Page, Page]> {
  const people = [
    addDesigner(world, 'designer-14', 'Teacher 14'),
    addDesigner(world, 'designer-15', 'Teacher 15'),
  ];
  const [first, second] = await Promise.all(
    people.map(async (person) => {
      const page = await (await browser.newContext()).newPage();
      await openDraft(page, world, person);
      return page;
    }),
  );
  if (!first || !second) throw new Error('two windows are needed');
  return [first, second];
}

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true }).first();

test('on a phone, a designer writes a pathway of two modules by keyboard alone, and undoes after a reload', async ({
  page,
  world,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const links = embedSample(world);
  const root = await openWindow(page, world, 'designer', links.module);
  await page.goto(`${root}/studio`);
  await expectAccessible(page, 'studio on a phone');

  await press(page, 'New pathway');
  await write(page, 'Title', 'Feedback that is used');
  await press(page, 'Begin');
  await page.getByRole('heading', { level: 1, name: 'Feedback that is used' }).waitFor();
  for (const title of ['Ask one question', 'Change one lesson']) {
    await show(page, 'Outline');
    await press(page, 'Add a module');
    await write(page, 'Title', title);
    await write(page, 'Label on the map', 'Try in class');
    await press(page, 'Add a criterion');
    await page.keyboard.type('Acting on results');
  }
  await isSaved(page);
  await expectAccessible(page, 'a draft on a phone');
  await page.reload();
  await page.getByRole('heading', { name: 'Criteria' }).waitFor();
  await expect(field(page, 'Title')).toHaveValue('Change one lesson');
  const criterion = page.getByRole('group', { name: 'A Acting on results' });
  await expect(criterion).toBeVisible();
  await press(page, 'Undo');
  await press(page, 'Undo');

  await expect(page.getByRole('group', { name: /^(A |Criterion A)/ })).toHaveCount(0);
  await isSaved(page);
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  await page.screenshot({ path: '.cache/browser/studio-390.png' });
  await show(page, 'Outline');
  await expect(page.getByRole('button', { name: /^Ask one question/ })).toBeVisible();
});

test('two designers who write in different fields at once keep both texts', async ({ browser, world }) => {
  const [first, second] = await openTwo(browser, world);

  await field(first, 'Label on the map').fill('First label');
  await field(second, 'Achievement').fill('Second achievement');
  await Promise.all([isSaved(first), isSaved(second)]);
  await Promise.all([first.reload(), second.reload()]);

  for (const page of [first, second]) {
    await expect(field(page, 'Label on the map')).toHaveValue('First label');
    await expect(field(page, 'Achievement')).toHaveValue('Second achievement');
  }
  await expect(first.getByText(/^Teacher 15 is here/)).toBeVisible({ timeout: 20_000 });
  await Promise.all([first.context().close(), second.context().close()]);
});

test('two designers who write in one field at once both keep their text until one is chosen', async ({
  browser,
  world,
}) => {
  const [first, second] = await openTwo(browser, world);
  await first.route('**/parts', (route) => route.abort());

  await field(first, 'Summary').fill('What the first one wrote');
  await field(second, 'Summary').fill('What the second one wrote');
  await isSaved(second);
  await first.unroute('**/parts');

  const conflict = first.getByRole('group', { name: 'Somebody else changed this, too' });
  await expect(conflict).toContainText('What the first one wrote', { timeout: 30_000 });
  await expect(conflict).toContainText('What the second one wrote');
  await expect(field(first, 'Summary')).toHaveValue('What the first one wrote');
  await expectAccessible(first, 'a conflict');
  await first.screenshot({ path: '.cache/browser/studio-conflict.png' });
  await first.getByRole('button', { name: 'Keep mine: Summary' }).click();
  await isSaved(first);
  await second.reload();
  await expect(field(second, 'Summary')).toHaveValue('What the first one wrote');
  await Promise.all([first.context().close(), second.context().close()]);
});

test('a designer puts back what a part was, and a teacher moves to the version that follows', async ({
  page,
  world,
}) => {
  const links = embedSample(world);
  const begun = { personId: 'teacher-1', text: 'Eleven left the unit out.', submit: false };
  await prepareWork(world, links, begun);
  await openDraft(page, world, 'designer');
  await page.getByRole('button', { name: 'Pathway', exact: true }).click();
  const vision = field(page, 'Vision');
  const before = await vision.inputValue();
  // "saved" may still be said of what was typed before
  const afterSave = async (act: () => Promise<void>) => {
    const saved = page.waitForResponse(
      (reply) => reply.request().method() === 'PUT' && reply.url().endsWith('/parts'),
    );
    await act();
    await saved;
    await isSaved(page);
  };
  await afterSave(() => vision.fill('What nobody wants.'));

  await page.getByRole('button', { name: 'What it was before' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('What nobody wants');
  await expectAccessible(page, 'what a part was before');
  await afterSave(() => dialog.getByRole('button', { name: 'Put this back' }).click());
  await expect(vision).toHaveValue(before);
  await afterSave(() => vision.fill(`${before} Students see it, too.`));
  await page.getByRole('button', { name: /^Publish version/ }).click();
  await dialog.getByRole('button', { name: /^Publish version/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor();

  await openWindow(page, world, 'teacher-1', links.pathway);
  await page.getByRole('link', { name: 'See what changes' }).click();
  await expect(page.getByRole('main')).toContainText('Students see it, too.');
  await page.getByRole('button', { name: /^Move to version/ }).click();
  await dialog.getByRole('button', { name: /^Move to version/ }).click();

  await expect(page.getByRole('list', { name: 'Modules of this pathway, in order' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Students see it, too.');
  await expect(page.getByRole('link', { name: 'See what changes' })).toHaveCount(0);
});
