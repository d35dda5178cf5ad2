import type { ClientSession } from 'mongoose';
import { DELIVERY, DELIVERY_STATES, statesBefore, type DeliveryState } from '../../../../contract/states.ts';
import { FILTER_OF_STATE_AND_REASON } from './deliveryFilters.ts';
import { DeliveryModel } from './delivery.model.ts';

/** Fields with a value or a MongoDB pipeline expression. A text that somebody typed goes into `$literal`. */
export type Members = Readonly<Record<string, unknown>>;

interface Stage {
  $set: Members;
}

/** A change of a delivery, as a conditional write: which deliveries it may apply to, and what happens to them. */
export interface Transition {
  /** Where it may lead. */
  readonly to: readonly DeliveryState[];
  /** The states that it may leave: none from which `contract/states.ts` does not allow all of `to`. */
  readonly from: readonly DeliveryState[];
  readonly when: Members;
  readonly stages: readonly Stage[];
  /** A step of a comparison: nobody sees a change in a delivery that is only compared. */
  readonly quiet?: boolean;
}

/** The states in which there is something to do, and therefore a due time. */
const WITH_DUE_TIME: readonly DeliveryState[] = ['queued', 'sending', 'waiting'];

const IS_TO_DO = { $in: ['$state', WITH_DUE_TIME] };

/**
 * What follows from a delivery's state, derived after every transition: its filter, that only what is to be done has a due time,
 * that only what is in progress is leased, and that a comparison ends when a state is reached.
 */
const deriveFields = (quiet: boolean): readonly Stage[] => [
  {
    $set: {
      changedAt: quiet ? { $cond: [{ $ifNull: ['$stateBefore', false] }, '$changedAt', '$$NOW'] } : '$$NOW',
      stateBefore: { $cond: [IS_TO_DO, '$stateBefore', '$$REMOVE'] },
      dueAt: { $cond: [IS_TO_DO, '$dueAt', '$$REMOVE'] },
      urgent: { $cond: [{ $in: ['$state', ['queued', 'sending']] }, '$urgent', '$$REMOVE'] },
      openedAgain: { $cond: [{ $eq: ['$state', 'sending'] }, '$openedAgain', '$$REMOVE'] },
      lease: { $cond: [{ $eq: ['$state', 'sending'] }, '$lease', '$$REMOVE'] },
      trying: { $cond: [{ $eq: ['$state', 'sending'] }, '$trying', '$$REMOVE'] },
    },
  },
  { $set: { filter: FILTER_OF_STATE_AND_REASON } },
];

/** Now by the database's clock, and not before the second after the last timestamp: Moodle compares whole seconds. */
export const NEXT_SECOND = { $max: ['$$NOW', { $add: ['$lastTimestamp', 1000] }] };

/** To be sent as soon as possible, as if for the first time: earlier tries do not count against it. */
export const QUEUED: Members = {
  state: 'queued',
  reason: 'none',
  dueAt: NEXT_SECOND,
  tries: 0,
  triedSince: null,
  stateBefore: '$$REMOVE',
};

/** A newer score came while this one was in progress. */
export const IS_OUTDATED = { $gt: ['$wanted.revision', '$trying.revision'] };

interface Spec {
  to: DeliveryState;
  /** Narrows the states that the table allows. */
  from?: readonly DeliveryState[];
  /** What must hold besides. */
  when?: Members;
  set: Members;
  /** It is queued again instead if this holds; an expression, over the result of `set`. */
  queuedIf?: object;
  quiet?: boolean;
}

/** Fields that are set if a condition holds, and otherwise stay. */
export function setWhere(condition: object, members: Members): Stage {
  const $set = Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, { $cond: [condition, value, `$${name}`] }]),
  );
  return { $set };
}

/** A transition to one state, or to `queued` instead: from all states that the table allows before it. */
export function toState({
  to,
  from = DELIVERY_STATES,
  when = {},
  set,
  queuedIf,
  quiet = false,
}: Spec): Transition {
  const targets = queuedIf ? ([to, 'queued'] as const) : ([to] as const);
  const isAllowed = (state: DeliveryState): boolean =>
    targets.every((target) => statesBefore(DELIVERY, target).includes(state));
  return {
    to: targets,
    from: from.filter(isAllowed),
    when,
    stages: [{ $set: { ...set, state: to } }, ...(queuedIf ? [setWhere(queuedIf, QUEUED)] : [])],
    quiet,
  };
}

/** The states that lead back into the queue by a decision or a person; one in progress comes back only through its worker. */
export const QUEUEABLE: readonly DeliveryState[] = statesBefore(DELIVERY, 'queued').filter(
  (state) => state !== 'sending' && state !== 'queued',
);

/** Queued only to be compared. */
const IS_LOOKED_AT = {
  $and: [{ $eq: ['$state', 'queued'] }, { $ne: [{ $ifNull: ['$stateBefore', null] }, null] }],
};

/** A change of what a delivery is about: it keeps its state, or is queued if that is possible and `queuedIf` holds. */
export function inPlace({
  when = {},
  set,
  queuedIf,
  quiet = false,
}: Omit<Spec, 'to' | 'from'> & { queuedIf: object }): Transition {
  const isMoved = { $and: [{ $or: [{ $in: ['$state', QUEUEABLE] }, IS_LOOKED_AT] }, queuedIf] };
  return {
    to: DELIVERY_STATES,
    from: DELIVERY_STATES,
    when,
    stages: [setWhere(isMoved, QUEUED), { $set: set }],
    quiet,
  };
}

/** Which deliveries are meant: always within one institution. */
export type Which = { institutionId: string } & Members;

function toWrite({ institutionId, ...which }: Which, { from, when, stages, quiet = false }: Transition) {
  return {
    filter: { institutionId, ...which, $and: [when, { state: { $in: [...from] } }] },
    update: [...stages, ...deriveFields(quiet)].map(({ $set }) => ({ $set })),
  };
}

/**
 * Applies the transition to all deliveries that are meant and that it may leave; the others stay as they are.
 *
 * @returns how many were changed
 */
export async function moveDeliveries(
  which: Which,
  transition: Transition,
  tx?: ClientSession,
): Promise<number> {
  const { filter, update } = toWrite(which, transition);
  const moved = await DeliveryModel.updateMany(filter, update, {
    updatePipeline: true,
    ...(tx ? { session: tx } : {}),
  });
  return moved.modifiedCount;
}

/** One delivery's change among many in one command. */
export interface Move {
  which: Which;
  transition: Transition;
  /** The delivery is created if there is none yet. */
  isNew?: boolean;
}

/** Changes many deliveries, each in its own way, in one command. */
export async function moveEach(moves: readonly Move[], tx?: ClientSession): Promise<void> {
  if (moves.length === 0) return;
  await DeliveryModel.bulkWrite(
    moves.map(({ which, transition, isNew }) => ({
      updateOne: {
        ...toWrite(which, transition),
        ...(isNew ? { upsert: true, setDefaultsOnInsert: false } : {}),
      },
    })),
    { ordered: false, ...(tx ? { session: tx } : {}) },
  );
}
