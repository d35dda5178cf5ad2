import { expect, type Page } from '@playwright/test';
import { ROUTES, type RouteId } from '../../client/src/routes.ts';
import { expectAccessible } from './support/accessible.ts';
import { callerAs, embedSample, openWindow, prepareWork } from './support/prepared.ts';
import { test } from './support/test.ts';

const WIDE = { width: 1024, height: 800 };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };

async function isSettled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Nothing to scroll sideways: WCAG 1.4.10. */
async function expectReflow(page: Page, what: string): Promise<void> {
  await page.setViewportSize(NARROW);
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wider, `${what} at 320 px is wider than its window by`).toBeLessThanOrEqual(0);
}

test('every page of the router is accessible in light and dark, wide and on a phone, and reflows at 320 px', async ({
  page,
  world,
}) => {
  test.setTimeout(240_000);
  const links = embedSample(world);
  const done = await prepareWork(world, links, {
    personId: 'teacher-2',
    text: 'Nine of eleven wrote the unit.',
    submit: true,
  });
  const own = await prepareWork(world, links, {
    personId: 'teacher-1',
    text: 'Eleven left the unit out.',
    submit: false,
  });
  const review = await callerAs(world, 'reviewer', links.module);
  const queue = (await review('GET', '/reviews')) as { rows: { id: string }[] };
  await callerAs(world, 'teacher-5', links.module);
  await world.waymark('assign', 'Teacher 5', 'admin', '--institution', 'Demo District');

  const places: Record<RouteId, { person: string; path: string }> = {
    home: { person: 'teacher-3', path: '' },
    sessionOver: { person: 'teacher-1', path: 'session-over' },
    welcome: { person: 'teacher-4', path: 'welcome' },
    map: { person: 'teacher-1', path: `pathways/${own.enrolmentId}` },
    module: { person: 'teacher-1', path: `modules/${own.attemptId}` },
    check: { person: 'teacher-1', path: `modules/${own.attemptId}/check` },
    submission: { person: 'teacher-2', path: `submissions/${done.submissionId}` },
    me: { person: 'teacher-1', path: 'me' },
    reviews: { person: 'reviewer', path: 'reviews' },
    review: { person: 'reviewer', path: `reviews/${queue.rows[0]?.id ?? ''}` },
    pick: { person: 'designer', path: 'pick' },
    deliveries: { person: 'teacher-5', path: 'admin/deliveries' },
    people: { person: 'teacher-5', path: 'admin/people' },
  };
  expect(Object.keys(places).sort()).toEqual(Object.keys(ROUTES).sort());

  const roots = new Map<string, string>();
  for (const [id, { person, path }] of Object.entries(places)) {
    const root = roots.get(person) ?? (await openWindow(page, world, person, links.module));
    roots.set(person, root);
    for (const [colorScheme, size] of [
      ['light', WIDE],
      ['dark', PHONE],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await page.goto(`${root}/${path}`);
      await isSettled(page);
      await expectAccessible(page, `${id}, ${colorScheme}, ${size.width} px`);
    }
    await expectReflow(page, id);
  }
});
