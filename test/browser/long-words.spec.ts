import type { Frame } from '@playwright/test';
import { PAGE_IDS, pageOf, type PageId } from '../../client/src/pages/registry.ts';
import type { Place } from './support/course.ts';
import { openPlace } from './support/opening.ts';
import { overflowOf } from './support/overflow.ts';
import type { SharedWorld } from './support/shared.ts';
import { expect, test } from './support/test.ts';

// the first test of each process builds the courses
test.describe.configure({ timeout: 240_000 });
test.use({ onlyLooks: true });

const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1180, height: 544 };

/** All places of a page, in the course of people who write like this. */
async function placesOf(
  shared: SharedWorld,
  id: PageId,
  wording: 'usual' | 'long',
): Promise<readonly Place[]> {
  if (pageOf(id).role === 'admin') await shared.grades();
  return (await shared.course(wording)).places[id];
}

/** Texts that begin with Hebrew and are laid out from left to right; in the middle of a sentence of ours they are isolated. */
function misdirected(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const wrong: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = (node.nodeValue ?? '').trim();
      const parent = node.parentElement;
      if (!parent || !/^[\u0590-\u05ff]/.test(text) || parent.closest('title, script')) continue;
      const { direction, unicodeBidi } = getComputedStyle(parent);
      if (direction !== 'rtl' && unicodeBidi !== 'plaintext')
        wrong.push(`${parent.tagName}.${parent.className}`);
    }
    return [...new Set(wrong)];
  });
}

/**
 * Sentences and lines of ours that hold such a text without isolating it, or two of them side by side: in this course each text of
 * a person is the same, and holds no Latin letter but W.
 */
function mixed(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const wrong: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const bare = (node.nodeValue ?? '').replace(/\u2068[^\u2069]*\u2069/g, '');
      const texts = bare.match(/שלום/g)?.length ?? 0;
      const isMixed = texts > 1 || (texts === 1 && /[A-VX-Za-z0-9]/.test(bare));
      if (isMixed && !node.parentElement?.closest('title, script, option')) wrong.push(bare.slice(0, 80));
    }
    return wrong;
  });
}

for (const id of PAGE_IDS) {
  test(`${id}: an unbroken text of 200 letters widens nothing, on a phone and in a wide frame, and what is written from right to left runs so`, async ({
    page,
    shared,
  }) => {
    for (const place of await placesOf(shared, id, 'long')) {
      await page.setViewportSize(PHONE);
      const frame = await openPlace(page, shared.world, place);

      expect(await overflowOf(frame), place.path).toEqual({ page: 0, parts: [] });
      expect(await misdirected(frame), place.path).toEqual([]);
      expect(await mixed(frame), place.path).toEqual([]);
      await page.setViewportSize(WIDE);
      expect(await overflowOf(frame), `${place.path}, wide`).toEqual({ page: 0, parts: [] });
    }
  });

  test(`${id}: words that are 40 % longer fit on a phone`, async ({ page, shared }) => {
    await page.setViewportSize(PHONE);

    for (const place of await placesOf(shared, id, 'usual')) {
      const frame = await openPlace(page, shared.world, place, { language: 'en-XA' });

      await expect(frame.getByRole('main'), 'the words are the longer ones').toContainText(/[áåéïö]/i);
      expect(await overflowOf(frame), place.path).toEqual({ page: 0, parts: [] });
    }
  });
}
