import type { Frame } from '@playwright/test';
import { PAGE_IDS } from '../../client/src/pages/registry.ts';
import { openPlace } from './support/opening.ts';
import { expect, test } from './support/test.ts';
import { findTouchTargetsTooSmall } from './support/touch.ts';

// the first test of each process builds the courses
test.describe.configure({ timeout: 240_000 });
test.use({ onlyLooks: true, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

/** What is folded away has controls too. */
const unfold = (frame: Frame): Promise<void> =>
  frame.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));

for (const id of PAGE_IDS) {
  test(`${id}: on a phone each control is as large as a finger, and within the frame`, async ({
    page,
    shared,
  }) => {
    await shared.grades();
    for (const place of (await shared.course('usual')).places[id]) {
      const frame = await openPlace(page, shared.world, place);
      await unfold(frame);

      expect(await findTouchTargetsTooSmall(frame), place.path).toEqual([]);
    }
  });
}
