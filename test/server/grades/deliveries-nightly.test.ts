import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  DeliveryModel,
  type DeliveryDoc,
} from '../../../server/features/grades/deliveries/delivery.model.ts';
import { DeliveryLaneModel } from '../../../server/features/grades/deliveries/deliveryLane.model.ts';
import {
  COMPARISONS_PER_MINUTE,
  startNightlyComparisons,
} from '../../../server/features/grades/comparison/nightlyComparisons.service.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { InstitutionModel } from '../../../server/features/institutions/institution.model.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { setSetting } from '../../../server/features/institutions/settings.service.ts';
import { useEnrolments } from '../../support/enrolments.ts';
import type { Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { deps, grading } = useGrading();
const { openCourse, sendFirst } = useEnrolments(deps, grading);

/** A zone in which it is that hour now. */
function zoneAt(hour: number): string {
  const ahead = (hour - deps.clock.now().getUTCHours() + 24) % 24;
  // "Etc/GMT-3" is three hours ahead
  if (ahead === 0) return 'Etc/GMT';
  return ahead <= 12 ? `Etc/GMT-${ahead}` : `Etc/GMT+${24 - ahead}`;
}
const letItBe = (hour: number) => setSetting(deps, operatorOf(grading().institutionId), 'zone', zoneAt(hour));

beforeEach(async () => {
  await letItBe(2);
});

const isSettled = ({ state, stateBefore }: DeliveryDoc): boolean =>
  !stateBefore && ['accepted', 'held'].includes(state);

/** So many scores in the gradebook, of a platform that nobody calls. */
async function seed(
  count: number,
  platformId: string = randomUUID(),
  institutionId = grading().institutionId,
): Promise<string> {
  const wanted = {
    given: 10,
    maximum: 10,
    revision: 1,
    enrolmentId: 'e',
    order: 1,
    decisionId: 'd',
    decidedAt: new Date(),
    submittedAt: null,
    resourceId: 'wm:p',
  };
  const deliveries = Array.from({ length: count }, () => ({
    _id: randomUUID(),
    institutionId,
    platformId,
    contextId: 'c',
    columnId: randomUUID(),
    personId: randomUUID(),
    sub: 's',
    state: 'accepted',
    reason: 'none',
    filter: 'in_gradebook',
    wanted,
    sent: null,
    changedAt: new Date(),
    lastTimestamp: null,
    tries: 0,
    triedSince: null,
  }));
  await DeliveryModel.insertMany(deliveries);
  const _id = `${institutionId}:${platformId}`;
  await DeliveryLaneModel.create({
    _id,
    institutionId,
    platformId,
    nextDueAt: null,
    serial: false,
    wakes: 0,
  });
  return platformId;
}

/** As workers end comparisons that found nothing new. @returns which ones */
async function endLooks(institutionId = grading().institutionId): Promise<string[]> {
  const which = { institutionId, 'stateBefore.state': { $exists: true } };
  const compared = await DeliveryModel.find(which, { _id: 1 }).lean();
  await DeliveryModel.collection.updateMany(which, {
    $set: { state: 'accepted' },
    $unset: { stateBefore: 1, dueAt: 1 },
  });
  return compared.map(({ _id }) => _id);
}

describe('by night', () => {
  test.each(['plain', 'canvas', 'moodle'] as const)(
    'a grade that was changed in the LMS is noticed, with nobody there (%s)',
    async (mode) => {
      const { platform, pupil } = await openCourse(mode);
      await sendFirst(pupil);
      platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 4);

      await startNightlyComparisons(deps);
      const delivery = await grading().until(pupil, ({ state }) => state === 'held');

      expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 4 });
      expect(platform.scores()).toHaveLength(1);
    },
  );

  test('2,000 scores are compared once each, so many in a minute at most, whatever processes there are', async () => {
    await seed(2_000);
    const compared: string[] = [];
    const perTurn: number[] = [];

    for (let turn = 0; turn < 70; turn += 1) {
      await Promise.all([startNightlyComparisons(deps), startNightlyComparisons(deps)]);
      const ended = await endLooks();
      perTurn.push(ended.length);
      compared.push(...ended);
    }

    expect(Math.max(...perTurn)).toBeLessThanOrEqual(COMPARISONS_PER_MINUTE);
    expect(compared).toHaveLength(2_000);
    expect(new Set(compared).size).toBe(2_000);
  }, 120_000);

  test('no more are begun while those of a platform that does not answer are under way', async () => {
    await seed(100);
    await startNightlyComparisons(deps);
    // each waits for another try
    const later = { $set: { tries: 1, triedSince: new Date(), dueAt: new Date(Date.now() + 60_000) } };
    const { institutionId } = grading();
    await DeliveryModel.collection.updateMany(
      { institutionId, 'stateBefore.state': { $exists: true } },
      later,
    );

    await startNightlyComparisons(deps);

    const ended = await endLooks();
    expect(ended).toHaveLength(COMPARISONS_PER_MINUTE);
  });

  test('all institutions of a platform share what it is asked in a minute', async () => {
    const platformId = await seed(20);
    const other = await ensureInstitution(deps, `District ${randomUUID()}`, { zone: zoneAt(2) });
    await seed(20, platformId, other._id);

    await startNightlyComparisons(deps);

    const ended = [...(await endLooks()), ...(await endLooks(other._id))];
    expect(ended).toHaveLength(COMPARISONS_PER_MINUTE);
  });

  test('an institution whose zone is stored as none that there is keeps no other one from its night', async () => {
    await seed(3);
    const { _id } = await ensureInstitution(deps, `District ${randomUUID()}`);
    await InstitutionModel.updateOne({ _id }, { $set: { settings: { zone: 'Mars/Base' } } });

    await startNightlyComparisons(deps);

    expect(await endLooks()).toHaveLength(3);
  });

  test.each([
    ['is left alone', { pausedUntil: new Date(Date.now() + 3600_000) }],
    ['sees the light of day', null],
  ] as const)('nothing is compared of a platform that %s', async (_what, change) => {
    const platformId = await seed(3);
    if (change) await DeliveryLaneModel.updateOne({ platformId }, { $set: change });
    else await letItBe(12);

    await startNightlyComparisons(deps);

    expect(await endLooks()).toEqual([]);
  });

  test('scores that wait go first', async () => {
    const platformId = await seed(3);
    const { institutionId } = grading();
    const one = await DeliveryModel.findOne({ institutionId, platformId }).lean();
    await DeliveryModel.collection.updateOne({ institutionId, _id: one?._id } as never, {
      $set: { state: 'queued', dueAt: new Date(Date.now() - 60_000), filter: 'on_the_way' },
    });

    await startNightlyComparisons(deps);

    expect(await endLooks()).toEqual([]);
  });

  test('a column that went with its activity is noticed', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    platform.demo.lms.gradebook.removeLineItem(platform.column().id);

    await startNightlyComparisons(deps);
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'column_gone', filter: 'need_you' });
    expect(platform.scores()).toHaveLength(1);
  });

  test('an LMS that refuses to show results is not asked again the next night', async () => {
    const { platform, pupil } = await openCourse('plain');
    await sendFirst(pupil);
    platform.demo.lms.switches.set('refuses', { scope: 'results', status: 403 });
    await startNightlyComparisons(deps);
    await grading().until(pupil, (delivery) => isSettled(delivery) && delivery.comparisonAt !== undefined);
    const asked = platform.demo.lms.requests.list('results').length;
    await lookAgain(pupil);

    await startNightlyComparisons(deps);
    const delivery = await grading().until(
      pupil,
      (now) => isSettled(now) && (now.comparisonAt?.getTime() ?? 0) > Date.now() - 60_000,
    );

    expect(delivery).toMatchObject({ state: 'accepted', reason: 'none' });
    expect(asked).toBeGreaterThan(0);
    expect(platform.demo.lms.requests.list('results')).toHaveLength(asked);
  });

  test('a score that an LMS never showed is not called cleared, and one that it did show is', async () => {
    const { platform, pupil } = await openCourse('plain');
    await sendFirst(pupil);
    const { id } = platform.column();
    const shown = platform.gradeOf('teacher-1')?.score ?? null;
    platform.demo.lms.gradebook.override(id, 'teacher-1', null);
    await startNightlyComparisons(deps);
    const unseen = await grading().until(pupil, (now) => isSettled(now) && now.comparisonAt !== undefined);
    platform.demo.lms.gradebook.override(id, 'teacher-1', shown);
    await lookAgain(pupil);
    await startNightlyComparisons(deps);
    await grading().until(pupil, (now) => isSettled(now) && now.lmsValue !== null);
    platform.demo.lms.gradebook.override(id, 'teacher-1', null);
    await lookAgain(pupil);

    await startNightlyComparisons(deps);
    const cleared = await grading().until(pupil, ({ state }) => state === 'held');

    expect(unseen).toMatchObject({ state: 'accepted', reason: 'none' });
    expect(cleared.reason).toBe('cleared_in_lms');
  });
});

/** As if its last comparison had been a day earlier. */
async function lookAgain({ personId }: Pupil): Promise<void> {
  await DeliveryModel.collection.updateOne(
    { institutionId: grading().institutionId, personId },
    {
      $set: { comparisonAt: new Date(Date.now() - 24 * 3600_000) },
    },
  );
}
