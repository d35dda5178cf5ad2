import type { BrowserContext, Page } from '@playwright/test';
import { SAMPLE } from '../support/build.ts';
import { embedSample, prepareWork } from './support/prepared.ts';
import { expect, test, type Cookies } from './support/test.ts';
import { agree, tool } from './support/walk.ts';
import { startWorld, type World } from './support/world.ts';

const MODULE = SAMPLE.modules[0]?.title ?? '';

/**
 * To Chromium whatever a test does in a page by script is a person's gesture there and in the frames of the same site, and a form
 * that a page sends by itself just after a gesture gets an entry of its own in the history (as `document.ltiAuthForm.submit()` of
 * Moodle would). A trace looks into every page as it loads.
 */
test.use({ trace: 'off' });

/** A course with somebody's work in it, at an LMS that does as Moodle: a Lax cookie, and where it is missing one more post. */
async function startCourse(world: World): Promise<World> {
  const work = { personId: 'teacher-1', text: 'Eleven left the unit out.', submit: false };
  await prepareWork(world, embedSample(world), work);
  world.lms.lms.settings.set({ mode: 'moodle' });
  return world;
}

/** Shows the course to the teacher. @returns its address */
async function openCourse(page: Page, { lms }: World): Promise<string> {
  await page.goto(`${lms.url}/act-as/teacher-1?to=/courses/1`);
  return `${lms.url}/courses/1`;
}

/** Does what loads the tool, and waits until its page is there. Until then nothing is looked at: that would be a gesture. */
async function load(page: Page, act: () => Promise<unknown>): Promise<void> {
  const arrived = page.waitForResponse((response) => new URL(response.url()).pathname === '/api/v1/session');
  await act();
  await arrived;
}

const clickLink = (page: Page): Promise<void> =>
  page.getByRole('link', { name: SAMPLE.title, exact: true }).click();

async function openLink(page: Page): Promise<void> {
  await load(page, () => clickLink(page));
  await expectTool(page);
}

const expectTool = (page: Page): Promise<void> =>
  expect(tool(page).getByRole('heading', { level: 1, name: SAMPLE.title })).toBeVisible();

const expectModule = (page: Page): Promise<void> =>
  expect(tool(page).getByRole('heading', { level: 1, name: MODULE })).toBeVisible();

/** From the pathway's map to the module that one is at. */
async function openModule(page: Page): Promise<void> {
  await tool(page).getByRole('link', { name: 'Continue your reflection' }).click();
  await expectModule(page);
}

/**
 * One step in the history as the browser has it: also to an entry that its own button would pass over, since nobody has clicked on
 * anything there.
 */
async function step(page: Page, by: -1 | 1): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const { currentIndex, entries } = await devTools.send('Page.getNavigationHistory');
  const entry = entries[currentIndex + by];
  if (!entry) throw new RangeError(`the history has no entry ${currentIndex + by}`);
  await devTools.send('Page.navigateToHistoryEntry', { entryId: entry.id });
  await devTools.detach();
}

async function expectBackInCourse(page: Page, course: string): Promise<void> {
  await page.waitForURL(course);
  await expect(page.getByRole('link', { name: SAMPLE.title, exact: true })).toBeVisible();
}

/** Hands over to a window of its own, from the frame's menu. */
async function openOwnWindow(page: Page, context: BrowserContext): Promise<Page> {
  await tool(page).getByRole('button', { name: 'More' }).click();
  const opening = context.waitForEvent('page');
  await tool(page).getByRole('menuitem', { name: 'Open in a new window' }).click();
  return opening;
}

/** What the frame is answered on its way: method, where, status. */
function watchWay(page: Page): string[] {
  const seen: string[] = [];
  page.on('response', (response) => {
    const request = response.request();
    const { pathname } = new URL(response.url());
    if (request.isNavigationRequest() && pathname.startsWith('/lti/'))
      seen.push(`${request.method()} ${pathname} ${response.status()}`);
  });
  return seen;
}

const FROM_LMS = ['GET /lti/auth 200', 'POST /lti/launch 200'];

test.describe('a browser that keeps cookies', () => {
  // in one process: each one would make the world anew
  test.describe.configure({ mode: 'default' });
  let world: World;
  test.beforeAll(async ({ nextWorld }) => {
    world = await startCourse(await nextWorld());
  });
  test.afterAll(() => world.stop());

  for (const cookies of ['allowed', 'blocked'] satisfies Cookies[]) {
    test.describe(`third-party cookies ${cookies}`, () => {
      test.use({ cookies });

      test('one Back after a launch ends on the course page, at the first launch of a browser and at later ones: no page of ours is on the way, and the LMS keeps its Lax cookie and posts only once', async ({
        page,
      }) => {
        const course = await openCourse(page, world);
        const seen = watchWay(page);

        await openLink(page);
        const first = seen.splice(0);
        await step(page, -1);
        await expectBackInCourse(page, course);
        await openLink(page);
        const later = seen.splice(0);
        await step(page, -1);

        await expectBackInCourse(page, course);
        expect(first).toEqual(['POST /lti/login 302', 'GET /lti/login 302', ...FROM_LMS]);
        expect(later).toEqual(['POST /lti/login 302', ...FROM_LMS]);
        expect(seen, 'asked for by Back').toEqual([]);
      });

      test('Back steps through the tool’s own pages and dialogs and then to the course, also when the frame was loaded anew', async ({
        page,
      }) => {
        const course = await openCourse(page, world);
        const frame = tool(page);
        await openLink(page);
        const seen = watchWay(page);

        await openModule(page);
        await load(page, () => frame.locator('html').evaluate(() => location.reload()));
        await expectModule(page);
        await frame.getByRole('button', { name: 'More' }).click();
        await frame.getByRole('menuitem', { name: 'Help' }).click();
        await expect(frame.getByRole('dialog')).toBeVisible();
        await step(page, -1);
        await expect(frame.getByRole('dialog')).toBeHidden();
        await expectModule(page);
        await step(page, -1);
        await expectTool(page);
        await step(page, -1);

        await expectBackInCourse(page, course);
        expect(seen, 'asked for after the launch').toEqual([]);
      });

      test('a whole page that is loaded anew, left and come back to launches or resumes, and Back still ends on the course page', async ({
        page,
      }) => {
        const course = await openCourse(page, world);
        await openLink(page);
        await openModule(page);
        const seen = watchWay(page);

        await load(page, () => page.reload());
        await expectTool(page);
        const reloaded = seen.splice(0);
        await step(page, -1);
        await expectTool(page);
        await step(page, -1);
        await expectBackInCourse(page, course);
        await step(page, 1);
        await expectTool(page);
        await step(page, -1);

        await expectBackInCourse(page, course);
        expect(reloaded).toEqual(['POST /lti/login 302', ...FROM_LMS]);
      });
    });
  }
});

test.describe('a browser that keeps no cookie of the tool', () => {
  // in one process: each one would make the world anew
  test.describe.configure({ mode: 'default' });
  let world: World;
  test.beforeAll(async () => {
    world = await startCourse(await startWorld({ cookieless: true }));
  });
  test.afterAll(() => world.stop());
  test.beforeEach(() => world.lms.lms.settings.set({ mode: 'moodle' }));

  test.describe('but session storage, as Safari', () => {
    test.use({ cookies: 'allowed' });

    test('one Back after a launch ends on the course page, though the LMS misses its Lax cookie and posts once more', async ({
      page,
    }) => {
      const course = await openCourse(page, world);
      const seen = watchWay(page);

      await openLink(page);
      const first = seen.splice(0);
      await step(page, -1);
      await expectBackInCourse(page, course);
      await openLink(page);
      await openModule(page);
      const later = seen.splice(0);
      await step(page, -1);
      await expectTool(page);
      await step(page, -1);

      await expectBackInCourse(page, course);
      const way = [
        ...['POST /lti/login 302', 'GET /lti/login 200', 'GET /lti/auth 200', 'POST /lti/auth 200'],
        ...['POST /lti/launch 200', 'GET /lti/landing 200'],
      ];
      expect([first, later]).toEqual([way, way]);
      expect(seen, 'asked for by Back').toEqual([]);
    });

    test('Forward after a launch stays in the tool and asks the LMS for nothing, and from the course page it leads back in', async ({
      page,
    }) => {
      const course = await openCourse(page, world);
      await openLink(page);
      const seen = watchWay(page);

      await load(page, () => step(page, 1));
      await expectTool(page);
      await load(page, () => step(page, -1));
      await expectTool(page);
      const inTool = seen.splice(0);
      await step(page, -1);
      await expectBackInCourse(page, course);
      await load(page, () => step(page, 1));
      await expectTool(page);
      await openModule(page);
      await step(page, -1);
      await expectTool(page);
      await step(page, -1);

      await expectBackInCourse(page, course);
      expect(inTool, 'asked for in the tool').toEqual([]);
    });

    test('a window of its own takes the session over, goes on after it is loaded anew, and leaves the frame and its Back as they are', async ({
      page,
      context,
    }) => {
      const course = await openCourse(page, world);
      await openLink(page);
      await openModule(page);

      const own = await openOwnWindow(page, context);
      await expect(own.getByRole('heading', { level: 1, name: MODULE })).toBeVisible();
      const address = new URL(own.url());
      await own.reload();
      await expect(own.getByRole('heading', { level: 1, name: MODULE })).toBeVisible();
      await own.close();
      await step(page, -1);
      await expectTool(page);
      await step(page, -1);

      await expectBackInCourse(page, course);
      expect([address.origin, address.hash]).toEqual([world.toolUrl, '']);
    });

    test('a launch that is refused says why, and one Back ends on the course page', async ({ page }) => {
      const course = await openCourse(page, world);
      const listed = await world.waymark('deployments', 'list', '--json');
      const [{ id } = { id: '' }] = JSON.parse(listed) as { id: string }[];
      const inDistrict = ['--institution', 'Demo District'];
      await world.waymark('deployments', 'disable', id, ...inDistrict);
      const shown = page.waitForResponse((response) => new URL(response.url()).pathname === '/lti/landing');

      await clickLink(page);
      await shown;
      const refusal = tool(page).getByRole('heading', { name: 'Waymark is switched off here' });
      await expect(refusal).toBeVisible();
      const seen = watchWay(page);
      await step(page, 1);
      await expect(refusal).toBeVisible();
      await step(page, -1);
      await expect(refusal).toBeVisible();
      await world.waymark('deployments', 'approve', id, ...inDistrict);
      await step(page, -1);

      await expectBackInCourse(page, course);
      expect(seen, 'asked for by Forward and Back').toEqual([]);
    });
  });

  test.describe('and no storage', () => {
    test.use({ cookies: 'blocked' });

    test('one Back ends on the course page where the platform kept the binding', async ({ page }) => {
      const course = await openCourse(page, world);
      world.lms.lms.settings.set({ mode: 'schoology' });
      const seen = watchWay(page);

      await load(page, () => clickLink(page));
      // to this LMS the teacher is somebody else, who is asked first
      await expect(tool(page).getByRole('button', { name: 'I agree, start' })).toBeVisible();
      await step(page, -1);

      await expectBackInCourse(page, course);
      expect(seen).toEqual(['POST /lti/login 302', 'GET /lti/login 200', ...FROM_LMS]);
    });

    test('a window of its own takes the session over, and goes on after it is loaded anew', async ({
      page,
      context,
    }) => {
      await openCourse(page, world);
      world.lms.lms.settings.set({ mode: 'schoology' });
      await load(page, () => clickLink(page));
      await agree(tool(page));
      await expectTool(page);

      const own = await openOwnWindow(page, context);
      await expect(own.getByRole('heading', { level: 1, name: SAMPLE.title })).toBeVisible();
      await own.reload();
      await expect(own.getByRole('heading', { level: 1, name: SAMPLE.title })).toBeVisible();
      await own.close();

      await expectTool(page);
    });

    test('one Back ends on the course page from the page that says that nothing can be kept', async ({
      page,
    }) => {
      const course = await openCourse(page, world);
      const stopped = page.waitForResponse(
        (response) => response.url().startsWith(`${world.toolUrl}/lti/login`) && response.status() === 200,
      );

      await clickLink(page);
      await stopped;
      await expect(tool(page).getByRole('heading', { name: 'Your browser keeps us apart' })).toBeVisible();
      await step(page, -1);

      await expectBackInCourse(page, course);
    });
  });
});
