import type { Page } from '@playwright/test';
import { embedSample, SAMPLE, type Links } from './support/prepared.ts';
import { expect, test, type Cookies } from './support/test.ts';
import { tool } from './support/walk.ts';
import type { World } from './support/world.ts';

/** An LMS that does as Moodle: a Lax cookie, and one more post where it is missing. */
async function prepare(world: World, page: Page): Promise<{ links: Links; course: string }> {
  const links = embedSample(world);
  world.lms.lms.settings.set({ mode: 'moodle' });
  const course = `${world.lms.url}/courses/1`;
  await page.goto(`${world.lms.url}/act-as/teacher-1?to=/courses/1`);
  return { links, course };
}

/** Opens the link as people do, by a click on the course's page, and waits until the tool is there. */
async function open(page: Page): Promise<void> {
  await page.getByRole('link', { name: SAMPLE.title, exact: true }).click();
  await expect(tool(page).locator('#root h1, #root main').first()).toBeVisible();
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

for (const cookies of ['allowed', 'blocked'] satisfies Cookies[]) {
  test.describe(`third-party cookies ${cookies}`, () => {
    test.use({ cookies });

    // Chromium itself now and then gives a form that a page sends by itself an entry of its own; that is the LMS' page, not ours
    test('a login adds no page of its own to the history that Back could lead to, and the LMS keeps its Lax cookie, so it posts only once', async ({
      page,
      world,
    }) => {
      const { course } = await prepare(world, page);
      const seen = watchWay(page);

      await open(page);
      const first = seen.splice(0);
      await page.goto(course);
      await open(page);
      const later = seen.splice(0);

      expect(first).toEqual(['POST /lti/login 302', 'GET /lti/login 302', ...FROM_LMS]);
      expect(later).toEqual(['POST /lti/login 302', ...FROM_LMS]);
    });
  });
}
