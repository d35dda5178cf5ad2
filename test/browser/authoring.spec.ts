import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { pick, press, tabTo, write } from './support/keyboard.ts';
import { embedSample, openWindow } from './support/prepared.ts';
import { test } from './support/test.ts';
import { FIRST_INSTITUTION } from './support/world.ts';

async function choose(page: Page, name: string, option: string): Promise<void> {
  await tabTo(page, page.getByRole('combobox', { name }));
  await page.keyboard.type(option);
}
const isSaved = (page: Page) => expect(page.locator('.wm-save')).toHaveAttribute('data-word', 'saved');

const TITLE = 'Feedback that is used';
const CRITERION = 'Acting on results';
const LEVELS = ['Emerging', 'Approaching', 'Meets', 'Extends'];

async function describeLevels(page: Page): Promise<void> {
  for (const level of LEVELS) await write(page, level, `What ${level.toLowerCase()} looks like`);
}

/** Asks for a picture at the end of the module. */
async function askForPicture(page: Page): Promise<void> {
  await press(page, 'Add to Hand in');
  await pick(page, 'Evidence');
  await page.keyboard.type('Photo of the board');
  await tabTo(page, page.getByRole('checkbox', { name: 'Picture', exact: true }));
  await page.keyboard.press('Space');
}

/** Marks every prompt and requirement of the module as evidence for its criterion. */
async function nameEvidence(page: Page): Promise<void> {
  const boxes = page.getByRole('checkbox', { name: `A ${CRITERION}` });
  for (let at = 0; at < (await boxes.count()); at += 1) {
    await tabTo(page, boxes.nth(at));
    if (!(await boxes.nth(at).isChecked())) await page.keyboard.press('Space');
  }
}

async function addModule(page: Page, title: string, kind: string): Promise<void> {
  await press(page, 'Add a module');
  await write(page, 'Title', title);
  await write(page, 'Label on the map', 'Try it');
  await choose(page, 'Kind', kind);
  await write(page, 'Summary', `What ${title} is for.`);
  await write(page, 'Achievement', `Can do: ${title}`);
  await press(page, 'Add a criterion');
  await page.keyboard.type(CRITERION);
}

/** Publishes what is open, with a reason for each warning. @returns what the dialog asked about */
async function publish(page: Page, change?: { said: string; changed: string }): Promise<string> {
  await isSaved(page);
  await press(page, /^Publish/);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Keep writing' }).waitFor();
  const text = await dialog.innerText();
  if (change) {
    await write(page, 'You said (1)', change.said);
    await write(page, 'We changed (1)', change.changed);
  }
  const fields = dialog.getByRole('textbox');
  for (let at = 2; at < (await fields.count()); at += 1) {
    await tabTo(page, fields.nth(at));
    await page.keyboard.type('It is read on paper.');
  }
  await tabTo(page, dialog.getByRole('button', { name: /^Publish/ }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor();
  return text;
}

test('a designer writes a pathway by keyboard alone, is stopped by the lint, publishes it, moves it, and sees what version 2 changes', async ({
  page,
  world,
}) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 1180, height: 800 });
  const root = await openWindow(page, world, 'designer', embedSample(world).module);
  await page.goto(`${root}/studio`);
  await press(page, 'New pathway');
  await write(page, 'Title', TITLE);
  await press(page, 'Begin');
  await page.getByRole('heading', { level: 1, name: TITLE }).waitFor();
  await write(page, 'Vision', 'Students act on what they are told.');
  await write(page, 'Licence', 'CC BY 4.0');
  await write(page, 'Source', 'Written for this school');

  await addModule(page, 'Ask one question', 'Learn');
  await askForPicture(page);
  await nameEvidence(page);
  await press(page, /^Publish/);
  await expect(page.getByRole('dialog')).toContainText('To fix before publishing');
  await expect(page.getByRole('dialog')).toContainText('Describe level Meets of criterion A');
  await expectAccessible(page, 'what the lint stops');
  await page.screenshot({ path: '.cache/browser/authoring-stopped.png' });
  await page.keyboard.press('Escape');
  await describeLevels(page);

  await addModule(page, 'Change one lesson', 'Practice cycle');
  await expect(page.getByLabel('How often it is gone through')).toHaveValue('2');
  await nameEvidence(page);
  await describeLevels(page);
  await expectAccessible(page, 'a practice cycle');
  await page.screenshot({ path: '.cache/browser/authoring-cycle.png', fullPage: true });

  await addModule(page, 'Show what changed', 'Capstone');
  await choose(page, 'Opens', 'After all modules before it');
  await askForPicture(page);
  await nameEvidence(page);
  await describeLevels(page);
  const asked = await publish(page);
  expect(asked).toContain('This module has nothing to read.');

  await tabTo(page, page.getByRole('button', { name: `Export version 1 of ${TITLE}` }));
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  const zip = join(tmpdir(), `${randomUUID()}.zip`);
  await download.saveAs(zip);
  const other = `Other ${randomUUID()}`;
  await world.waymark('invite', '--institution', other);
  const here = await world.waymark('bundle', 'import', zip, '--institution', FIRST_INSTITUTION);
  const elsewhere = await world.waymark('bundle', 'import', zip, '--institution', other);
  await rm(zip);
  expect(here).toMatch(/version 1 \([0-9a-f]{64}\)/);
  expect(elsewhere).toBe(here);

  await press(page, `Edit ${TITLE}`);
  await tabTo(page, page.getByRole('button', { name: /^Ask one question/ }));
  await page.keyboard.press('Enter');
  await write(page, 'Summary', 'What a good question is for.');
  await publish(page, { said: 'What is this module for?', changed: 'The summary says it.' });
  await tabTo(page, page.getByRole('link', { name: `Versions of ${TITLE}` }));
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect(page.getByRole('main')).toContainText('What is this module for?');
  const compared = page.getByRole('region', { name: 'Compare two versions' });
  await expect(compared).toContainText('removed: Ask one (end of removed text) added: a good');
  await expectAccessible(page, 'the versions');
  await page.screenshot({ path: '.cache/browser/authoring-versions.png', fullPage: true });
});
