import { buffer } from 'node:stream/consumers';
import { expect, type Download, type Page } from '@playwright/test';
import { readBundle } from '../../server/bundles/readBundle.ts';
import { pathwayWithFile, PLAN, plainBundle, zipFiles } from '../support/bundles/sampleBundle.ts';
import { expectAccessible } from './support/accessible.ts';
import { embedSample, openWindow } from './support/prepared.ts';
import { test } from './support/test.ts';
import type { World } from './support/world.ts';

const SIZES = [
  [1180, 800],
  [390, 844],
] as const;

/** The studio in a window of the designer's. @returns the address of the launch's pages */
async function openStudio(page: Page, world: World): Promise<string> {
  const root = await openWindow(page, world, 'designer', embedSample(world).module);
  await page.goto(`${root}/studio`);
  await page.getByRole('heading', { name: 'Studio' }).waitFor();
  return root;
}

/** Chooses a zip in the dialog. */
async function chooseZip(page: Page, zip: Buffer): Promise<void> {
  await page.getByRole('button', { name: 'Import a bundle' }).click();
  const file = { name: 'pathway.zip', mimeType: 'application/zip', buffer: zip };
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(file);
}

const bytesOf = async (download: Download): Promise<Buffer> => buffer(await download.createReadStream());

async function press(page: Page, name: string | RegExp): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name }).first().click(),
  ]);
  return bytesOf(download);
}

for (const [width, height] of SIZES)
  test(`a designer imports a bundle as a draft, adds a file, and has both back, at ${width} px`, async ({
    page,
    world,
  }) => {
    await page.setViewportSize({ width, height });
    const root = await openStudio(page, world);
    await chooseZip(page, zipFiles(plainBundle()));
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This is new here.').waitFor();
    await expectAccessible(page, `an import, ${width} px`);
    await page.screenshot({ path: `.cache/browser/bundle-import-${width}.png` });

    await dialog.getByRole('button', { name: 'Import as a draft' }).click();
    await page.waitForURL(/\/studio\/[0-9a-f-]{36}/);
    const draft = page.url().split('?')[0] ?? '';
    const [module] = pathwayWithFile().modules;
    await page.goto(`${draft}?at=${module?.key}`);
    const table = { name: 'marks.csv', mimeType: 'text/csv', buffer: Buffer.from('name,mark\nA,1\n') };
    await page
      .locator('.wm-studio-step')
      .first()
      .locator('.wm-studio-add input[type=file]')
      .setInputFiles(table);
    await expect(page.getByText(/^marks\.csv, /)).toBeVisible();
    await expect(page.locator('.wm-save')).toHaveAttribute('data-word', 'saved');
    await page.screenshot({ path: `.cache/browser/bundle-file-${width}.png`, fullPage: true });
    const preview = page.getByRole('radio', { name: 'Preview' });
    if (await preview.isVisible()) await preview.check({ force: true });
    const plan = await press(page, 'Download “A lesson plan”');
    await page.goto(`${root}/studio`);
    const zip = await press(page, /^Export the draft of /);

    const paths = await readBundle(zip, ({ files }) => files.map(({ path }) => path));
    expect(plan).toEqual(PLAN);
    expect(paths).toEqual(['files/marks.csv', 'files/plan.md']);
    await page.getByRole('button', { name: 'Import a bundle' }).waitFor();
    await page.screenshot({ path: `.cache/browser/bundle-studio-${width}.png` });
  });

test('a zip that leads out of its folder is refused in words in the dialog, and another can be chosen', async ({
  page,
  world,
}) => {
  await openStudio(page, world);

  await chooseZip(page, zipFiles(plainBundle(), { name: '../evil.txt', data: 'x' }));

  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/Nothing was imported\. \.\.\/evil\.txt is a name/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Choose another zip' })).toBeVisible();
  await expectAccessible(page, 'a refused import');
});
