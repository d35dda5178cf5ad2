import { expect, test, type Frame } from '@playwright/test';
import { openStaged, withTexts } from './support/staged.ts';
import { allStages } from './support/stagedPages.ts';

const PHONE = { width: 390, height: 844 };
/** Begins from right to left, and has a word of 200 letters. */
const WRITTEN = `שלום עולם, זה טקסט של מורה ${'W'.repeat(200)}`;

interface Overflow {
  readonly page: number;
  readonly parts: string[];
}

/** How much wider the page is than its frame, and what in it is wider than where it stands and does not scroll. */
function overflowOf(frame: Frame): Promise<Overflow> {
  return frame.evaluate(() => {
    const root = document.documentElement;
    const cuts = (element: Element): boolean => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== 'visible' && at !== document.body) return true;
      }
      return false;
    };
    const parts = [...document.body.querySelectorAll<HTMLElement>('*')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      const isOut = width > 1 && (right > root.clientWidth + 1 || left < -1);
      return isOut && !cuts(element);
    });
    // a pane scrolls up and down; sideways it would hide what is in it
    const panes = [...document.body.querySelectorAll<HTMLElement>('main *, main')].filter((element) => {
      const { overflowY, overflowX } = getComputedStyle(element);
      const scrolls = overflowY === 'auto' && overflowX === 'auto';
      return (
        scrolls &&
        element.scrollWidth > element.clientWidth + 1 &&
        !element.matches('.wm-steps, .wm-review-tablist')
      );
    });
    const name = (element: HTMLElement) => `${element.tagName}.${element.className}`.slice(0, 80);
    return { page: root.scrollWidth - root.clientWidth, parts: [...parts, ...panes].slice(0, 6).map(name) };
  });
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

/** Sentences of ours that hold such a text without isolating it. */
function isolates(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const wrong: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.nodeValue ?? '';
      if (
        /[^\u2068\s\u0590-\u05ff][^\u2068]*?(?<![\u2068])[\u0590-\u05ff]/.test(text) &&
        !text.includes('\u2068')
      ) {
        if (/^[A-Za-z]/.test(text.trim())) wrong.push(text.slice(0, 60));
      }
    }
    return wrong;
  });
}

for (const [name, stage] of allStages()) {
  test(`${name}: an unbroken text of 200 letters widens nothing on a phone, and what is written from right to left runs so`, async ({
    page,
  }) => {
    await page.setViewportSize(PHONE);

    const frame = await openStaged(page, { ...stage, change: (reply) => withTexts(reply, WRITTEN) });

    expect(await overflowOf(frame)).toEqual({ page: 0, parts: [] });
    expect(await misdirected(frame)).toEqual([]);
    expect(await isolates(frame)).toEqual([]);
  });

  test(`${name}: words that are 40 % longer fit on a phone`, async ({ page }) => {
    await page.setViewportSize(PHONE);

    const frame = await openStaged(page, { ...stage, language: 'en-XA' });

    await expect(frame.locator('h1').first()).toBeVisible();
    expect(await overflowOf(frame)).toEqual({ page: 0, parts: [] });
  });
}
