import type { ElementHandle, Frame, Page } from '@playwright/test';
import words from '../../../client/src/i18n/en/common.json' with { type: 'json' };
import { MOST_KEPT } from '../../../server/features/sessions/resumeCookie.service.ts';
import type { Place } from './course.ts';
import type { World } from './world.ts';

interface How {
  /** False: the tool is the whole page. */
  readonly framed?: boolean;
  /** `en-XA`, `en-XB`. */
  readonly language?: string;
}

/** The frame that a page shows the client in, and the addresses of the launches that can go on in it, the oldest first. */
interface Launched {
  readonly frame: Frame;
  readonly framed: boolean;
  readonly roots: Map<string, string>;
}

const LAUNCHED = new WeakMap<Page, Launched>();

/** The page is there: its texts, its fonts, what it loads by itself. */
export async function settled(frame: Frame): Promise<void> {
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

async function showLink(page: Page, { lms }: World, place: Place, framed: boolean): Promise<Frame> {
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

const launchOf = ({ lms }: World, { person, courseId, link }: Place): string =>
  [lms.url, person, courseId, link].join(' ');

/** Launches somebody through the LMS's pages. */
async function launch(
  page: Page,
  world: World,
  place: Place,
  framed: boolean,
): Promise<{ frame: Frame; root: string }> {
  const before = LAUNCHED.get(page);
  const frame = await showLink(page, world, place, framed);
  await frame.waitForURL(/\/app\/[\w-]+\/?./);
  const [, root = ''] = /^(.*\/app\/[\w-]+)\//.exec(frame.url()) ?? [];
  // the cookies that let an older launch go on make way for those of newer ones
  const older = before?.framed === framed ? [...before.roots].slice(1 - MOST_KEPT) : [];
  LAUNCHED.set(page, { frame, framed, roots: new Map([...older, [launchOf(world, place), root]]) });
  return { frame, root };
}

/** Where an earlier launch of this person by this link can go on in this page. */
function findLaunched(
  page: Page,
  world: World,
  place: Place,
  framed: boolean,
): { frame: Frame; root: string } | null {
  const launched = LAUNCHED.get(page);
  const root = launched?.roots.get(launchOf(world, place));
  if (launched?.framed !== framed || root === undefined) return null;
  const { frame } = launched;
  return !frame.isDetached() && frame.url().startsWith(world.toolUrl) ? { frame, root } : null;
}

/**
 * Goes on to another page, as a link of the tool's own does: a browser that is led here by nobody comes through an entry page,
 * which keeps no query.
 */
export async function go(frame: Frame, address: string): Promise<void> {
  await frame.evaluate((to) => {
    document.documentElement.dataset['left'] = 'true';
    location.assign(to);
  }, address);
  // a document that has just begun has no element yet
  await frame.waitForFunction(() => document.querySelector('html:not([data-left])') !== null);
}

/**
 * Shows somebody a page, launched through the LMS the first time that this window shows them by this link; later the same launch goes
 * on, at a fifth of the cost.
 *
 * @returns the frame that the client is in
 */
export async function openPlace(page: Page, world: World, place: Place, how: How = {}): Promise<Frame> {
  const { framed = true, language } = how;
  const { frame, root } =
    findLaunched(page, world, place, framed) ?? (await launch(page, world, place, framed));
  const address = new URL(`${root}/${place.path}`);
  if (language) address.searchParams.set('lng', language);
  await go(frame, address.href);
  await settled(frame);
  // else a test would look at the wrong page, and find it in order
  const over = frame.getByRole('heading', { name: words.session.absent });
  if (place.path !== 'session-over' && (await over.count()) > 0)
    throw new Error(`${place.person} has no session at ${place.path}`);
  return frame;
}
