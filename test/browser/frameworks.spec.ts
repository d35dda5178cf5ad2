import { randomUUID } from 'node:crypto';
import { expect } from '@playwright/test';
import { buildCore, toImport } from '../support/frameworks.ts';
import { callerAsAdmin, embedSample, openWindow } from './support/prepared.ts';
import { test } from './support/test.ts';

const TABLE = 'code,title,level,strand\nP1,Peer checks,Start,Assessment\nP2,,Expert,Assessment\n';

test('an admin mends a table row by row and publishes it; a designer reads it', async ({ page, world }) => {
  const links = embedSample(world);
  await callerAsAdmin(world, 'teacher-5', links.module);
  const root = await openWindow(page, world, 'teacher-5', links.module);
  await page.goto(`${root}/frameworks/import`);

  const table = (text: string) => ({ name: 'own.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByLabel('File').setInputFiles(table(TABLE));
  await page.getByRole('textbox', { name: 'Title' }).fill('Our practice');
  await page.getByRole('textbox', { name: 'Who wrote it' }).fill('Teacher 14');
  await page.getByRole('textbox', { name: /^Levels/ }).fill('Start, Lead');
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByRole('row', { name: /^3 title/ })).toContainText('needs a title');
  await expect(page.getByRole('row', { name: /^3 level/ })).toContainText('There is no level Expert');

  await page.getByLabel('File').setInputFiles(table(TABLE.replace('P2,,Expert', 'P2,Exit tickets,Lead')));
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('button', { name: 'Publish version 1' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Our practice' })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export as a table' }).click();
  expect((await download).suggestedFilename()).toBe('our-practice-1.csv');

  const designing = await openWindow(page, world, 'designer', links.module);
  await page.goto(`${designing}/frameworks`);
  await page.getByRole('link', { name: 'Our practice' }).click();
  await page.getByRole('searchbox').fill('exit');
  await page.getByRole('button', { name: /Exit tickets/ }).click();
  await expect(page.getByText('Level: Lead')).toBeVisible();
});

test('a framework of two thousand items is searched as one types', async ({ page, world }) => {
  const links = embedSample(world);
  const key = '30000000-0000-4000-8000-000000000001';
  const items = Array.from({ length: 2000 }, (_, at) => ({
    key: `30000000-0000-4000-8000-1${String(at).padStart(11, '0')}`,
    code: `X${at}`,
    strand: at % 2 === 0 ? 'assessment' : 'multimedia',
    level: null,
    title: `Item number ${at}`,
    canDo: `I can do what item ${at} says.`,
    evidenceIdeas: [],
    alignments: [],
  }));
  const send = await callerAsAdmin(world, 'teacher-5', links.module);
  const large = buildCore({ key, slug: 'large-one', title: 'A large one', items, crosswalk: [] });
  await send('POST', '/admin/frameworks/import', toImport(large));
  const root = await openWindow(page, world, 'designer', links.module);
  await page.goto(`${root}/frameworks/${key}`);

  await page.getByRole('button', { name: /^Assessment: 1,000 items/ }).click();
  await page.getByRole('searchbox').pressSequentially('number 1999');

  await expect(page.getByRole('button', { name: /Item number 1999/ })).toBeVisible();
  expect(await page.locator('.wm-item').count()).toBe(1);
});

test('two admins who write one overlay at once see each other, and both texts are kept', async ({
  browser,
  page,
  world,
}) => {
  const links = embedSample(world);
  const administer = await callerAsAdmin(world, 'teacher-5', links.module);
  await callerAsAdmin(world, 'teacher-4', links.module);
  const core = buildCore({ key: randomUUID(), slug: 'adapted-by-two' });
  await administer('POST', '/admin/frameworks/import', toImport(core));
  const adapted = { key: core.key, version: 1 };
  const source = { from: 'core', key: randomUUID(), title: 'Our practice', source: 'Here', core: adapted };
  const { draftId } = (await administer('POST', '/admin/overlays', source)) as { draftId: string };
  const context = await browser.newContext();
  const other = await context.newPage();
  for (const [window, person] of [
    [page, 'teacher-5'],
    [other, 'teacher-4'],
  ] as const) {
    const root = await openWindow(window, world, person, links.module);
    await window.goto(`${root}/overlays/${draftId}`);
    await window.getByRole('textbox', { name: 'Title', exact: true }).waitFor();
  }
  await expect(other.getByText(/is here\.$/)).toBeVisible();

  await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Our district');
  await other.getByRole('textbox', { name: 'Description' }).fill('For every school.');

  for (const window of [page, other]) {
    await expect(window.getByRole('textbox', { name: 'Title', exact: true })).toHaveValue('Our district', {
      timeout: 30_000,
    });
    await expect(window.getByRole('textbox', { name: 'Description' })).toHaveValue('For every school.', {
      timeout: 30_000,
    });
    await expect(window.locator('.wm-save')).toHaveAttribute('data-word', 'saved', { timeout: 30_000 });
  }
  await context.close();
});
