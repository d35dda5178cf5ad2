import { describe, expect, test } from '@jest/globals';
import { getRow, listDeliveries } from '../../../server/features/grades/deliveries/list.service.ts';
import { DeliveryLaneModel } from '../../../server/features/grades/deliveries/deliveryLane.model.ts';
import type { Mode } from '../../../demo-lms/state/types.ts';
import type { Platform, Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { deps, grading, admin, act } = useGrading();

const laneOf = async ({ platformId }: Platform) => {
  const lane = await DeliveryLaneModel.findById(`${grading().institutionId}:${platformId}`).lean();
  if (!lane) throw new Error('there is no lane');
  return lane;
};

/** Waits until the platform is left alone, and no call that began before that is under way; says until when. */
async function untilPaused(platform: Platform, pupils: readonly Pupil[]): Promise<Date> {
  for (const end = Date.now() + 60_000; ;) {
    const deliveries = await Promise.all(pupils.map((pupil) => grading().deliveryOf(pupil)));
    const { pausedUntil } = await laneOf(platform);
    const isPaused = pausedUntil !== null && pausedUntil.getTime() > Date.now() + 2_000;
    if (isPaused && deliveries.every((delivery) => delivery?.state !== 'sending')) return pausedUntil;
    if (Date.now() > end) throw new Error('the platform was not left alone');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const PEOPLE = ['teacher-1', 'teacher-2', 'teacher-3', 'teacher-4', 'teacher-5'];

interface Paused {
  platform: Platform;
  pupils: Pupil[];
  until: Date;
}

/** Five scores that a platform did not take, which is now left alone. */
async function pause(mode: Mode = 'plain'): Promise<Paused> {
  const platform = await grading().startLms(mode);
  platform.demo.lms.switches.set('unavailable', { scope: ['scores', 'token'] });
  const pupils: Pupil[] = [];
  for (const id of PEOPLE) pupils.push(await grading().open(platform, id));
  grading().start();
  for (const pupil of pupils) await grading().approve(pupil);
  const until = await untilPaused(platform, pupils);
  return { platform, pupils, until };
}

const rowOf = async (pupil: Pupil) =>
  getRow(grading().institutionId, (await grading().deliveryOf(pupil))?._id ?? '');

describe('a score of a platform that is left alone', () => {
  test('is said to be tried again no earlier than that ends', async () => {
    const { pupils, until } = await pause();

    const rows = await Promise.all(pupils.map(rowOf));
    const { rows: listed } = await listDeliveries(deps, admin(), { show: 'on_the_way' });

    for (const row of [...rows, ...listed]) {
      expect(row.actions).toContain('send_now');
      expect(new Date(row.nextAt ?? 0).getTime()).toBeGreaterThanOrEqual(until.getTime());
    }
    expect(rows.some(({ paused }) => paused)).toBe(true);
  });

  test.each(['plain', 'canvas', 'moodle'] as const)(
    'is sent at once when an admin says so, and the platform is well again (%s)',
    async (mode) => {
      const { platform, pupils, until } = await pause(mode);
      const last = pupils.at(-1) as Pupil;
      platform.demo.lms.switches.clear();

      await act(last, 'send_now');
      const delivery = await grading().until(last, ({ state }) => state === 'accepted');

      expect(delivery.acceptedAt?.getTime()).toBeLessThan(until.getTime());
      expect(platform.gradeOf('teacher-5')?.score).toBe(10);
    },
  );

  test('is tried before all others, also where the platform is not well yet', async () => {
    const { platform, pupils } = await pause();
    const last = pupils.at(-1) as Pupil;
    platform.demo.lms.switches.clear();
    platform.demo.lms.switches.set('unavailable', { scope: 'scores' });
    platform.demo.lms.requests.clear();

    await act(last, 'send_now');
    const delivery = await grading().until(last, ({ state, tries }) => state === 'waiting' && tries === 1);

    expect(platform.scores()[0]).toMatchObject({ userId: last.sub });
    expect(delivery.lmsMessage).toBe('busy (503)');
  });

  test('that is new waits, says so, and can be sent at once too', async () => {
    const { platform, until } = await pause();
    const { id } = platform.demo.lms.addPeople(platform.courseId, 1)[0] ?? { id: '' };
    const pupil = await grading().open(platform, id);
    await grading().approve(pupil);
    const row = await rowOf(pupil);
    platform.demo.lms.switches.clear();

    await act(pupil, 'send_now');
    const delivery = await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(row).toMatchObject({ state: 'queued', paused: true, tries: 0, actions: ['send_now'] });
    expect(row.nextAt).toBe((await laneOfRow(platform, until)).toISOString());
    expect(delivery.acceptedAt?.getTime()).toBeLessThan(until.getTime());
  });

  test('is sent at once whichever process takes it', async () => {
    const { platform, pupils, until } = await pause();
    grading().start();
    grading().start();
    platform.demo.lms.switches.clear();

    await Promise.all(pupils.slice(0, 2).map((pupil) => act(pupil, 'send_now')));
    const deliveries = await Promise.all(
      pupils.slice(0, 2).map((pupil) => grading().until(pupil, ({ state }) => state === 'accepted')),
    );

    for (const delivery of deliveries) expect(delivery.acceptedAt?.getTime()).toBeLessThan(until.getTime());
    for (const pupil of pupils.slice(0, 2)) {
      const sent = platform.scores().filter(({ userId }) => userId === pupil.sub);
      expect(sent.length).toBeGreaterThan(0);
    }
    expect((await laneOf(platform)).urgent ?? []).toEqual([]);
  });
});

/** A pause may have been made longer by calls that were under way when it began. */
async function laneOfRow(platform: Platform, until: Date): Promise<Date> {
  const { pausedUntil } = await laneOf(platform);
  return pausedUntil ?? until;
}
