import { expect, type Page } from '@playwright/test';
import { photo } from '../support/files/samples.ts';
import { SAMPLES } from '../client/attempts/pasteSamples.ts';
import { expectAccessible } from './support/accessible.ts';
import { callerAs, embedSample, openWindow, prepareWork } from './support/prepared.ts';
import { test } from './support/test.ts';
import type { World } from './support/world.ts';

const editorOf = (page: Page) => page.getByRole('textbox', { name: /^What did the answers show/ });

async function openModule(page: Page, world: World): Promise<() => Promise<string[]>> {
  const links = embedSample(world);
  const { attemptId } = await prepareWork(world, links, {
    personId: 'teacher-1',
    text: 'Here:',
    submit: false,
  });
  await openWindow(page, world, 'teacher-1', links.module);
  await editorOf(page).click();
  await page.keyboard.press('Control+End');
  return async () => {
    const send = await callerAs(world, 'teacher-1', links.module);
    const { evidence } = (await send('GET', `/attempts/${attemptId}`)) as { evidence: { name: string }[] };
    return evidence.map(({ name }) => name);
  };
}

interface Clip {
  html?: string;
  text?: string;
  /** base64 of a PNG. */
  image?: string;
}

/** Pastes what another program put on the clipboard: a browser lets no test put it there unchanged. */
async function paste(page: Page, clip: Clip): Promise<void> {
  await editorOf(page).evaluate((editor, { html, text, image }) => {
    const clipboardData = new DataTransfer();
    if (html) clipboardData.setData('text/html', html);
    if (text) clipboardData.setData('text/plain', text);
    if (image) {
      const bytes = Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0));
      clipboardData.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
    }
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    editor.dispatchEvent(event);
  }, clip);
}

const sample = (from: string) => SAMPLES.find((one) => one.from.startsWith(from))?.html ?? '';

test('a list from Word stays a list, and one that the browser itself copied too, with its table', async ({
  page,
  context,
  world,
}) => {
  await openModule(page, world);

  await paste(page, { html: sample('Word: a list with a list in it'), text: 'What I saw' });

  await expect(editorOf(page).locator('ul > li > ul > li')).toHaveCount(2);
  await expect(editorOf(page).locator('li', { hasText: '·' })).toHaveCount(0);
  const other = await context.newPage();
  await other.setContent(
    '<ul><li>First<ul><li>Below</li></ul></li></ul><table><tr><td>7b</td><td>9</td></tr></table>',
  );
  await other.keyboard.press('Control+a');
  await other.keyboard.press('Control+c');
  await other.close();
  await page.bringToFront();
  await editorOf(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Control+v');
  await expect(editorOf(page).locator('li > ul > li:not(:has(li))', { hasText: 'Below' })).toBeVisible();
  await expect(editorOf(page).locator('li', { hasText: /^First/ })).toBeVisible();
  await expect(editorOf(page)).toContainText('7b | 9');
});

test('a pasted picture is shown and asked about first, and handed in only when that is said', async ({
  page,
  world,
}) => {
  const evidence = await openModule(page, world);
  const image = (await photo('png')).toString('base64');
  const dialog = page.getByRole('dialog', { name: 'Add what you pasted as a file?' });

  await paste(page, { image });
  await expect(dialog.locator('canvas')).toBeVisible();
  await expectAccessible(page, 'what was pasted');
  await dialog.getByRole('button', { name: 'Leave it out' }).click();
  await expect(dialog).toBeHidden();
  expect(await evidence()).toEqual(['Exit check, four questions']);
  const html = `<p>With it</p><img src="data:image/png;base64,${image}">`;
  await paste(page, { html, text: 'With it' });
  await expect(editorOf(page)).toContainText('With it');
  await dialog.getByRole('button', { name: 'Add it as a file' }).click();

  await expect(page.locator('.wm-evidence', { hasText: 'picture.png' })).toContainText(/Evidence for/);
  expect(await evidence()).toContain('picture.png');
});

test('a paste that is too long says so at the cursor, and changes nothing', async ({ page, world }) => {
  await openModule(page, world);
  for (let n = 0; n < 30; n += 1) await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Home');

  await paste(page, { text: 'a'.repeat(10_001) });

  const words = page.locator('.wm-editor-limit', { hasText: /^At most 10,000 characters fit/ });
  await expect(words).toBeVisible();
  const [line, said] = [await editorOf(page).locator('p').first().boundingBox(), await words.boundingBox()];
  expect(Math.abs((said?.y ?? 0) - ((line?.y ?? 0) + (line?.height ?? 0)))).toBeLessThan(40);
  await expect(editorOf(page)).not.toContainText('aaaa');
  await page.keyboard.type('b');
  await expect(words).toBeHidden();
});
