import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { DeliveryLaneModel } from '../../../server/features/grades/deliveries/deliveryLane.model.ts';
import { ScoreIntentModel } from '../../../server/features/grades/deliveries/scoreIntent.model.ts';
import { reconcileLanes } from '../../../server/features/grades/worker/laneReconciler.ts';
import { buildGrading, type Grading, type Platform, type Pupil } from '../../support/grading.ts';
import { useServices } from '../../support/services.ts';

const { deps, database } = useServices();
let grading: Grading;

beforeEach(async () => {
  await database().empty();
  grading = await buildGrading(deps);
});
afterEach(async () => {
  await grading.close();
});

const openPathway = (platform: Platform): Promise<Pupil> =>
  grading.open(platform, 'teacher-1', { moduleKey: null, points: 9 });

async function openMany(platform: Platform, count: number): Promise<Pupil[]> {
  const people = platform.demo.lms.addPeople(platform.courseId, count);
  const pupils: Pupil[] = [];
  for (const person of people) pupils.push(await grading.open(platform, person.id));
  return pupils;
}

const DECIDED = { enrolmentId: 'e', order: 1, decisionId: 'd', decidedAt: new Date() };

/** A delivery as a worker leaves it that was killed after its claim. */
async function leaveBehind(pupil: Pupil, leaseEndedMsAgo: number): Promise<void> {
  const { institutionId } = grading;
  await DeliveryModel.updateOne(
    { institutionId, personId: pupil.personId },
    [
      {
        $set: {
          state: 'sending',
          lease: { token: randomUUID(), worker: 'dead' },
          dueAt: { $subtract: ['$$NOW', leaseEndedMsAgo] },
          lastTimestamp: '$$NOW',
          triedDecisionId: '$wanted.decisionId',
          trying: {
            given: '$wanted.given',
            maximum: '$wanted.maximum',
            revision: '$wanted.revision',
            timestamp: '$$NOW',
            first: true,
            tookOver: false,
          },
        },
      },
    ],
    { updatePipeline: true },
  );
}

/** What the time does to a lease that nobody extends. */
async function endLease({ personId }: Pupil): Promise<void> {
  const { institutionId } = grading;
  const now = { updatePipeline: true };
  await DeliveryModel.updateOne({ institutionId, personId }, [{ $set: { dueAt: '$$NOW' } }], now);
  await DeliveryLaneModel.updateMany({ institutionId }, [{ $set: { nextDueAt: '$$NOW' } }], now);
}

describe('a worker that died', () => {
  test('after the score had arrived: its successor sees that and sends nothing', async () => {
    const platform = await grading.startLms('plain');
    const pupil = await grading.open(platform, 'teacher-1');
    await grading.approve(pupil);
    await leaveBehind(pupil, 1);
    const grade = platform.demo.lms.gradebook.openGrade(platform.column().id, 'teacher-1');
    Object.assign(grade, {
      score: 10,
      given: { score: 10, maximum: 10 },
      timestamp: new Date().toISOString(),
    });

    grading.start();
    await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(platform.scores()).toHaveLength(0);
    const history = await grading.historyOf(pupil);
    expect(history.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'score passing_fault',
      'read_back accepted',
    ]);
  });

  test('before the score was sent: its successor sends it', async () => {
    const platform = await grading.startLms('plain');
    const pupil = await grading.open(platform, 'teacher-1');
    await grading.approve(pupil);
    await leaveBehind(pupil, 1);

    grading.start();
    await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(platform.scores()).toHaveLength(1);
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test('keeps its deliveries until the lease has ended', async () => {
    const platform = await grading.startLms('plain');
    const pupil = await grading.open(platform, 'teacher-1');
    const another = await grading.open(platform, 'teacher-2');
    for (const one of [pupil, another]) await grading.approve(one);
    await leaveBehind(pupil, -600_000);

    grading.start();
    // of the same platform, due later than the one that is held
    await grading.until(another, ({ state }) => state === 'accepted');
    const early = await grading.deliveryOf(pupil);
    await endLease(pupil);
    await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(early?.state).toBe('sending');
    expect(early?.lease?.worker).toBe('dead');
  });
});

/** Waits until a score was sent to it, whatever becomes of that. */
async function asked({ demo }: Platform): Promise<void> {
  while (demo.lms.requests.list('scores').length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('workers side by side', () => {
  test('send each score once', async () => {
    const platform = await grading.startLms('plain');
    const pupils = await openMany(platform, 30);
    for (const pupil of pupils) await grading.approve(pupil);

    grading.start();
    grading.start();
    grading.start();
    for (const pupil of pupils) await grading.until(pupil, ({ state }) => state === 'accepted');

    const to = platform.scores().map((body) => body['userId']);
    expect(to).toHaveLength(30);
    expect(new Set(to).size).toBe(30);
  });

  test('call Canvas one after the other, whichever of them it is', async () => {
    const platform = await grading.startLms('canvas');
    platform.demo.lms.switches.set('slow', { scope: 'scores', ms: 150 });
    const pupils = await openMany(platform, 5);
    for (const pupil of pupils) await grading.approve(pupil);

    grading.start();
    grading.start();
    for (const pupil of pupils) await grading.until(pupil, ({ state }) => state === 'accepted');

    const at = platform.demo.lms.requests.list('scores').map((call) => call.at.getTime());
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(145);
  });

  test('are not kept from one platform by another that does not answer', async () => {
    const dead = await grading.startLms('plain');
    const alive = await grading.startLms('moodle');
    dead.demo.lms.switches.set('slow', { scope: 'scores', ms: 20_000 });
    const waiting = await openMany(dead, 20);
    for (const pupil of waiting) await grading.approve(pupil);
    grading.start({ slots: 2 });
    await asked(dead);
    const pupil = await grading.open(alive, 'teacher-1');

    await grading.approve(pupil);
    await grading.until(pupil, ({ state }) => state === 'accepted');

    const statuses = dead.demo.lms.requests.list('scores').map(({ status }) => status);
    expect(statuses.filter((status) => status !== null)).toEqual([]);
  });

  test('give back what they hold when they are stopped, and let end what is on its way', async () => {
    const platform = await grading.startLms('plain');
    platform.demo.lms.switches.set('slow', { scope: 'scores', ms: 600 });
    const pupils = await openMany(platform, 12);
    for (const pupil of pupils) await grading.approve(pupil);
    const worker = grading.start({ slots: 2 });
    await asked(platform);

    await worker.stop();
    const deliveries = await DeliveryModel.find({ institutionId: grading.institutionId }).lean();

    const states = deliveries.map(({ state }) => state);
    expect(states).not.toContain('sending');
    expect(states.filter((state) => state === 'accepted')).toHaveLength(platform.scores().length);
    expect(states).toContain('queued');
  });
});

describe('the order of decisions', () => {
  test('an older one that comes later changes nothing', async () => {
    const platform = await grading.startLms('plain');
    const pupil = await openPathway(platform);
    grading.start();

    await grading.approve(pupil, { approved: 2, all: 3 }, { order: 8 });
    await grading.approve(pupil, { approved: 1, all: 3 }, { order: 7 });
    await grading.until(pupil, ({ state }) => state === 'accepted');

    // 6 of our 9 points, in the column's own 10
    expect(platform.gradeOf('teacher-1')?.score).toBeCloseTo(6.67, 2);
    const intents = await ScoreIntentModel.find({ institutionId: grading.institutionId }).lean();
    const told = intents.map(({ scoreGiven, wanted }) => `${scoreGiven} ${wanted}`);
    expect(told.sort()).toEqual(['3 false', '6 true']);
  });

  test('one that comes while the one before is on its way follows it', async () => {
    const platform = await grading.startLms('moodle');
    platform.demo.lms.switches.set('slow', { scope: 'scores', count: 1, ms: 700 });
    const pupil = await openPathway(platform);
    grading.start();

    await grading.approve(pupil, { approved: 1, all: 3 });
    await grading.until(pupil, ({ state }) => state === 'sending');
    await grading.approve(pupil, { approved: 2, all: 3 });
    await grading.until(pupil, ({ sent }) => sent?.given === 6);

    const sent = platform.scores();
    expect(sent.map((body) => body['scoreGiven'])).toEqual([3, 6]);
    const [first = '', second = ''] = sent.map((body) => String(body['timestamp']));
    expect(second.slice(0, 19) > first.slice(0, 19)).toBe(true);
  });

  test('a score that was refused late does not come back over a newer one', async () => {
    const platform = await grading.startLms('plain');
    platform.demo.lms.switches.set('unavailable', { scope: 'scores', count: 1 });
    const pupil = await openPathway(platform);
    grading.start();

    await grading.approve(pupil, { approved: 1, all: 3 });
    await grading.until(pupil, ({ state }) => state === 'waiting');
    await grading.approve(pupil, { approved: 3, all: 3 });
    await grading.until(pupil, ({ state }) => state === 'accepted');
    await new Promise((resolve) => setTimeout(resolve, 2_500));

    expect(platform.scores().map((body) => body['scoreGiven'])).toEqual([3, 9]);
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test('of two approvals at once in one pathway both are recorded, and the later one is wanted', async () => {
    const platform = await grading.startLms('plain');
    const pupil = await openPathway(platform);

    await grading.approve(pupil, { approved: 1, all: 3 });
    await Promise.all([
      grading.approve(pupil, { approved: 2, all: 3 }, { order: 2 }),
      grading.approve(pupil, { approved: 3, all: 3 }, { order: 3 }),
    ]);
    const delivery = await grading.deliveryOf(pupil);
    const intents = await ScoreIntentModel.find({ institutionId: grading.institutionId }).lean();

    expect(delivery?.wanted.given).toBe(9);
    expect(intents).toHaveLength(3);
    const newest = intents.filter(({ wanted, revision }) => wanted && revision === delivery?.wanted.revision);
    expect(newest.map(({ scoreGiven }) => scoreGiven)).toEqual([9]);
  });
});

describe('a wake that was lost', () => {
  /** A score that is due, of which its lane knows nothing. */
  async function loseWake(): Promise<Pupil> {
    const platform = await grading.startLms('plain');
    const pupil = await grading.open(platform, 'teacher-1');
    await grading.approve(pupil);
    await DeliveryLaneModel.updateMany({}, { $set: { nextDueAt: null } });
    return pupil;
  }

  test('is found by the net', async () => {
    await loseWake();

    const woken = await reconcileLanes();
    const lanes = await DeliveryLaneModel.find({ institutionId: grading.institutionId }).lean();

    expect(woken).toBe(1);
    expect(lanes.map(({ nextDueAt }) => nextDueAt === null)).toEqual([false]);
  });

  test('is found by a process that begins to listen', async () => {
    const pupil = await loseWake();

    grading.start();
    const delivery = await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(delivery.state).toBe('accepted');
  });
});

describe('what a worker asks the database', () => {
  test('is answered from the index of what is due, however much was sent before', async () => {
    const { institutionId } = grading;
    const platformId = randomUUID();
    const doc = (n: number, isDue: boolean) => ({
      _id: randomUUID(),
      institutionId,
      platformId,
      contextId: 'c',
      columnId: 'c',
      personId: `p${n}`,
      sub: 's',
      state: isDue ? 'queued' : 'accepted',
      reason: 'none',
      filter: isDue ? 'on_the_way' : 'in_gradebook',
      wanted: { given: 1, maximum: 1, revision: 1, ...DECIDED },
      changedAt: new Date(),
      ...(isDue ? { dueAt: new Date() } : {}),
    });
    await DeliveryModel.insertMany(Array.from({ length: 2_000 }, (_, n) => doc(n, n < 5)));
    const { db } = mongoose.connection;

    const explained = await db?.collection('deliveries').find({ institutionId, platformId, dueAt: { $exists: true } })
      .hint('delivery_due').sort({ dueAt: 1 }).limit(11).explain('executionStats'); // prettier-ignore
    const listed = await db?.collection('deliveries').find({ institutionId, filter: 'on_the_way' })
      .hint('delivery_by_filter').sort({ changedAt: -1, _id: -1 }).limit(51).explain('executionStats'); // prettier-ignore

    expect(explained?.['executionStats']).toMatchObject({ nReturned: 5, totalDocsExamined: 5 });
    expect(listed?.['executionStats']).toMatchObject({ nReturned: 5, totalDocsExamined: 5 });
    const plan = JSON.stringify((listed?.['queryPlanner'] as { winningPlan: unknown }).winningPlan);
    expect(plan).toContain('delivery_by_filter');
    expect(plan).not.toContain('SORT');
  });
});
