import type { DeliveryReason } from '../../../../contract/states.ts';
import type { DeliveryDoc, WantedScore } from './delivery.model.ts';
import { STANDS_AT, STANDS_FOR } from './deliveryFilters.ts';
import { mayTryAccess } from './filters.ts';
import { PUT_OFF } from './lookTransitions.ts';
import {
  inPlace,
  IS_OUTDATED,
  NEXT_SECOND,
  QUEUEABLE,
  QUEUED,
  setWhere,
  toState,
  type Members,
  type Transition,
} from './transition.ts';

/** Whose and for which column a delivery is: what stays the same all its life. */
export type DeliveryKey = Pick<DeliveryDoc, 'platformId' | 'contextId' | 'columnId' | 'personId' | 'sub'>;

const literally = (members: object): Members =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, { $literal: value as unknown }]));

/** The first score for a column and person. */
export function begin(key: DeliveryKey, wanted: WantedScore): Transition {
  const nothingYet = {
    sent: null,
    doubts: [],
    mustRead: false,
    forcedRevision: null,
    lastTimestamp: null,
    triedDecisionId: null,
    lmsMessage: null,
    lmsValue: null,
    lmsMaximum: null,
    acceptedAt: null,
    closedForGood: false,
  };
  const set = { ...literally({ ...key, wanted, ...nothingYet }), ...QUEUED };
  return { ...toState({ to: 'queued', from: [], set }) };
}

/** A person has the choice about these; a newer score waits for what they choose. */
const IS_CHOICE = {
  $and: [{ $eq: [STANDS_AT, 'held'] }, { $in: [STANDS_FOR, ['changed_in_lms', 'cleared_in_lms']] }],
};

/**
 * A newer score is wanted: queued, unless it waits for a person, is closed for good, or the LMS shows these points already.
 * Nothing happens where a later decision of the same enrolment is wanted.
 *
 * @param isSent  false: nothing is sent for this column now
 */
export function wantNewer(
  { given, maximum, ...decided }: Omit<WantedScore, 'revision'>,
  isSent = true,
): Transition {
  const isShown = {
    $and: [
      { $eq: [STANDS_AT, 'accepted'] },
      { $eq: ['$wanted.given', given] },
      { $eq: ['$wanted.maximum', maximum] },
    ],
  };
  return inPlace({
    when: { $nor: [{ 'wanted.enrolmentId': decided.enrolmentId, 'wanted.order': { $gt: decided.order } }] },
    set: {
      wanted: { ...literally({ given, maximum, ...decided }), revision: { $add: ['$wanted.revision', 1] } },
    },
    queuedIf: { $and: [isSent, { $not: [{ $or: [IS_CHOICE, '$closedForGood', isShown] }] }] },
  });
}

/**
 * Queue again, by whomever: the tries before are forgotten.
 *
 * @param when  narrows which; without, all that nobody has claimed and that are not queued already
 * @param set   what else becomes of them
 */
export function queueAgain(when: Members = {}, set: Members = {}): Transition {
  return toState({ to: 'queued', from: QUEUEABLE, when, set: { missedAt: '$$REMOVE', ...QUEUED, ...set } });
}

/**
 * Queue again what was decided while nothing was sent for its column. Where a person has chosen that theirs stays, and
 * nothing was decided since, it stays.
 */
export function queueUnsent(): Transition {
  const settled = { $max: ['$sent.revision', '$keptRevision'] };
  return queueAgain({ state: 'accepted', $expr: { $gt: ['$wanted.revision', settled] } });
}

/** What the LMS took may be gone there, or still stand: no longer counted as sent, but known again when it is seen. */
const SENT_IN_DOUBT: Members = {
  sent: null,
  doubts: {
    $cond: [
      { $ifNull: ['$sent', false] },
      { $concatArrays: [{ $slice: ['$doubts', -4] }, [{ given: '$sent.given', maximum: '$sent.maximum' }]] },
      '$doubts',
    ],
  },
  mustRead: true,
  missedAt: '$$REMOVE',
};

/**
 * Queue again where the LMS may have dropped what it had (a person who was away, another line item): the result is read
 * first. Nothing there or a score of ours: ours is sent. Anything else is a person's to decide about.
 */
export function queueAnew(when: Members = {}): Transition {
  return queueAgain(when, SENT_IN_DOUBT);
}

/** The same, where it was held so long ago at least. */
export function tryAccessAgain(pauseMs: number): Transition {
  return queueAgain(mayTryAccess(pauseMs));
}

/**
 * The link has another line item: what the old one took is in doubt, and sent unless it is found there. What a person is
 * asked about, has decided or has closed stays where it is.
 */
export function moveToNewColumn(): Transition {
  const isOurs = {
    $or: [
      { $eq: ['$state', 'waiting'] },
      { $and: [{ $eq: [STANDS_AT, 'accepted'] }, { $ne: [STANDS_FOR, 'changed_in_lms'] }] },
      { $and: [{ $eq: ['$state', 'held'] }, { $in: ['$reason', ['column_gone', 'column_missing']] }] },
    ],
  };
  return inPlace({ when: { state: { $ne: 'sending' } }, set: SENT_IN_DOUBT, queuedIf: isOurs });
}

/**
 * The same for one that a worker has claimed, which sends it to the old line item: taken from it, as if it had died. One that a
 * person has chosen about is only looked at there, and stays.
 */
export function takeToNewColumn(): Transition {
  const doubts = { $slice: [{ $concatArrays: [SENT_IN_DOUBT['doubts'], TRIED_VALUE] }, -5] };
  const when = { 'stood.reason': { $ne: 'changed_in_lms' } };
  return toState({ to: 'queued', from: ['sending'], when, set: { ...SENT_IN_DOUBT, doubts, ...QUEUED } });
}

/** The same for a claimed one that was only looked at, and of which nothing stands in the LMS any more. */
export function queueTakenAnew(): Transition {
  return toState({
    to: 'queued',
    from: ['sending'],
    set: { ...SENT_IN_DOUBT, triedDecisionId: NOT_TRIED, ...QUEUED },
  });
}

/** To be sent before all others: it waits for nothing but its turn, and is due at once. */
export function hurry(when: Members = {}): Transition {
  return inPlace({
    when: { ...when, state: 'queued', stood: { $exists: false } },
    set: { dueAt: { $min: ['$dueAt', '$$NOW'] } },
    queuedIf: { $literal: false },
  });
}

/** No more is sent. @param forGood  a later decision does not open it again */
export function close(reason: DeliveryReason, when: Members = {}, forGood = false): Transition {
  const set = { reason, ...(forGood ? { closedForGood: true } : {}) };
  return toState({ to: 'closed', from: ['queued', 'waiting', 'held', 'accepted'], when, set });
}

/** What a person entered in the LMS stays. The reason too: what stands in the gradebook is not what we sent. */
export function keepTheirs(when: Members = {}): Transition {
  const set = { reason: 'changed_in_lms', keptRevision: '$wanted.revision' };
  return toState({ to: 'accepted', from: ['held'], when, set });
}

const TRIED_VALUE = [{ given: '$trying.given', maximum: '$trying.maximum' }];
const DOUBTS_AND_TRIED = { $concatArrays: [{ $slice: ['$doubts', -4] }, TRIED_VALUE] };
const IS_TAKEN_OVER = { $eq: ['$state', 'sending'] };

/**
 * Taken by a worker for as long as a lease lasts, when it is due. All by the database's clock: the timestamp of the try
 * is later than that of any try before by a second at least, and what a dead worker may have sent is kept as a doubt.
 *
 * @param leaseMs  after so long without a word it is another worker's
 */
export function take(lease: { token: string; worker: string }, leaseMs: number): Transition {
  return toState({
    to: 'sending',
    quiet: true,
    when: { $expr: { $lte: ['$dueAt', '$$NOW'] } },
    set: {
      reason: 'none',
      stood: { $cond: [{ $and: [IS_TAKEN_OVER, LOOK_IS_OUTDATED] }, '$$REMOVE', '$stood'] },
      lease: { $literal: lease },
      dueAt: { $add: ['$$NOW', leaseMs] },
      lastTimestamp: NEXT_SECOND,
      triedDecisionId: '$wanted.decisionId',
      mustRead: { $or: ['$mustRead', IS_TAKEN_OVER] },
      doubts: { $cond: [IS_TAKEN_OVER, DOUBTS_AND_TRIED, '$doubts'] },
      trying: {
        given: '$wanted.given',
        maximum: '$wanted.maximum',
        revision: '$wanted.revision',
        timestamp: NEXT_SECOND,
        first: { $ne: ['$triedDecisionId', '$wanted.decisionId'] },
        tookOver: IS_TAKEN_OVER,
      },
    },
  });
}

/** What the LMS shows for a person in a column; null where nobody has looked. */
export type Shown = { score: number | null; maximum: number | null } | null;

/** A newer score came while it was only looked at, and waits for nobody's choice: it is to be sent. */
const LOOK_IS_OUTDATED = {
  $and: [{ $ne: [{ $ifNull: ['$stood', null] }, null] }, IS_OUTDATED, { $not: [IS_CHOICE] }],
};

const fromWorker = { from: ['sending'] } as const;
const asShown = (shown: Shown): Members => ({
  lmsValue: shown?.score ?? null,
  lmsMaximum: shown?.maximum ?? '$lmsMaximum',
  comparedAt: shown !== null && shown.score !== null ? '$$NOW' : '$$REMOVE',
});
/** Of a try that sent nothing. */
const NOT_TRIED = { $cond: ['$trying.first', null, '$triedDecisionId'] };
const ONE_MORE_TRY: Members = {
  tries: { $add: ['$tries', 1] },
  triedSince: { $ifNull: ['$triedSince', '$$NOW'] },
};

const TAKEN: Members = {
  sent: {
    given: '$trying.given',
    maximum: '$trying.maximum',
    revision: '$trying.revision',
    timestamp: '$trying.timestamp',
  },
  doubts: [],
};

/**
 * The LMS has it. Queued again where a newer one came meanwhile.
 *
 * @param unread  the LMS did not let us read what it shows
 */
export function accept(shown: Shown, unread = false): Transition {
  const set = {
    reason: 'none',
    ...TAKEN,
    mustRead: false,
    tries: 0,
    triedSince: null,
    lmsMessage: null,
    ...asShown(shown),
    unread: unread ? true : '$$REMOVE',
    missedAt: '$$REMOVE',
    stood: '$$REMOVE',
    acceptedAt: '$$NOW',
  };
  return toState({ to: 'accepted', ...fromWorker, set, queuedIf: IS_OUTDATED });
}

/**
 * Tried again after a while.
 *
 * @param fault.doubt  the LMS may have stored the score all the same: the next try looks first
 */
export function waitForNextTry(fault: {
  reason: DeliveryReason;
  lmsMessage: string | null;
  delayMs: number;
  doubt: boolean;
}): Transition {
  const { reason, lmsMessage, delayMs, doubt } = fault;
  return toState({
    to: 'waiting',
    ...fromWorker,
    set: {
      ...(doubt ? { doubts: DOUBTS_AND_TRIED, mustRead: true } : {}),
      reason,
      dueAt: { $add: ['$$NOW', delayMs] },
      ...ONE_MORE_TRY,
      stood: '$$REMOVE',
      lmsMessage: { $literal: lmsMessage },
    },
  });
}

/**
 * Nothing stands in the LMS where something of ours should: on its way still, and looked for once more after a while.
 *
 * @param miss.wasSent  the LMS has taken the score that is on its way
 */
export function lookAgain(miss: { delayMs: number; wasSent: boolean }): Transition {
  const set = {
    reason: 'none',
    ...(miss.wasSent ? TAKEN : { triedDecisionId: NOT_TRIED }),
    mustRead: true,
    missedAt: '$$NOW',
    dueAt: { $add: ['$$NOW', miss.delayMs] },
  };
  return toState({ to: 'queued', ...fromWorker, set, queuedIf: LOOK_IS_OUTDATED, quiet: true });
}

/** A person must choose or repair. Where a newer score came meanwhile that is tried first, unless it would be their choice. */
export function hold(fault: { reason: DeliveryReason; lmsMessage: string | null; shown: Shown }): Transition {
  const { reason, lmsMessage, shown } = fault;
  return toState({
    to: 'held',
    ...fromWorker,
    set: {
      reason,
      ...ONE_MORE_TRY,
      lmsMessage: { $literal: lmsMessage },
      ...asShown(shown),
      missedAt: '$$REMOVE',
      stood: '$$REMOVE',
      ...(reason === 'newer_is_there' ? { mustRead: true } : {}),
    },
    queuedIf: { $and: [IS_OUTDATED, { $not: [IS_CHOICE] }] },
  });
}

/**
 * It was only looked at, and stands where it stood; queued where a newer score came meanwhile that waits for nobody, and looked at
 * once more where its person has opened the link meanwhile.
 *
 * @param shown  null where the LMS did not let us look
 */
export function standAsBefore(shown: Shown): Transition {
  const set = {
    state: '$stood.state',
    reason: '$stood.reason',
    tries: 0,
    triedSince: null,
    missedAt: '$$REMOVE',
    triedDecisionId: NOT_TRIED,
    ...(shown === null ? {} : asShown(shown)),
  };
  return {
    to: ['accepted', 'held', 'queued'],
    from: ['sending'],
    when: { stood: { $exists: true } },
    stages: [
      { $set: set },
      setWhere({ $and: [IS_OUTDATED, { $not: [IS_CHOICE] }] }, QUEUED),
      setWhere(
        { $and: ['$openedAgain', { $ne: ['$state', 'queued'] }] },
        { ...PUT_OFF, openedAgain: '$$REMOVE' },
      ),
    ],
    quiet: true,
  };
}

/** It could not be looked at just now: once more after a while. */
export function lookLater(delayMs: number): Transition {
  const set = {
    reason: 'none',
    ...ONE_MORE_TRY,
    triedDecisionId: NOT_TRIED,
    dueAt: { $add: ['$$NOW', delayMs] },
  };
  return toState({ to: 'queued', ...fromWorker, set, queuedIf: LOOK_IS_OUTDATED, quiet: true });
}

/** Taken but never tried: as if it had not been taken. */
export function giveBack(): Transition {
  const set = { reason: 'none', dueAt: '$$NOW', triedDecisionId: NOT_TRIED };
  return toState({ to: 'queued', ...fromWorker, set, queuedIf: LOOK_IS_OUTDATED, quiet: true });
}

/**
 * Taken, and its link has no grade any more: nothing is sent, now or later. One of which something stands in the LMS was there
 * when that was decided: it stays there, for the case that the link gets its grades again.
 */
export function dropTaken(): Transition {
  const isThere = { $ne: [{ $ifNull: ['$sent', null] }, null] };
  const isTheirs = { $gte: ['$keptRevision', '$sent.revision'] };
  const closed = { state: 'closed', reason: 'closed_by_admin', closedForGood: true };
  const stays = {
    state: 'accepted',
    reason: { $cond: [isTheirs, 'changed_in_lms', 'none'] },
    tries: 0,
    triedSince: null,
    triedDecisionId: NOT_TRIED,
    missedAt: '$$REMOVE',
    stood: '$$REMOVE',
  };
  return {
    to: ['accepted', 'closed'],
    from: ['sending'],
    when: {},
    stages: [setWhere({ $not: [isThere] }, closed), setWhere(isThere, stays)],
  };
}
