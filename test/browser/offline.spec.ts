import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { callerAs, embedSample, openWindow, prepareWork, type Links } from './support/prepared.ts';
import { test } from './support/test.ts';
import type { World } from './support/world.ts';

const FIRST = 'Eleven left the unit out.';
const MORE = ' Written on the train.';

interface Work {
  links: Links;
  attemptId: string;
}

/** A teacher's module in a window of its own; nothing of it is missing, and nothing waits to be sent. */
async function openModule(page: Page, world: World): Promise<Work> {
  const links = embedSample(world);
  const work = { personId: 'teacher-1', text: FIRST, submit: false };
  const { attemptId } = await prepareWork(world, links, work);
  // the page marks by itself that the evidence is there
  const marked = page.waitForResponse((response) => response.url().endsWith('/steps/hand_in'));
  await openWindow(page, world, 'teacher-1', links.module);
  await expect(editorOf(page)).toContainText(FIRST);
  await (await marked).finished();
  return { links, attemptId };
}

const editorOf = (page: Page) => page.getByRole('textbox', { name: /^What did the answers show/ });
const checkButton = (page: Page) => page.getByRole('button', { name: 'Check and submit' });
const submitButton = (page: Page) => page.getByRole('button', { name: 'Submit', exact: true });
const checkHeading = (page: Page) => page.getByRole('heading', { name: 'Before you submit' });
const receiptHeading = (page: Page) =>
  page.getByRole('heading', { name: 'Submitted. Nothing more to do for now' });

async function type(page: Page, text: string): Promise<void> {
  await editorOf(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

/** The code of these pages has come beforehand. */
async function expectLoaded(page: Page, ...names: string[]): Promise<void> {
  const loaded = () =>
    page.evaluate(
      (wanted) =>
        wanted.filter((name) =>
          performance.getEntriesByType('resource').some((one) => one.name.includes(`/assets/${name}-`)),
        ),
      names,
    );
  await expect.poll(loaded).toEqual(names);
}

/** How often the attempt was handed in, and the texts that lie there. */
async function submissionOf(
  world: World,
  { links, attemptId }: Work,
): Promise<{ state: unknown; text: string }> {
  const send = await callerAs(world, 'teacher-1', links.module);
  const { state, drafts } = (await send('GET', `/attempts/${attemptId}`)) as {
    state: string;
    drafts: { text: string }[];
  };
  return { state, text: drafts[0]?.text ?? '' };
}

test('offline, every step keeps bar, save word and text; the submit waits and is offered again', async ({
  page,
  context,
  world,
}) => {
  const work = await openModule(page, world);
  await expectLoaded(page, 'CheckPage', 'SubmissionPage', 'MapPage');
  await context.setOffline(true);
  await type(page, MORE);

  await checkButton(page).click();
  await expect(checkHeading(page)).toBeVisible();
  await expect(page.locator('.wm-save-word')).toHaveText('Offline, kept on this device');
  await submitButton(page).click();
  await expect(page.getByText(/^Not submitted: you are offline/)).toBeVisible();
  await expectAccessible(page, 'the check, offline');
  await page.goBack();
  await expect(editorOf(page)).toContainText(MORE.trim());
  await expect(page.locator('.wm-save-word')).toHaveText('Offline, kept on this device');
  await page.getByRole('link', { name: 'Back to Pathway' }).click();
  await expect(page.locator('.wm-failed', { hasText: 'You are offline. This part loads' })).toBeVisible();
  await page.goBack();
  await checkButton(page).click();
  await submitButton(page).click();
  await context.setOffline(false);

  await expect(page.getByText(/^The connection is back and all of your text has arrived/)).toBeVisible();
  await submitButton(page).click();
  await expect(receiptHeading(page)).toBeVisible();
  expect(await submissionOf(world, work)).toEqual({ state: 'submitted', text: FIRST + MORE });
});

test('a part of the page that could not be read shows by itself once the network is back', async ({
  page,
  context,
  world,
}) => {
  await openModule(page, world);
  await expectLoaded(page, 'MapPage');
  await context.setOffline(true);
  await page.getByRole('link', { name: 'Back to Pathway' }).click();
  const waiting = page.locator('.wm-failed', { hasText: 'You are offline. This part loads' });
  await expect(waiting).toBeVisible();

  await context.setOffline(false);

  await expect(waiting).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('a page whose code can’t be fetched waits on the page before it, and opens by itself', async ({
  page,
  world,
}) => {
  const isCheck = '**/assets/CheckPage-*.js';
  const isProbe = '**/app/**';
  await page.route(isCheck, (route) => route.abort());
  await openModule(page, world);
  await page.route(isProbe, (route) => route.abort());

  await checkButton(page).click();

  await expect(
    page.locator('.wm-over', { hasText: 'The next page can’t be loaded right now' }),
  ).toBeVisible();
  await expectAccessible(page, 'a page on its way');
  await type(page, MORE);
  await expect(editorOf(page)).toContainText(MORE.trim());
  await page.getByRole('button', { name: 'Stay here' }).click();
  await expect(page.locator('.wm-over')).toBeHidden();
  await checkButton(page).click();
  await page.unroute(isCheck);
  await page.unroute(isProbe);
  await expect(checkHeading(page)).toBeVisible();
});

test('while the server is away nothing is lost and nothing is sent twice; it goes on when the server is back', async ({
  page,
  world,
}) => {
  const work = await openModule(page, world);
  await expectLoaded(page, 'CheckPage', 'SubmissionPage');
  await world.halt();
  await checkButton(page).click();
  await expect(checkHeading(page)).toBeVisible();

  await submitButton(page).click();
  await expect(page.getByText(/^(No answer came, so we|Some of your text has not reached us)/)).toBeVisible();
  await world.resume();

  await expect(page.getByText(/^The connection is back/)).toBeVisible({ timeout: 60_000 });
  await submitButton(page).click();
  await expect(receiptHeading(page)).toBeVisible();
  expect((await submissionOf(world, work)).state).toBe('submitted');
});

test('a submit whose answer was lost is found to have arrived, and is not made twice', async ({
  page,
  world,
}) => {
  const work = await openModule(page, world);
  const keys = new Set<string>();
  let answers = 0;
  await page.route('**/submissions', async (route) => {
    keys.add(route.request().headers()['idempotency-key'] ?? '');
    // it reaches the server, whose answer does not come back
    if ((await route.fetch()).status() === 201) answers += 1;
    await route.abort();
  });
  await checkButton(page).click();

  await submitButton(page).click();

  await expect(receiptHeading(page)).toBeVisible();
  expect(keys.size).toBe(1);
  expect(answers).toBeGreaterThan(0);
  expect((await submissionOf(world, work)).state).toBe('submitted');
});

test('a newer version without the old files is loaded by itself, with the text', async ({ page, world }) => {
  const isCheck = '**/assets/CheckPage-*.js';
  let gone = true;
  await page.route(isCheck, (route) => (gone ? route.fulfill({ status: 404, body: '' }) : route.continue()));
  await openModule(page, world);
  await type(page, MORE);
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  const renewed = page.waitForEvent('load');
  void renewed.then(() => (gone = false));

  await checkButton(page).click();
  await renewed;

  await expect(checkHeading(page)).toBeVisible();
  await page.getByRole('button', { name: 'Back to the work' }).click();
  await expect(editorOf(page)).toContainText(MORE.trim());
});

test('signing off without a network says that it is not known yet, and keeps at it', async ({
  page,
  context,
  world,
}) => {
  await openModule(page, world);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();

  await expect(page.getByText(/we don’t know of it yet/)).toBeVisible();
  await context.setOffline(false);

  await expect(page.getByText(/we don’t know of it yet/)).toBeHidden();
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Open the link in your course to go on' })).toBeVisible();
});
