import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DELIVERY, DELIVERY_REASONS, DELIVERY_STATES, mayMove } from '../../../contract/states.ts';
import { DeliveryAction } from '../../../contract/grades.ts';
import { inTransaction } from '../../../server/db.ts';
import { applyAction, transitionFor } from '../../../server/features/grades/deliveries/adminActions.ts';
import { filterOf, visibleState } from '../../../server/features/grades/deliveries/deliveryFilters.ts';
import {
  DeliveryModel,
  type DeliveryDoc,
} from '../../../server/features/grades/deliveries/delivery.model.ts';
import * as named from '../../../server/features/grades/deliveries/deliveryTransitions.ts';
import * as comparisons from '../../../server/features/grades/deliveries/comparisonTransitions.ts';
import {
  moveDeliveries,
  moveEach,
  type Transition,
} from '../../../server/features/grades/deliveries/transition.ts';
import { buildSession } from '../../support/liveSession.ts';
import { useServices } from '../../support/services.ts';
import {
  createDelivery,
  institutionId,
  later,
  newer,
  readDelivery,
  readDeliveries,
  insertDelivery,
  insertDeliveries,
  type DeliverySeed,
} from '../../support/deliverySeeds.ts';

const { database, deps } = useServices();

beforeEach(async () => {
  await database().empty();
});

const shown = { score: 4, maximum: 10 };
const fault = { reason: 'lms_silent', lmsMessage: '$it said', delayMs: 60_000, doubt: true } as const;
/** Every transition there is, with what it is called with in each of its ways. */
const TRANSITIONS: Record<string, () => Transition> = {
  'a newer score': () => named.updateWanted(newer(7)),
  'a newer decision with the same points': () => named.updateWanted(newer(10)),
  'a newer score for a column without grade': () => named.updateWanted(newer(7), false),
  'queue again': () => named.requeue(),
  'queue again, of the held ones': () => named.requeue({ state: 'held' }, { forcedRevision: 1 }),
  'move to a new column': () => named.moveToNewColumn(),
  'take to a new column': () => named.moveClaimedToNewColumn(),
  'requeue in doubt': () => named.requeueInDoubt(),
  'queue what was not sent': () => named.requeueUnsent(),
  'requeue in doubt what was compared': () => named.requeueClaimedInDoubt(),
  compare: () => comparisons.startComparison({}),
  'compare because its person is back': () => comparisons.startComparison({}, {}, 'returned'),
  'compare as an admin asks': () => comparisons.startComparison({}, { askedAt: '$$NOW' }),
  'compare at an opening': () => comparisons.compareAtOpening(),
  'compare at night': () => comparisons.compareAtNight(60_000),
  'make urgent': () => named.makeUrgent(),
  'postpone a comparison': () => named.postponeComparison(60_000),
  'end a comparison': () => named.endComparison(shown),
  'end a comparison, unread': () => named.endComparison(null),
  close: () => named.close('closed_by_admin'),
  'close for good': () => named.close('closed_by_admin', {}, true),
  'keep theirs': () => named.keepTheirs(),
  claim: () => named.claim({ token: randomUUID(), worker: 'w' }, 45_000),
  accept: () => named.accept(shown),
  'accept unseen': () => named.accept(null),
  'accept unread': () => named.accept(null, true),
  recheck: () => named.recheckMissing({ delayMs: 2_000, wasSent: false }),
  'recheck after a 200': () => named.recheckMissing({ delayMs: 2_000, wasSent: true }),
  wait: () => named.waitForNextTry(fault),
  'wait without doubt': () => named.waitForNextTry({ ...fault, doubt: false, delayMs: 0 }),
  'hold: refused': () => named.hold({ reason: 'refused', lmsMessage: '$no', shown: null }),
  'hold: changed': () => named.hold({ reason: 'changed_in_lms', lmsMessage: null, shown }),
  'hold: newer is there': () => named.hold({ reason: 'newer_is_there', lmsMessage: null, shown: null }),
  release: () => named.release(),
  'drop what was claimed': () => named.dropClaimed(),
  'retry access': () => named.retryAccess(1_000),
};
const NAMES = Object.keys(TRANSITIONS);

/** What holds of every delivery, whatever happened to it. */
function expectWhole(delivery: DeliveryDoc): void {
  const { state } = delivery;
  const shownAs = visibleState(delivery);
  expect(delivery.filter).toBe(filterOf(shownAs.state, shownAs.reason));
  if (delivery.stateBefore) expect(['queued', 'sending']).toContain(state);
  expect(Boolean(delivery.dueAt)).toBe(['queued', 'sending', 'waiting'].includes(state));
  expect(Boolean(delivery.lease)).toBe(state === 'sending');
  expect(Boolean(delivery.trying)).toBe(state === 'sending');
  if (delivery.urgent) expect(['queued', 'sending']).toContain(state);
  expect(delivery.tries === 0).toBe(delivery.triedSince === null);
  expect(delivery.doubts.length).toBeLessThanOrEqual(5);
  if (state === 'waiting') expect(delivery.tries).toBeGreaterThan(0);
}

function expectAllowed(from: DeliveryDoc['state'], to: DeliveryDoc['state']): void {
  if (from !== to) expect([from, to, mayMove(DELIVERY, from, to)]).toEqual([from, to, true]);
}

const CHANGES: Partial<DeliveryDoc>[] = [
  {},
  { closedForGood: true },
  { wanted: { ...newer(8), revision: 3, order: 3 } },
  { wanted: { ...newer(8), revision: 3, order: 10 } },
  { wanted: { ...newer(8), revision: 3, enrolmentId: 'another', order: 10 } },
  { dueAt: new Date(Date.now() + 3600_000) },
  { urgent: true },
];

/** No transition tells these from `refused`. */
const PLAIN_REASONS = DELIVERY_REASONS.filter(
  (reason) => !/^(?:none|refused|column_gone|.*_lms|newer_is_there)$/u.test(reason),
);

const STATES_BEFORE: NonNullable<DeliveryDoc['stateBefore']>[] = [
  { state: 'accepted', reason: 'none' },
  { state: 'accepted', reason: 'changed_in_lms' },
  { state: 'held', reason: 'changed_in_lms' },
];

/** All that a transition may find. */
const STANDINGS: DeliverySeed[] = DELIVERY_STATES.flatMap((state) => {
  const isOpen = ['queued', 'sending', 'waiting'].includes(state);
  const changes = CHANGES.filter(({ dueAt, urgent }) => !(dueAt ?? urgent) || isOpen);
  const reasons = state === 'held' ? DELIVERY_REASONS : (['none'] as const);
  const plain = reasons.flatMap((reason) =>
    (PLAIN_REASONS.includes(reason) ? changes.slice(0, 1) : changes).map((change): DeliverySeed => [
      state,
      { ...change, reason },
    ]),
  );
  if (state !== 'queued' && state !== 'sending') return plain;
  const compared = STATES_BEFORE.flatMap((stateBefore) =>
    changes.map((change): DeliverySeed => [state, { ...change, stateBefore }]),
  );
  return [...plain, ...compared];
});

const ONE_OF_EACH_STATE: DeliverySeed[] = DELIVERY_STATES.map((state) => [
  state,
  { reason: state === 'held' ? 'refused' : 'none' },
]);

describe('a delivery', () => {
  test.each(NAMES)('moves only as the table of states allows, or stays as it is: %s', async (name) => {
    const make = TRANSITIONS[name] as () => Transition;
    const befores = await insertDeliveries(STANDINGS);
    const transition = make();

    const moved = await moveDeliveries(
      { institutionId, _id: { $in: befores.map(({ _id }) => _id) } },
      transition,
    );

    const afters = await readDeliveries(befores.map(({ _id }) => _id));
    const pairs = befores.map((before, i) => [before, afters[i] as DeliveryDoc] as const);
    const changed = pairs.filter(([before, after]) => !isDeepStrictEqual(before, after));
    expect(changed).toHaveLength(moved);
    for (const [{ state, changedAt, stateBefore }, after] of changed) {
      expectWhole(after);
      expectAllowed(state, after.state);
      // nobody sees a comparison, unless it finds something
      const isQuiet =
        transition.quiet &&
        (after.stateBefore ?? (['accepted', 'held'].includes(after.state) && stateBefore));
      expect([state, after.changedAt > changedAt]).toEqual([state, !isQuiet]);
      expect(transition.from).toContain(state);
    }
  });

  test('that an admin queues is due and urgent in one commit, whatever was chosen', async () => {
    const by = buildSession(institutionId, { roles: ['admin'] });
    let queued = 0;
    for (const action of DeliveryAction.options) {
      for (const delivery of await insertDeliveries(ONE_OF_EACH_STATE)) {
        const transition = transitionFor(delivery, action);
        if (!transition) continue;
        await inTransaction((tx) => applyAction(deps, by, { delivery, action, transition }, tx)).catch(
          (error: unknown) => expect(error).toMatchObject({ code: 'DELIVERY_BUSY' }),
        );
        const after = await readDelivery(delivery._id);
        if (after.state !== 'queued' || isDeepStrictEqual(after, delivery)) continue;
        queued += 1;
        expect([action, after.urgent]).toEqual([action, true]);
        expect(after.dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
      }
    }
    expect(queued).toBeGreaterThan(10);
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
    const before = await insertDelivery(state, { reason: state === 'held' ? 'scope_missing' : 'none' });
    const make = TRANSITIONS[name] as () => Transition;

    await moveDeliveries({ institutionId, _id: before._id }, make());

    const after = await readDelivery(before._id);
    expect(after).toMatchObject({ state: 'queued', reason: 'none', tries: 0, triedSince: null });
    // a second after the last timestamp: Moodle compares whole seconds
    expect(after.dueAt?.getTime()).toBe((before.lastTimestamp?.getTime() ?? 0) + 1000);
  });

  test.each(['changed_in_lms', 'cleared_in_lms'] as const)(
    'that waits for a choice stays so when a newer score comes: %s',
    async (reason) => {
      const before = await insertDelivery('held', { reason });

      await moveDeliveries({ institutionId, _id: before._id }, named.updateWanted(newer(7)));

      const after = await readDelivery(before._id);
      expect(after).toMatchObject({ state: 'held', reason, wanted: { given: 7, revision: 2 } });
    },
  );

  test.each(STATES_BEFORE)('that is only compared keeps its state for everybody: %o', async (stateBefore) => {
    const before = await insertDelivery(stateBefore.state, {
      reason: stateBefore.reason,
      lmsValue: 4,
      tries: 0,
      triedSince: null,
    });
    const which = { institutionId, _id: before._id };

    await moveDeliveries(which, comparisons.startComparison({}));
    const compared = await readDelivery(before._id);
    await DeliveryModel.collection.updateOne(which as never, { $set: { dueAt: later(-1) } });
    await moveDeliveries(which, named.claim({ token: 't', worker: 'w' }, 45_000));
    const taken = await readDelivery(before._id);
    await moveDeliveries(which, named.endComparison(null));

    const filter = filterOf(stateBefore.state, stateBefore.reason);
    expect([visibleState(compared), compared.filter, compared.state]).toEqual([
      stateBefore,
      filter,
      'queued',
    ]);
    expect([visibleState(taken), taken.filter, taken.state]).toEqual([stateBefore, filter, 'sending']);
    const { lastTimestamp: _a, mustRead: _b, ...same } = before;
    expect(await readDelivery(before._id)).toMatchObject(same);
  });

  test('that is only compared is sent as soon as a newer score comes, unless a person is asked', async () => {
    for (const stateBefore of STATES_BEFORE) {
      const compared = await insertDelivery('queued', { stateBefore, dueAt: later(3600_000) });

      await moveDeliveries({ institutionId, _id: compared._id }, named.updateWanted(newer(7)));

      const after = await readDelivery(compared._id);
      const isAsked = stateBefore.state === 'held';
      expect([after.state, after.stateBefore]).toEqual(['queued', isAsked ? stateBefore : undefined]);
      expect(after.dueAt && after.dueAt < later(60_000)).toBe(!isAsked);
    }
  });

  test('in hand is queued when a newer score came before its end, however that was', async () => {
    const comparing = ['postpone a comparison', 'recheck', 'release', 'end a comparison'];
    for (const name of ['accept', 'hold: refused', 'hold: newer is there', ...comparing]) {
      const stateBefore = { state: 'accepted', reason: 'none' } as const;
      const before = await insertDelivery('sending', comparing.includes(name) ? { stateBefore } : {});
      await moveDeliveries({ institutionId, _id: before._id }, named.updateWanted(newer(7)));
      const make = TRANSITIONS[name] as () => Transition;

      await moveDeliveries({ institutionId, _id: before._id }, make());

      const after = await readDelivery(before._id);
      expect([name, after.state, after.stateBefore]).toEqual([name, 'queued', undefined]);
    }
  });

  test('stays whole through any row of transitions, in and outside of a transaction', async () => {
    const step = fc.record({ name: fc.constantFrom(...NAMES), inside: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const _id = await createDelivery();
        for (const { name, inside } of steps) {
          const before = await readDelivery(_id);
          const make = TRANSITIONS[name] as () => Transition;
          const which = { institutionId, _id };
          await (inside
            ? inTransaction((tx) => moveDeliveries(which, make(), tx))
            : moveEach([{ which, transition: make() }]));

          const after = await readDelivery(_id);

          expectWhole(after);
          expectAllowed(before.state, after.state);
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

test('only the transitions write deliveries', () => {
  const root = join(import.meta.dirname, '../../../server');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const READS = ['find', 'findOne', 'countDocuments', 'distinct', 'aggregate', 'exists', 'collection'];
  const writers = files.filter((name) => {
    const source = readFileSync(join(root, name), 'utf8');
    const used = [...source.matchAll(/\bDeliveryModel\s*\.\s*(\w+)/gu)].map(([, method]) => method ?? '');
    return /new DeliveryModel\b/u.test(source) || used.some((method) => !READS.includes(method));
  });

  expect(writers).toEqual(['features/grades/deliveries/transition.ts']);
});
