import type { Frame } from '@playwright/test';
import { documentOf } from '../../contract/richText.ts';
import { ownWork, type Place } from './support/course.ts';
import { openPlace } from './support/opening.ts';
import { addCheck, handIn, write } from './support/pupils.ts';
import { expect, test } from './support/test.ts';

// the first test of each process builds the courses
test.describe.configure({ timeout: 240_000 });

const PHONE = { width: 390, height: 844 };

test.use({ viewport: PHONE, hasTouch: true, isMobile: true, onlyLooks: true });

function first(places: readonly Place[]): Place {
  const [place] = places;
  if (!place) throw new RangeError('there is no such page');
  return place;
}

test.describe('the way back to the course', () => {
  test('stands in the bar of every kind of page where the tool is the whole page', async ({
    page,
    shared,
  }) => {
    const { places, courseId } = await shared.course('usual');
    for (const place of [places.map, places.module, places.welcome].map(first)) {
      const frame = await openPlace(page, shared.world, place, { framed: false });

      const back = frame.getByRole('link', { name: 'Back to your course' });
      const course = `${shared.world.lms.url}/courses/${courseId}/return?link=${place.link}`;
      await expect(back).toHaveAttribute('href', course);
      const box = await back.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0), 'a finger meets it').toBeGreaterThanOrEqual(44);
    }
  });

  test.describe('of a launch of its own', () => {
    test.use({ onlyLooks: false });

    test('leads to the LMS where the launch named no address of the course, and says so', async ({
      page,
      shared,
    }) => {
      const { places } = await shared.course('usual');
      const { settings } = shared.world.lms.lms;
      settings.set({ returnUrl: false });

      const opening = openPlace(page, shared.world, first(places.module), { framed: false });
      const frame = await opening.finally(() => settings.set({ returnUrl: true }));

      const back = frame.getByRole('link', { name: 'Back to your LMS' });
      await expect(back).toHaveAttribute('href', shared.world.lms.url);
    });
  });

  test('is not there in a frame: the course is around it', async ({ page, shared }) => {
    const { places } = await shared.course('usual');

    const frame = await openPlace(page, shared.world, first(places.module));

    await expect(frame.getByRole('link', { name: /^Back to your/ })).toHaveCount(0);
  });
});

test('the menu of a file opens in front of the rubric’s bar, wherever its row stands', async ({
  page,
  shared,
}) => {
  await page.setViewportSize({ width: 390, height: 560 });
  const { places } = await shared.course('usual');
  const frame = await openPlace(page, shared.world, first(places.module));
  const menu = frame.getByRole('button', { name: /^Options for Exit check/ });
  // as low as a row may stand: right above the bar
  await menu.evaluate((element) => element.scrollIntoView({ block: 'end' }));

  await menu.tap();

  for (const entry of await frame.getByRole('menuitem').all()) {
    const onTop = await entry.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const there = document.elementFromPoint(left + width / 2, top + height / 2);
      return element.contains(there) || (there?.contains(element) ?? false);
    });
    expect(onTop, await entry.innerText()).toBe(true);
  }
});

test('the handle of the rubric’s sheet is as large as a finger, and a tap or a key makes the sheet larger and smaller', async ({
  page,
  shared,
}) => {
  const { places } = await shared.course('usual');
  const frame = await openPlace(page, shared.world, first(places.module));
  await frame.getByRole('button', { name: /^Rubric: / }).tap();
  const dialog = frame.getByRole('dialog');
  const share = () => dialog.evaluate((element) => element.clientHeight / window.innerHeight);
  await expect.poll(share).toBeCloseTo(0.62, 1);
  const larger = frame.getByRole('button', { name: 'Make the rubric larger' });
  expect((await larger.boundingBox())?.height).toBeGreaterThanOrEqual(44);

  await larger.tap();
  await expect.poll(share).toBeCloseTo(0.92, 1);
  await frame.getByRole('button', { name: 'Make the rubric smaller' }).tap();
  await expect.poll(share).toBeCloseTo(0.62, 1);
  await larger.press('Enter');

  await expect.poll(share).toBeCloseTo(0.92, 1);
});

test('an upload that was stopped is read in sentences, not word by word', async ({ page, shared }) => {
  const { places } = await shared.course('usual');
  const frame = await openPlace(page, shared.world, first(places.module));

  const row = frame.locator('.wm-evidence', { hasText: 'Film of the class.mp4' });

  const text = await row.locator('.wm-evidence-text').boundingBox();
  expect(text?.width).toBeGreaterThanOrEqual(170);
  await expect(row).toContainText('Choose the same file again to continue.');
});

/** No browser test has a real keyboard on its screen: what one does is told, a lower visual viewport. */
async function raiseKeyboard(frame: Frame, height: number | null): Promise<void> {
  await frame.evaluate((left) => {
    const visual = window.visualViewport;
    if (!visual) throw new Error('no visual viewport');
    if (left === null) Reflect.deleteProperty(visual, 'height');
    else Object.defineProperty(visual, 'height', { configurable: true, value: left });
    visual.dispatchEvent(new Event('resize'));
  }, height);
}

test('while a keyboard is on the screen the lower bars give way and the tools stay', async ({
  page,
  shared,
}) => {
  const { places } = await shared.course('usual');
  const frame = await openPlace(page, shared.world, first(places.module), { framed: false });
  const bars = frame.locator('.wm-foot, .wm-peek');
  const editor = frame.locator('.wm-editor-text').first();
  const toolbar = frame.locator('.wm-toolbar').first();
  await editor.tap();
  await expect(bars).toHaveCount(2);
  await expect(bars.first()).toBeVisible();

  await raiseKeyboard(frame, 420);
  await editor.press('Control+End');

  await expect(bars.first()).toBeHidden();
  await expect(bars.last()).toBeHidden();
  const tools = await toolbar.boundingBox();
  expect(tools?.y).toBeGreaterThanOrEqual(0);
  expect((tools?.y ?? 0) + (tools?.height ?? 0)).toBeLessThanOrEqual(420);
  const bottom = await frame
    .locator('.wm-frame')
    .evaluate((element) => element.getBoundingClientRect().bottom);
  expect(bottom, 'the page takes what the keyboard leaves').toBeLessThanOrEqual(421);
  await raiseKeyboard(frame, null);
  await expect(bars.first()).toBeVisible();
});

/** How far the block is from where reading goes on: its upper edge over the pane's, 0 while the edge cuts it. */
const awayFromEdge = (frame: Frame, words: string) =>
  frame.evaluate((text) => {
    const block = [...document.querySelectorAll('#step-learn p, #step-learn li, .wm-editor-text p')].find(
      (one) => one.textContent?.startsWith(text),
    );
    let pane = block?.parentElement ?? null;
    while (
      pane &&
      !(getComputedStyle(pane).overflowY === 'auto' && pane.scrollHeight > pane.clientHeight + 1)
    ) {
      pane = pane.parentElement;
    }
    if (!block || !pane) throw new Error('nothing scrolls here');
    const edge = pane.getBoundingClientRect().top;
    const { top, bottom } = block.getBoundingClientRect();
    return top > edge ? top - edge : Math.max(0, edge - bottom);
  }, words);

test('turning the phone keeps what was read where it was, there and back', async ({ page, shared }) => {
  const text = Array.from(
    { length: 60 },
    (_, n) => `Paragraph ${n}. ${'What the answers had in common. '.repeat(4)}`,
  );
  const course = await shared.course('usual');
  const { pupil, place } = await ownWork(course, 'turning', text.join('\n'));
  await addCheck(course.setting, pupil);
  await handIn(course.setting, pupil);
  const frame = await openPlace(page, shared.world, place, { framed: false });
  const start = await frame.evaluate(() => {
    const block = [...document.querySelectorAll('.wm-editor p')].find((one) =>
      one.textContent?.startsWith('Paragraph 31'),
    );
    block?.classList.add('wm-editor-text');
    block?.parentElement?.classList.add('wm-editor-text');
    block?.scrollIntoView({ block: 'start' });
    return block !== undefined;
  });
  expect(start).toBe(true);
  await expect.poll(() => awayFromEdge(frame, 'Paragraph 31')).toBeLessThan(40);
  await page.waitForFunction(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))); // prettier-ignore

  await page.setViewportSize({ width: 844, height: 390 });
  await expect.poll(() => awayFromEdge(frame, 'Paragraph 31')).toBeLessThan(60);
  await page.setViewportSize(PHONE);

  await expect.poll(() => awayFromEdge(frame, 'Paragraph 31')).toBeLessThan(60);
});

const schemeOf = (frame: Frame) =>
  frame.evaluate(() => document.documentElement.dataset['mantineColorScheme']);

test.describe('the theme', () => {
  // a choice stays in the browser
  test.use({ onlyLooks: false });

  test('is light in the frame of an LMS, as the system in a window of its own, and as chosen in both', async ({
    page,
    shared,
  }) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    const me = first((await shared.course('usual')).places.me);

    const framed = await openPlace(page, shared.world, me);
    expect(await schemeOf(framed)).toBe('light');
    const alone = await openPlace(page, shared.world, me, { framed: false });
    expect(await schemeOf(alone)).toBe('dark');
    const again = await openPlace(page, shared.world, me);
    await again.getByRole('button', { name: 'More' }).tap();
    await again.getByRole('menuitem', { name: 'Text and theme' }).tap();
    await again.getByRole('radio', { name: 'Dark' }).check({ force: true });

    expect(await schemeOf(again)).toBe('dark');
  });
});

test('each paragraph of a text that is written runs its own way', async ({ page, shared }) => {
  const course = await shared.course('usual');
  const { pupil, place } = await ownWork(course, 'both-ways', 'שלום');
  await write(course.setting, pupil, documentOf('שלום לכולם\nHello everybody\nעוד שורה'));

  const frame = await openPlace(page, shared.world, place);

  const paragraphs = frame.locator('.wm-editor-text').first().locator('p');
  await expect(paragraphs).toHaveCount(3);
  const directions = await paragraphs.evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
  expect(directions).toEqual(['rtl', 'ltr', 'rtl']);
});
