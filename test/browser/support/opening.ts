import type { ElementHandle, Frame, Page } from '@playwright/test';
import type { Place } from './course.ts';
import type { World } from './world.ts';

interface How {
  /** False: the tool is the whole page. */
  readonly framed?: boolean;
  /** `en-XA`, `en-XB`. */
  readonly language?: string;
}

/** The page is there: its texts, its fonts, what it loads by itself. */
async function settled(frame: Frame): Promise<void> {
  await frame.waitForSelector('h1');
  await frame.waitForFunction(
    () => document.fonts.status === 'loaded' && !document.querySelector('.wm-skeleton'),
  );
}

/** The frame takes the whole window, as it would in an LMS with nothing around it. */
async function fill(element: ElementHandle): Promise<void> {
  await element.evaluate((frame: HTMLElement) => {
    frame.style.cssText =
      'position:fixed;inset:0;inline-size:100%;block-size:100%;max-inline-size:none;border:0;margin:0';
  });
}

async function launch(page: Page, { lms }: World, place: Place, framed: boolean): Promise<Frame> {
  const { person, courseId, link } = place;
  const tool = lms.lms.tools.list()[0]?.id ?? '';
  const activity = `/courses/${courseId}/activities/${link}`;
  const direct =
    link === 'select' ? `/courses/${courseId}/select/${tool}` : `${activity}/launch?target=window`;
  const inFrame = link === 'select' ? `/courses/${courseId}/add` : activity;
  await page.goto(`${lms.url}/act-as/${person}?to=${encodeURIComponent(framed ? inFrame : direct)}`);
  if (!framed) return page.mainFrame();
  if (link === 'select') await page.locator('[data-select]').first().click();
  const element = await page.waitForSelector('#tool-frame, #select-frame');
  await fill(element);
  const frame = await element.contentFrame();
  if (!frame) throw new Error('the LMS shows no frame');
  return frame;
}

/**
 * Goes on to another page, as a link of the tool's own does: a browser that is led here by nobody comes through an entry page,
 * which keeps no query.
 */
async function go(frame: Frame, address: string): Promise<void> {
  await frame.evaluate((to) => {
    document.documentElement.dataset['left'] = 'true';
    location.assign(to);
  }, address);
  await frame.waitForFunction(() => document.documentElement.dataset['left'] === undefined);
}

/** Launches somebody and shows them a page. @returns the frame that the client is in */
export async function openPlace(page: Page, world: World, place: Place, how: How = {}): Promise<Frame> {
  const frame = await launch(page, world, place, how.framed ?? true);
  await frame.waitForURL(/\/app\/[\w-]+\/?./);
  const [, root = ''] = /^(.*\/app\/[\w-]+)\//.exec(frame.url()) ?? [];
  const address = new URL(`${root}/${place.path}`);
  if (how.language) address.searchParams.set('lng', how.language);
  await go(frame, address.href);
  await settled(frame);
  return frame;
}
