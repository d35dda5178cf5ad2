import { expect, type BrowserContext, type Page } from '@playwright/test';
import { promptsOf, unrollModule } from '../../contract/cycles.ts';
import { SAMPLE } from '../support/build.ts';
import { callerAs, embedSample, openWindow, prepareWork, type Links } from './support/prepared.ts';
import { test } from './support/test.ts';
import { tool } from './support/walk.ts';
import type { World } from './support/world.ts';

const [MODULE] = SAMPLE.modules;
const PIECE = (MODULE ? promptsOf(unrollModule(MODULE))[0]?.key : '') ?? '';
const FIRST = 'Eleven left the unit out.';

const editorOf = (page: Page) => page.getByRole('textbox', { name: /What did the answers show/ });

async function type(page: Page, text: string): Promise<void> {
  await editorOf(page).click();
  await page.keyboard.press('Control+End');
  await editorOf(page).pressSequentially(text, { delay: 5 });
}

interface Text {
  pieceKey: string;
  text: string;
}

async function textOf(
  world: World,
  links: Links,
  attemptId: string,
  personId = 'teacher-1',
): Promise<string> {
  const send = await callerAs(world, personId, links.module);
  const { drafts } = (await send('GET', `/attempts/${attemptId}`)) as unknown as { drafts: Text[] };
  return drafts.find(({ pieceKey }) => pieceKey === PIECE)?.text ?? '';
}

async function prepare(world: World, personId = 'teacher-1'): Promise<{ links: Links; attemptId: string }> {
  const links = embedSample(world);
  const { attemptId } = await prepareWork(world, links, { personId, text: FIRST, submit: false });
  return { links, attemptId };
}

async function openModule(page: Page, world: World, links: Links, personId = 'teacher-1'): Promise<string> {
  const root = await openWindow(page, world, personId, links.module);
  await expect(editorOf(page)).toContainText(FIRST);
  return root;
}

/** All that this origin keeps in the browser, as text. */
const keptBy = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('not readable'));
      });
    const found: unknown[] = [Object.entries(sessionStorage), Object.entries(localStorage)];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await read(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        found.push(await read(database.transaction(store).objectStore(store).getAll()));
      }
      database.close();
    }
    return JSON.stringify(found);
  });

test.describe('without a network', () => {
  test('what is typed and ticked stays on the device and arrives when the network is back', async ({
    page,
    context,
    world,
  }) => {
    const { links, attemptId } = await prepare(world);
    await openModule(page, world, links);
    await context.setOffline(true);

    await type(page, ' Written on the train.');
    await page.getByRole('checkbox', { name: 'Done with this step' }).first().uncheck();
    await expect(page.getByText('Offline, kept on this device').first()).toBeVisible();
    expect(await textOf(world, links, attemptId)).toBe(FIRST);
    await context.setOffline(false);

    await expect.poll(() => textOf(world, links, attemptId)).toBe(`${FIRST} Written on the train.`);
    await expect(page.getByText('Saved', { exact: true })).toBeVisible();
    await page.reload();
    await expect(editorOf(page)).toContainText('Written on the train.');
    await expect(page.getByRole('checkbox', { name: 'Done with this step' }).first()).not.toBeChecked();
  });

  test('a launch anew while a tab holds an unsent text keeps both', async ({ page, context, world }) => {
    const { links, attemptId } = await prepare(world);
    await openModule(page, world, links);
    // only this tab loses its network
    await page.route('**/api/v1/**', (route) => route.abort());
    await type(page, ' From the first tab.');
    await expect(page.getByText('Not saved yet. Trying again').first()).toBeVisible();
    await expect.poll(() => keptBy(page)).toContain('From the first tab.');

    const other = await context.newPage();
    await openWindow(other, world, 'teacher-1', links.module);
    // the second tab takes up what the first has left on the device
    await expect(editorOf(other)).toContainText('From the first tab.');
    await type(other, ' And the second.');
    await expect.poll(() => textOf(world, links, attemptId)).toContain('And the second.');
    await type(page, ' Still the first.');
    await page.unroute('**/api/v1/**');

    await expect(page.getByText('You wrote in two places. Both are kept.')).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Compare' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText(/And the second\./)).toBeVisible();
    await expect(dialog.getByText(/Still the first\./)).toBeVisible();
    expect(await textOf(world, links, attemptId)).toContain('And the second.');
  });
});

async function keyOf(page: Page): Promise<string> {
  await page.waitForURL(/\/app\/[\w-]+\/./);
  return /\/app\/([\w-]+)\//.exec(page.url())?.[1] ?? '';
}

/** Stops a launch at its last step, when the LMS has answered. */
async function holdLaunch(
  page: Page,
  open: () => Promise<unknown>,
): Promise<{ letGo: () => Promise<unknown> }> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = page.waitForRequest('**/lti/launch');
  await page.route('**/lti/launch', async (route) => {
    await released;
    await route.continue();
  });
  const opened = open();
  await Promise.race([reached, opened]);
  return {
    letGo() {
      release();
      return opened;
    },
  };
}

test('two persons in two tabs of one browser don’t meet; reload and Back go on where they were', async ({
  page,
  context,
  world,
}) => {
  const { links, attemptId } = await prepare(world);
  const second = await prepareWork(world, links, { personId: 'teacher-2', text: FIRST, submit: false });
  const other = await context.newPage();
  // the first launch is under way, its login done, while the second one comes from its login to its page
  const opening = await holdLaunch(page, () => openModule(page, world, links));
  await openWindow(other, world, 'teacher-2', links.module);
  await opening.letGo();
  expect(await keyOf(page)).not.toBe(await keyOf(other));

  await type(page, ' First person.');
  await type(other, ' Second person.');
  await expect.poll(() => textOf(world, links, attemptId)).toBe(`${FIRST} First person.`);
  await expect
    .poll(() => textOf(world, links, second.attemptId, 'teacher-2'))
    .toBe(`${FIRST} Second person.`);
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expect(other.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  await other.reload();

  await expect(editorOf(page)).toContainText('First person.');
  await expect(editorOf(other)).toContainText('Second person.');
  expect(await textOf(world, links, attemptId)).toBe(`${FIRST} First person.`);
  expect(await textOf(world, links, second.attemptId, 'teacher-2')).toBe(`${FIRST} Second person.`);

  const module = page.url();
  await page.getByRole('link', { name: 'Pathway' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: SAMPLE.title })).toBeVisible();
  await page.goBack();
  await expect(editorOf(page)).toContainText('First person.');
  expect(new URL(page.url()).pathname).toBe(new URL(module).pathname);
});

/** The tool's frame in the LMS, whose storage is its own; and the window that it opens. */
async function ownWindow(page: Page, context: BrowserContext): Promise<Page> {
  const frame = tool(page);
  await frame.getByRole('button', { name: 'More' }).click();
  const opening = context.waitForEvent('page');
  await frame.getByRole('menuitem', { name: 'Open in a new window' }).click();
  return opening;
}

test('a frame hands over to a window of its own: nothing that waited in the frame is lost, signing off leaves nothing', async ({
  page,
  context,
  world,
}) => {
  const { links, attemptId } = await prepare(world);
  await page.goto(`${world.lms.url}/act-as/teacher-1?to=/courses/1/activities/${links.module}`);
  const inFrame = tool(page).getByRole('textbox', { name: /What did the answers show/ });
  await expect(inFrame).toContainText(FIRST);
  // the frame's texts don't get through, all else does
  await page.route('**/drafts/**', (route) => route.abort());
  await inFrame.click();
  await page.keyboard.press('Control+End');
  await inFrame.pressSequentially(' From the frame.', { delay: 5 });
  await expect(tool(page).getByText('Not saved yet. Trying again').first()).toBeVisible();

  const own = await ownWindow(page, context);
  await expect(editorOf(own)).toContainText(FIRST);
  expect(new URL(own.url()).hash).toBe('');
  await page.unroute('**/drafts/**');
  await expect
    .poll(() => textOf(world, links, attemptId), { timeout: 60_000 })
    .toBe(`${FIRST} From the frame.`);
  await expect(tool(page).getByText('Saved', { exact: true })).toBeVisible();
  await own.reload();
  await expect(editorOf(own)).toContainText('From the frame.');

  await own.route('**/drafts/**', (route) => route.abort());
  await type(own, ' Unsent in the window.');
  await expect.poll(() => keptBy(own)).toContain('Unsent in the window.');
  await own.getByRole('button', { name: 'More' }).click();
  await own.getByRole('menuitem', { name: 'Sign out' }).click();
  // what is not sent yet is said before it is lost
  await expect(own.getByText(/^One change is not sent yet/)).toBeVisible();
  await own.getByRole('button', { name: 'Sign out' }).click();
  await own.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(own.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  const kept = await keptBy(own);
  expect(kept).not.toContain('Unsent in the window.');
  expect(kept).not.toContain('wm:session:');
  await own.goBack();
  await expect(editorOf(own)).toHaveCount(0);
});

/** What can be worked and has the focus: its tag and its name. Beyond the last one it is the body, which holds all text. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement;
    if (!at?.matches('a, button, input, textarea, [role]')) return '';
    return `${at.tagName} ${at.getAttribute('aria-label') ?? at.textContent}`.trim();
  });

async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (name.test(await focused(page))) return;
  }
  throw new Error(`60 presses of Tab did not reach ${name.source}`);
}

test('a review from the queue to the decision by keyboard alone', async ({ page, world }) => {
  const links = embedSample(world);
  await prepareWork(world, links, { personId: 'teacher-1', text: FIRST, submit: true });
  await prepareWork(world, links, { personId: 'teacher-2', text: FIRST, submit: true });
  await openWindow(page, world, 'reviewer', links.module);
  await expect(page.getByRole('link', { name: 'Open next' })).toBeVisible();

  await tabTo(page, /Open next/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Rubric' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const tabs = page.getByRole('tab');
  await page.keyboard.press('e');
  await expect(tabs.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Shift+E');
  await expect(tabs.nth(0)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('3');
  await page.keyboard.press('j');
  await page.keyboard.press('2');
  await page.keyboard.press('a');
  // a level below Meets can't be approved: the key leads to what stands against it
  await expect(page.getByRole('button', { name: /Enter/ })).toHaveCount(0);
  await page.keyboard.press('3');
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');

  await expect(page.getByText(/is approved/).first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Rubric' })).toBeVisible();
  const receipt = await callerAs(world, 'reviewer', links.module);
  const queue = (await receipt('GET', '/reviews')) as { rows: unknown[] };
  expect(queue.rows).toHaveLength(1);
});
