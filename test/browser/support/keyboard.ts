import type { Locator, Page } from '@playwright/test';

/** As many as the longest form has stops. */
const PRESSES_MAX = 200;

/** Goes on with Tab until something has the focus. */
export async function tabTo(page: Page, place: Locator): Promise<void> {
  await place.first().waitFor({ state: 'attached' });
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    if (await place.first().evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${place.toString()}`);
}

/** Presses a button. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  await tabTo(page, page.getByRole('button', { name }));
  await page.keyboard.press('Enter');
}

/** Writes a field anew. */
export async function write(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, page.getByRole('textbox', { name, exact: true }));
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

/** Chooses in the open menu. */
export async function pick(page: Page, name: string): Promise<void> {
  const item = page.getByRole('menuitem', { name, exact: true });
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    if (await item.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}
