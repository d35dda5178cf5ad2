import type { Frame, Page } from '@playwright/test';
import { ADMIN } from './support/course.ts';
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

/** What is focused: its place in the dialog, whether it is in one, and on the screen with nothing over it. */
interface Stop {
  readonly index: number;
  readonly name: string;
  readonly seen: boolean;
  readonly inDialog: boolean;
}

function focused(frame: Frame): Promise<Stop> {
  return frame.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return { index: -1, name: '', seen: false, inDialog: false };
    const dialog = element.closest('[role=dialog]');
    // within the dialog: the page behind it may still be loading
    const index = dialog ? [dialog, ...dialog.querySelectorAll('*')].indexOf(element) : -1;
    // a radio button is drawn by the label that it lies under
    const shown = element.matches('input') ? (element.closest('label') ?? element) : element;
    const { left, top, bottom, width, height } = shown.getBoundingClientRect();
    // of what may be taller than the room between title and actions, the start is seen
    const isTall = height > window.innerHeight / 4;
    const middle = document.elementFromPoint(left + width / 2, top + (isTall ? 22 : height / 2));
    const onScreen = top >= -1 && (isTall || bottom <= window.innerHeight + 1);
    const own = middle !== null && (shown.contains(middle) || middle.contains(shown));
    const name =
      element.id || `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent ?? ''}`;
    return { index, name: name.slice(0, 80), seen: onScreen && own, inDialog: dialog !== null };
  });
}

/** One stop on; where it ends is in the dialog and on the screen. */
async function step(page: Page, frame: Frame, key: 'Tab' | 'Shift+Tab'): Promise<number> {
  await page.keyboard.press(key);
  const { index, name } = await focused(frame);
  // on a slow machine the dialog may be laid out again after the key: what counts is where it ends
  await expect
    .poll(() => focused(frame), { message: `a stop of ${key} is in the dialog and on the screen` })
    .toMatchObject({ inDialog: true, seen: true, name });
  return index;
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
  const there: number[] = [];
  let next = await step(page, frame, 'Tab');
  while (!there.includes(next)) {
    there.push(next);
    next = await step(page, frame, 'Tab');
  }
  expect(there.length, 'Tab reaches every control').toBeGreaterThanOrEqual(controls);
  // a title that scrolls is a stop as well, but only the first time
  expect(there.indexOf(next), 'Tab goes round').toBeLessThanOrEqual(1);

  const round = there.slice(there.indexOf(next));
  const back: number[] = [];
  while (back.length < round.length) back.push(await step(page, frame, 'Shift+Tab'));
  expect(back, 'Shift+Tab goes the same way back').toEqual(round.reverse());
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
  // a sheet slides in; what is drawn anew meanwhile ends its animation early
  await dialog.evaluate((element) =>
    Promise.allSettled(element.getAnimations({ subtree: true }).map(({ finished }) => finished)),
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
      const place = at(course);
      if (!place) throw new RangeError('there is no such page');
      if (place.person === ADMIN) await shared.grades();
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
