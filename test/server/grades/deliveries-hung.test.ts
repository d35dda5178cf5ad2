import { describe, expect, test } from '@jest/globals';
import { inTransaction } from '../../../server/db.ts';
import { applyAction, transitionFor } from '../../../server/features/grades/deliveries/adminActions.ts';
import type { DeliveryDoc } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { laneIdOf, wakeLanes } from '../../../server/features/grades/deliveries/lanes.ts';
import type { Mode } from '../../../demo-lms/state/types.ts';
import type { Platform, Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { deps, grading, admin, act } = useGrading();

async function deliveryOf(pupil: Pupil): Promise<DeliveryDoc> {
  const delivery = await grading().deliveryOf(pupil);
  if (!delivery) throw new Error('there is no delivery');
  return delivery;
}

/** Calls that the platform took, and has not answered. */
const unanswered = ({ demo }: Platform): number =>
  demo.lms.requests.list('scores').filter(({ fault, status }) => fault === 'silent' && status === null)
    .length;

/** A score that the platform refused, and that only an admin sends again. */
async function refuse(platform: Platform): Promise<Pupil> {
  const pupil = await grading().open(platform, 'teacher-1');
  platform.demo.lms.switches.set('refuses', { scope: 'scores', status: 400, count: 1 });
  await grading().approve(pupil);
  await grading().until(pupil, ({ state }) => state === 'held');
  return pupil;
}

/** Has so many calls of the platform hang, with more scores behind them. */
async function hang(platform: Platform, calls: number): Promise<void> {
  const { demo, courseId } = platform;
  demo.lms.switches.set('silent', { scope: 'scores', count: calls });
  for (const { id } of demo.lms.addPeople(courseId, calls + 3))
    await grading().approve(await grading().open(platform, id));
  for (const end = Date.now() + 60_000; unanswered(platform) < calls;) {
    if (Date.now() > end) throw new Error(`only ${unanswered(platform)} of ${calls} calls hang`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

describe('a score that an admin sends', () => {
  const PLATFORMS: [mode: Mode, atOnce: number][] = [
    ['plain', 8],
    ['moodle', 4],
    ['canvas', 1],
  ];
  test.each(PLATFORMS)(
    'goes out at once while all calls that its platform takes at a time hang (%s: %i)',
    async (mode, atOnce) => {
      const platform = await grading().startLms(mode);
      grading().start({ patient: true });
      const pupil = await refuse(platform);
      await hang(platform, atOnce);

      await act(pupil, 'send_now');
      await grading().until(pupil, ({ state }) => state === 'accepted');

      expect(unanswered(platform)).toBe(atOnce);
      expect(platform.gradeOf('teacher-1')?.score).toBe(10);
    },
  );

  test('goes out at once even if a worker claims it before its lane is resumed', async () => {
    const platform = await grading().startLms('moodle');
    grading().start({ patient: true });
    const pupil = await refuse(platform);
    await hang(platform, 4);
    const delivery = await deliveryOf(pupil);
    const transition = transitionFor(delivery, 'send_now');
    if (!transition) throw new Error('it can be sent');

    await inTransaction((tx) => applyAction(deps, admin(), { delivery, action: 'send_now', transition }, tx));
    await wakeLanes([laneIdOf(delivery)]);
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(unanswered(platform)).toBe(4);
  });

  test('goes out at once while calls to another platform hang in all slots of the process', async () => {
    const [platform, hung] = [await grading().startLms('plain'), await grading().startLms('plain')];
    // one slot: it is lent eight times at most
    grading().start({ slots: 1, lendAfterMs: 10, patient: true });
    const pupil = await refuse(platform);
    await hang(hung, 8);

    await act(pupil, 'send_now');
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(unanswered(hung)).toBe(8);
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test('is said to be sent while the platform hangs with it, too', async () => {
    const platform = await grading().startLms('moodle');
    grading().start({ patient: true });
    const pupil = await refuse(platform);
    platform.demo.lms.switches.set('silent', { scope: 'scores' });

    const row = await act(pupil, 'send_now');
    const delivery = await grading().until(
      pupil,
      ({ state }) => state === 'sending' && unanswered(platform) === 1,
    );

    expect(['queued', 'sending']).toContain(row.state);
    expect(delivery.tries).toBe(0);
  });
});
