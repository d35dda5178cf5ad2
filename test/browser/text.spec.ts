import { expect, type Page } from '@playwright/test';
import { promptsOf, unrollModule } from '../../contract/cycles.ts';
import { ADDRESSES } from '../support/addresses.ts';
import { expectAccessible } from './support/accessible.ts';
import { SAMPLE } from '../support/build.ts';
import { callerAs, embedSample, openWindow, prepareWork } from './support/prepared.ts';
import { test } from './support/test.ts';
import type { World } from './support/world.ts';

const [MODULE] = SAMPLE.modules;
const PIECE = (MODULE ? promptsOf(unrollModule(MODULE))[0]?.key : '') ?? '';
const FIRST = 'Eleven left the unit out.';
const WIDTHS = [
  { width: 1180, height: 800 },
  // a phone with its keyboard open
  { width: 390, height: 420 },
];

const editorOf = (page: Page) => page.getByRole('textbox', { name: /What did the answers show/ });
const wordOf = (page: Page) => page.locator('.wm-save');

async function type(page: Page, text: string): Promise<void> {
  await editorOf(page).click();
  await page.keyboard.press('Control+End');
  await editorOf(page).pressSequentially(text, { delay: 5 });
}

async function paste(page: Page, clip: { html?: string; text?: string }): Promise<void> {
  await editorOf(page).evaluate((editor, { html, text }) => {
    const clipboardData = new DataTransfer();
    if (html) clipboardData.setData('text/html', html);
    if (text) clipboardData.setData('text/plain', text);
    editor.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, clip);
}

/** What the browser would ask before leaving: whether the page prevents it. */
const warnsBeforeLeaving = (page: Page): Promise<boolean> =>
  page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));

interface Server {
  draft(): Promise<string>;
  history(): Promise<string[]>;
}

async function prepare(
  world: World,
  page: Page,
): Promise<{ server: Server; open(page: Page): Promise<void> }> {
  const links = embedSample(world);
  const { attemptId } = await prepareWork(world, links, {
    personId: 'teacher-1',
    text: FIRST,
    submit: false,
  });
  const open = async (on: Page) => {
    await openWindow(on, world, 'teacher-1', links.module);
    await expect(editorOf(on)).toContainText(FIRST);
  };
  await open(page);
  return {
    open,
    server: {
      async draft() {
        const send = await callerAs(world, 'teacher-1', links.module);
        const { drafts } = (await send('GET', `/attempts/${attemptId}`)) as {
          drafts: { pieceKey: string; text: string }[];
        };
        return drafts.find(({ pieceKey }) => pieceKey === PIECE)?.text ?? '';
      },
      async history() {
        const send = await callerAs(world, 'teacher-1', links.module);
        const { rows } = (await send('GET', `/attempts/${attemptId}/drafts/${PIECE}/versions`)) as {
          rows: { text: string }[];
        };
        return rows.map(({ text }) => text);
      },
    },
  };
}

for (const size of WIDTHS) {
  test.describe(`at ${size.width} px`, () => {
    test.use({ viewport: size });

    test('typing on while a conflict is open is said where it is, and found in History', async ({
      page,
      context,
      world,
    }) => {
      const { server, open } = await prepare(world, page);
      const other = await context.newPage();
      await open(other);
      await type(other, ' From the other.');
      await expect.poll(() => server.draft()).toBe(`${FIRST} From the other.`);
      await expect(wordOf(other)).toHaveText('Saved');

      await type(page, ' Mine.');
      await expect(page.getByText('You wrote in two places. Both are kept.').first()).toBeVisible();
      await page.route('**/drafts/**', (route) => route.abort());
      await type(page, ' And more.');
      await expect(wordOf(page)).toContainText(/Not saved/);
      expect(await warnsBeforeLeaving(page)).toBe(true);
      await page.unroute('**/drafts/**');
      await expect(wordOf(page)).toHaveText('Kept in History', { timeout: 60_000 });

      expect(await warnsBeforeLeaving(page)).toBe(false);
      expect(await server.history()).toContain(`${FIRST} Mine. And more.`);
      await page.getByRole('button', { name: 'Compare' }).click();
      await expectAccessible(page, 'two texts side by side');
      await page.getByRole('dialog').getByRole('button', { name: 'Keep this' }).first().click();
      await expect(wordOf(page)).toHaveText('Saved');
      expect(await server.draft()).toBe(`${FIRST} Mine. And more.`);
      expect(await server.history()).toContain(`${FIRST} From the other.`);
    });

    test('what does not fit is said at the cursor, the rest is kept and saved', async ({ page, world }) => {
      const { server } = await prepare(world, page);
      const said = page.locator('.wm-editor-limit');
      const many = (tag: string, count: number) => `<${tag}>a</${tag}>`.repeat(count);

      await type(page, ' Kept.');
      for (const clip of [
        { text: 'b'.repeat(10_001) },
        { html: `${'<ul><li>a'.repeat(40)}${'</li></ul>'.repeat(40)}` },
      ]) {
        await paste(page, clip);
        await expect(said).toBeVisible();
        await expect(said).toBeInViewport();
        await type(page, '!');
        await expect(said).toBeHidden();
      }
      await paste(page, { html: `<p>lines</p>${many('p', 1_001)}` });
      await paste(page, { html: `<ul>${many('li', 501)}</ul>` });
      await paste(page, { html: '<a href="http://exa mple/x">a link that is none</a>' });
      await type(page, ' The end.');

      await expect.poll(() => server.draft()).toContain('The end.');
      await expect(wordOf(page)).toHaveText('Saved');
      const draft = await server.draft();
      expect(draft).toContain(`${FIRST} Kept.!!`);
      expect(draft).toContain('a link that is none');
    });

    for (const [status, code, words] of [
      [403, 'FORBIDDEN', /can no longer save your text/],
      [400, 'VALIDATION_FAILED', /^Something in this text can’t be kept/],
    ] as const) {
      test(`a save refused with ${status} names the cause, stays on the device, and the next is saved`, async ({
        page,
        world,
      }) => {
        const { server } = await prepare(world, page);
        await page.route('**/drafts/**', (route) =>
          route.fulfill({
            status,
            contentType: 'application/json',
            body: JSON.stringify({ code, message: 'No.', correlationId: 'abc' }),
          }),
        );

        await type(page, ' Refused.');
        await expect(page.getByText(words).first()).toBeVisible();
        await expect(wordOf(page)).toContainText('Not saved. Kept on this device');
        await expectAccessible(page, 'a refused text');
        await page.unroute('**/drafts/**');
        await page.reload();
        await expect(editorOf(page)).toContainText('Refused.');
        await type(page, ' Good.');

        await expect.poll(() => server.draft()).toBe(`${FIRST} Refused. Good.`);
        await expect(wordOf(page)).toHaveText('Saved');
      });
    }
  });
}

test('a reviewer’s comment that is too long is not cut: the field says so, nothing is lost, and shortened it is saved', async ({
  page,
  world,
}) => {
  await page.setViewportSize({ width: 390, height: 420 });
  const links = embedSample(world);
  await prepareWork(world, links, { personId: 'teacher-1', text: FIRST, submit: true });
  await openWindow(page, world, 'reviewer', links.module);
  await page.getByRole('link', { name: 'Open next' }).click();
  const comment = page.getByRole('textbox', { name: /Comment/ });

  await comment.fill('c'.repeat(4_003));
  await expect(page.getByText(/3 characters too long/).first()).toBeVisible();
  await expect(page.getByText(/A comment is longer than can be kept/).first()).toBeVisible();
  await expectAccessible(page, 'a comment that is too long');
  await page.reload();
  await expect(comment).toHaveValue('c'.repeat(4_003));
  await comment.fill('c'.repeat(4_000));

  await expect(wordOf(page)).toHaveText('Saved');
});

test('Chromium judges every address as Node does', async ({ page }) => {
  // only here: each process of the run would load it
  const { build } = await import('vite');
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, lib: { entry: 'contract/address.ts', formats: ['iife'], name: 'address' } },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const code = output && 'output' in output ? output.output[0].code : '';
  const coded = ADDRESSES.map(([typed]) => [...Array(typed.length).keys()].map((at) => typed.charCodeAt(at)));

  await page.addScriptTag({ content: code });
  const judged = await page.evaluate(
    `${JSON.stringify(coded)}.map((codes) => address.toAddress(String.fromCharCode(...codes)))`,
  );

  expect(judged).toEqual(ADDRESSES.map(([, address]) => address));
});
