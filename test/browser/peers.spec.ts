import { randomUUID } from 'node:crypto';
import { expect } from '@playwright/test';
import type { PathwayContent } from '../../contract/content.ts';
import { allApproved, ALWAYS } from '../../contract/rules.ts';
import { publishPathway } from '../../server/features/catalog/publishing.service.ts';
import { SAMPLE } from '../support/build.ts';
import { expectAccessible } from './support/accessible.ts';
import { overflowOf } from './support/overflow.ts';
import { embedLink, openWindow } from './support/prepared.ts';
import { addCheck, begin, handIn, type Setting } from './support/pupils.ts';
import { test } from './support/test.ts';

/** The first module of the sample alone, reviewed by colleagues. */
function forColleagues(): PathwayContent {
  const [first] = SAMPLE.modules;
  if (!first) throw new Error('the sample has no module');
  const module = { ...first, key: randomUUID(), opens: ALWAYS, reviewedBy: 'peer' as const };
  const completes = allApproved([module.key]);
  return { ...SAMPLE, key: randomUUID(), title: 'For colleagues', modules: [module], completes, badge: null };
}

async function prepare({ world, institutionId, say }: Setting): Promise<Setting> {
  const content = forColleagues();
  await publishPathway({ clock: { now: () => new Date() } }, institutionId, content);
  const [module] = content.modules;
  if (!module) throw new Error('the pathway has no module');
  const { people, courses } = world.lms.lms;
  for (const [id, name] of [
    ['author', 'Teacher 31'],
    ['peer', 'Teacher 32'],
  ] as const) {
    people.add({ id, name });
    courses.enrol('1', id, 'learner');
  }
  const custom = { wm_pathway: content.key, wm_module: module.key };
  const link = embedLink(world, '1', { title: module.title, custom });
  return { world, institutionId, say, module, link };
}

test('a colleague finds on the map what waits, judges it without its author’s name on a phone, and is led back; the author does not learn the name', async ({
  page,
  shared,
}) => {
  const { setting: usual } = await shared.course('usual');
  const setting = await prepare(usual);
  const { world, module, link } = setting;
  const author = await begin(setting, 'author');
  await addCheck(setting, author);
  await handIn(setting, author);
  const peer = await begin(setting, 'peer');
  await addCheck(setting, peer);
  await handIn(setting, peer);

  await page.setViewportSize({ width: 390, height: 844 });
  const root = await openWindow(page, world, 'peer', link);
  await page.goto(`${root}/pathways/${peer.enrolmentId}`);
  await page.getByRole('link', { name: 'Review for colleagues' }).click();
  await expect(page.getByText('One submission waits for a colleague.')).toBeVisible();
  await expectAccessible(page, 'what waits for a colleague');

  await page.getByRole('button', { name: 'Get the next one' }).click();
  await expect(page.getByRole('heading', { name: 'Rubric' })).toBeAttached();
  await expect(page.getByText('Teacher 31')).toHaveCount(0);
  await expectAccessible(page, 'the review of a colleague');
  expect(await overflowOf(page.mainFrame())).toEqual({ page: 0, parts: [] });

  for (const { key } of module.criteria) {
    await page.keyboard.press('3');
    if (key !== module.criteria.at(-1)?.key) await page.keyboard.press('j');
  }
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/is approved/).first()).toBeVisible();
  await expect(page.getByText(/^Nothing waits for you now/)).toBeVisible();

  await openWindow(page, world, 'author', link);
  await expect(page.getByText(/^Approved/).first()).toBeVisible();
  await expect(page.getByText('Teacher 32')).toHaveCount(0);
});
