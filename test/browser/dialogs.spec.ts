import type { Frame, Page } from '@playwright/test';
import { dialogsOfTheSource, dialogsPastTheComponent, OPENINGS } from './support/dialogs.ts';
import { openPlace } from './support/opening.ts';
import { expect, test } from './support/test.ts';
import { findTouchTargetsTooSmall } from './support/touch.ts';

// the first test of each process builds the courses
test.describe.configure({ timeout: 240_000 });
// what a finger meets is as large as a finger; keys work all the same
test.use({ hasTouch: true });

const FRAMES = [
  { name: 'narrow', width: 390, height: 560 },
  { name: 'wide', width: 1180, height: 544 },
] as const;

/** What is focused in the dialog, once it is wholly on the screen and nothing lies over it. */
function focused(frame: Frame): Promise<{ name: string; seen: boolean; inDialog: boolean }> {
  return frame.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return { name: '', seen: false, inDialog: false };
    const dialog = element.closest('[role=dialog]');
    // a radio button is drawn by the label that it lies under
    const shown = element.matches('input') ? (element.closest('label') ?? element) : element;
    const { left, top, bottom, width, height } = shown.getBoundingClientRect();
    const isTall = height > window.innerHeight / 2;
    const middle = document.elementFromPoint(
      left + width / 2,
      isTall ? (top + bottom) / 2 : top + height / 2,
    );
    const onScreen = isTall || (top >= -1 && bottom <= window.innerHeight + 1);
    const own = middle !== null && (shown.contains(middle) || middle.contains(shown));
    const name =
      element.id || `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent ?? ''}`;
    return { name: name.slice(0, 80), seen: onScreen && own, inDialog: dialog !== null };
  });
}

async function reachAllByKeyboard(page: Page, frame: Frame): Promise<void> {
  const controls = await frame.evaluate(() => {
    const all = '[role=dialog] :is(button, a[href], input, textarea, select, summary, iframe, video, audio)';
    const seen = [...document.querySelectorAll<HTMLElement>(all)].filter(
      (one) => !one.matches(':disabled, [hidden], [hidden] *') && one.tabIndex >= 0,
    );
    const radios = seen.filter((one) => one.matches('input[type=radio]'));
    const groups = new Set(radios.map((one) => (one as HTMLInputElement).name)).size;
    return seen.length - radios.length + groups;
  });
  const visited = new Set<string>();
  for (let n = 0; n < controls; n += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(frame);
    expect(at, 'a stop of Tab is in the dialog and on the screen').toMatchObject({
      inDialog: true,
      seen: true,
    });
    visited.add(`${n} ${at.name}`);
  }
  expect(visited.size).toBe(controls);
  await page.keyboard.press('Tab');
  expect((await focused(frame)).inDialog, 'Tab goes round').toBe(true);
}

/** Pressing End brings the last line into view: keys scroll what has no control in it. */
async function reachTheEnd(page: Page, frame: Frame): Promise<void> {
  const dialog = frame.getByRole('dialog');
  await dialog.evaluate((element: HTMLElement) => element.focus({ preventScroll: true }));
  // a line that is laid out after the key was pressed makes the dialog longer
  await expect
    .poll(async () => {
      await page.keyboard.press('End');
      return dialog.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
    })
    .toBeLessThanOrEqual(1);
}

test('every dialog of the source is opened here, and none is made past the one component', () => {
  expect(Object.keys(OPENINGS).sort()).toEqual(dialogsOfTheSource());
  expect(dialogsPastTheComponent()).toEqual([]);
});

async function expectWithin(frame: Frame, size: (typeof FRAMES)[number]): Promise<void> {
  const dialog = frame.getByRole('dialog');
  await expect(dialog).toBeVisible();
  // what is still being read would make it higher after its end was looked for
  await expect(dialog.locator('.wm-skeleton, [aria-busy=true]')).toHaveCount(0);
  // a sheet slides in
  await dialog.evaluate((element) =>
    Promise.all(element.getAnimations({ subtree: true }).map(({ finished }) => finished)),
  );
  const box = await dialog.evaluate((element) => element.getBoundingClientRect().toJSON() as DOMRect);
  expect(box.top).toBeGreaterThanOrEqual(0);
  expect(box.bottom).toBeLessThanOrEqual(size.height);
  expect(box.right).toBeLessThanOrEqual(size.width);
}

for (const [name, { at, ready, open, only }] of Object.entries(OPENINGS)) {
  const sizes = FRAMES.filter((size) => only === undefined || only === size.name);
  const said = sizes.map(({ width, height }) => `${width} × ${height}`).join(' and of ');
  test.describe(() => {
    // what has to happen first is written in the browser
    test.use({ onlyLooks: ready === undefined });

    test(`${name}, with texts of 200 letters, lies within a frame of ${said}, and all of it is reached by keys and by fingers`, async ({
      page,
      shared,
    }) => {
      const course = await shared.course('long');
      if (/^features\/(grades|assignments)\//.test(name)) await shared.grades();
      const place = at(course);
      if (!place) throw new RangeError('there is no such page');
      await page.setViewportSize(sizes[0] ?? FRAMES[0]);
      const frame = await openPlace(page, shared.world, place);
      await ready?.({ page, frame, course });

      for (const size of sizes) {
        await page.setViewportSize(size);
        await open(frame);

        await expectWithin(frame, size);
        expect(await findTouchTargetsTooSmall(frame, '[role=dialog]')).toEqual([]);
        await reachAllByKeyboard(page, frame);
        await reachTheEnd(page, frame);
        await page.keyboard.press('Escape');
        await expect(frame.getByRole('dialog')).toHaveCount(0);
      }
    });
  });
}
