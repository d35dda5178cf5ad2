import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DELIVERY, DELIVERY_REASONS, DELIVERY_STATES, mayMove } from '../../contract/states.ts';
import { inTransaction } from '../../server/db.ts';
import { bucketOf } from '../../server/features/grades/bucket.ts';
import { DeliveryModel, type DeliveryDoc } from '../../server/features/grades/delivery.model.ts';
import * as named from '../../server/features/grades/transitions/deliveryTransitions.ts';
import {
  moveDeliveries,
  moveEach,
  type Transition,
} from '../../server/features/grades/transitions/transition.ts';
import { useServices } from '../support/services.ts';

const { database } = useServices();
const institutionId = randomUUID();

beforeEach(async () => {
  await database().empty();
});

const shown = { score: 4, maximum: 10 };
const fault = { reason: 'lms_silent', lmsMessage: '$it said', delayMs: 60_000, doubt: true } as const;
const later = (ms: number): Date => new Date(Date.now() + ms);
const newer = (given: number) => ({
  given,
  maximum: 10,
  enrolmentId: 'e',
  order: 9,
  decisionId: randomUUID(),
  decidedAt: new Date(),
  submittedAt: null,
});

/** Every transition there is, with what it is called with in each of its ways. */
const TRANSITIONS: Record<string, () => Transition> = {
  'a newer score': () => named.wantNewer(newer(7)),
  'a newer decision with the same points': () => named.wantNewer(newer(10)),
  'a newer score for a column without grade': () => named.wantNewer(newer(7), false),
  'queue again': () => named.queueAgain(),
  'queue again, of the held ones': () => named.queueAgain({ state: 'held' }, { forcedRevision: 1 }),
  'move to a new column': () => named.moveToNewColumn(),
  'take to a new column': () => named.takeToNewColumn(),
  'queue anew': () => named.queueAnew(),
  close: () => named.close('closed_by_admin'),
  'close for good': () => named.close('closed_by_admin', {}, true),
  'keep theirs': () => named.keepTheirs(),
  take: () => named.take({ token: randomUUID(), worker: 'w' }, 45_000),
  accept: () => named.accept(shown),
  'accept unseen': () => named.accept(null),
  'accept unread': () => named.accept(null, true),
  'look again': () => named.lookAgain({ delayMs: 2_000, wasSent: false }),
  'look again after a 200': () => named.lookAgain({ delayMs: 2_000, wasSent: true }),
  wait: () => named.waitForNextTry(fault),
  'wait without doubt': () => named.waitForNextTry({ ...fault, doubt: false, delayMs: 0 }),
  'hold: refused': () => named.hold({ reason: 'refused', lmsMessage: '$no', shown: null }),
  'hold: changed': () => named.hold({ reason: 'changed_in_lms', lmsMessage: null, shown }),
  'hold: newer is there': () => named.hold({ reason: 'newer_is_there', lmsMessage: null, shown: null }),
  'give back': () => named.giveBack(),
  'drop what was taken': () => named.dropTaken(),
};
const NAMES = Object.keys(TRANSITIONS);

const read = async (_id: string): Promise<DeliveryDoc> => {
  const head = await DeliveryModel.findOne({ institutionId, _id }).lean();
  if (!head) throw new Error('the delivery is gone');
  return head;
};

async function begin(): Promise<string> {
  const _id = randomUUID();
  const key = {
    platformId: randomUUID(),
    contextId: randomUUID(),
    columnId: randomUUID(),
    personId: randomUUID(),
    sub: '$7',
  };
  const wanted = {
    given: 10,
    maximum: 10,
    revision: 1,
    enrolmentId: 'e',
    order: 1,
    decisionId: randomUUID(),
    decidedAt: new Date(),
    submittedAt: null,
  };
  await moveEach([{ which: { institutionId, _id }, transition: named.begin(key, wanted), isNew: true }]);
  return _id;
}

/** A delivery in any state, with all that goes with it there, as an earlier one may have left it. */
async function stand(state: DeliveryDoc['state'], change: Partial<DeliveryDoc>): Promise<DeliveryDoc> {
  const _id = await begin();
  const reason = change.reason ?? 'none';
  const isOpen = state === 'queued' || state === 'waiting' || state === 'sending';
  const trying = { given: 10, maximum: 10, revision: 1, timestamp: new Date(), first: true, tookOver: false };
  await DeliveryModel.updateOne(
    { institutionId, _id },
    {
      $set: {
        state,
        reason,
        bucket: bucketOf(state, reason),
        tries: 4,
        triedSince: later(-3 * 24 * 3600_000),
        lastTimestamp: later(700),
        changedAt: later(-5000),
        ...(isOpen ? { dueAt: later(-1000) } : {}),
        ...(state === 'sending' ? { lease: { token: 't', worker: 'w' }, trying } : {}),
        ...change,
      },
      ...(isOpen ? {} : { $unset: { dueAt: 1 } }),
    },
  );
  return read(_id);
}

/** What holds of every delivery, whatever happened to it. */
function expectWhole(head: DeliveryDoc): void {
  const { state, reason } = head;
  expect(head.bucket).toBe(bucketOf(state, reason));
  expect(Boolean(head.dueAt)).toBe(['queued', 'sending', 'waiting'].includes(state));
  expect(Boolean(head.lease)).toBe(state === 'sending');
  expect(Boolean(head.trying)).toBe(state === 'sending');
  expect(head.tries === 0).toBe(head.triedSince === null);
  expect(head.doubts.length).toBeLessThanOrEqual(5);
  if (state === 'waiting') expect(head.tries).toBeGreaterThan(0);
}

const CHANGES: Partial<DeliveryDoc>[] = [
  {},
  { closedForGood: true },
  { wanted: { ...newer(8), revision: 3, order: 3 } },
  { wanted: { ...newer(8), revision: 3, order: 10 } },
  { wanted: { ...newer(8), revision: 3, enrolmentId: 'another', order: 10 } },
  { dueAt: new Date(Date.now() + 3600_000) },
];

/** No transition tells these from `refused`. */
const PLAIN_REASONS = DELIVERY_REASONS.filter(
  (reason) => !/^(?:none|refused|column_gone|.*_lms|newer_is_there)$/u.test(reason),
);

describe('a delivery', () => {
  test.each(NAMES)('moves only as the table of states allows, or stays as it is: %s', async (name) => {
    const make = TRANSITIONS[name] as () => Transition;
    for (const state of DELIVERY_STATES) {
      const reasons = state === 'held' ? DELIVERY_REASONS : (['none'] as const);
      for (const reason of reasons) {
        for (const change of PLAIN_REASONS.includes(reason) ? CHANGES.slice(0, 1) : CHANGES) {
          if (change.dueAt && !['queued', 'sending', 'waiting'].includes(state)) continue;
          const before = await stand(state, { ...change, reason });
          const transition = make();

          const moved = await moveDeliveries({ institutionId, _id: before._id }, transition);

          const after = await read(before._id);
          expectWhole(after);
          if (moved === 0) expect(after).toEqual(before);
          else if (after.state !== state)
            expect([state, after.state, mayMove(DELIVERY, state, after.state)]).toEqual([
              state,
              after.state,
              true,
            ]);
          if (moved > 0) expect(after.changedAt > before.changedAt).toBe(true);
          if (!transition.from.includes(state)) expect(moved).toBe(0);
        }
      }
    }
  });

  test.each([
    ['queue again', 'held'],
    ['queue again', 'waiting'],
    ['queue again', 'closed'],
    ['queue again', 'accepted'],
    ['a newer score', 'held'],
    ['a newer score', 'waiting'],
    ['a newer score', 'closed'],
    ['a newer score', 'accepted'],
  ] as const)('that is queued anew has its tries forgotten: %s, %s', async (name, state) => {
    const before = await stand(state, { reason: state === 'held' ? 'scope_missing' : 'none' });
    const make = TRANSITIONS[name] as () => Transition;

    await moveDeliveries({ institutionId, _id: before._id }, make());

    const after = await read(before._id);
    expect(after).toMatchObject({ state: 'queued', reason: 'none', tries: 0, triedSince: null });
    // a second after the last timestamp: Moodle compares whole seconds
    expect(after.dueAt?.getTime()).toBe((before.lastTimestamp?.getTime() ?? 0) + 1000);
  });

  test.each(['changed_in_lms', 'cleared_in_lms'] as const)(
    'that waits for a choice stays so when a newer score comes: %s',
    async (reason) => {
      const before = await stand('held', { reason });

      await moveDeliveries({ institutionId, _id: before._id }, named.wantNewer(newer(7)));

      const after = await read(before._id);
      expect(after).toMatchObject({ state: 'held', reason, wanted: { given: 7, revision: 2 } });
    },
  );

  test('in hand is queued when a newer score came before its end, however that was', async () => {
    for (const name of ['accept', 'hold: refused', 'hold: newer is there']) {
      const before = await stand('sending', {});
      await moveDeliveries({ institutionId, _id: before._id }, named.wantNewer(newer(7)));
      const make = TRANSITIONS[name] as () => Transition;

      await moveDeliveries({ institutionId, _id: before._id }, make());

      expect([name, (await read(before._id)).state]).toEqual([name, 'queued']);
    }
  });

  test('stays whole through any row of transitions, in and outside of a transaction', async () => {
    const step = fc.record({ name: fc.constantFrom(...NAMES), inside: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const _id = await begin();
        for (const { name, inside } of steps) {
          const before = await read(_id);
          const make = TRANSITIONS[name] as () => Transition;
          const which = { institutionId, _id };
          await (inside
            ? inTransaction((tx) => moveDeliveries(which, make(), tx))
            : moveEach([{ which, transition: make() }]));

          const after = await read(_id);

          expectWhole(after);
          if (after.state !== before.state)
            expect([before.state, after.state, mayMove(DELIVERY, before.state, after.state)]).toEqual([
              before.state,
              after.state,
              true,
            ]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('only the transitions write deliveries', () => {
  const root = join(import.meta.dirname, '../../server');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const READS = ['find', 'findOne', 'countDocuments', 'distinct', 'aggregate', 'exists', 'collection'];
  const writers = files.filter((name) => {
    const source = readFileSync(join(root, name), 'utf8');
    const used = [...source.matchAll(/\bDeliveryModel\s*\.\s*(\w+)/gu)].map(([, method]) => method ?? '');
    return /new DeliveryModel\b/u.test(source) || used.some((method) => !READS.includes(method));
  });

  expect(writers).toEqual(['features/grades/transitions/transition.ts']);
});
