import type { DeliveryReason } from '../../../../contract/states.ts';
import type { DeliveryDoc, WantedScore } from './delivery.model.ts';
import { VISIBLE_STATE, VISIBLE_REASON } from './deliveryFilters.ts';
import { mayTryAccess } from './conditions.ts';
import { POSTPONED } from './comparisonTransitions.ts';
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

/** Whose delivery it is and for which column: what never changes. */
export type DeliveryKey = Pick<DeliveryDoc, 'platformId' | 'contextId' | 'columnId' | 'personId' | 'sub'>;

const literals = (members: object): Members =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, { $literal: value as unknown }]));

/** The first score for a column and person. */
export function create(key: DeliveryKey, wanted: WantedScore): Transition {
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
  const set = { ...literals({ ...key, wanted, ...nothingYet }), ...QUEUED };
  return { ...toState({ to: 'queued', from: [], set }) };
}

/** A person must decide about these; a newer score waits for the decision. */
const IS_CHOICE = {
  $and: [{ $eq: [VISIBLE_STATE, 'held'] }, { $in: [VISIBLE_REASON, ['changed_in_lms', 'cleared_in_lms']] }],
};

/**
 * A newer score is wanted: queued, unless it is waiting for a person, is closed for good, or the LMS already shows these points.
 * Nothing happens if a later decision of the same enrolment is wanted.
 *
 * @param isSent  false: nothing is sent for this column now
 */
export function updateWanted(
  { given, maximum, ...decided }: Omit<WantedScore, 'revision'>,
  isSent = true,
): Transition {
  const isShown = {
    $and: [
      { $eq: [VISIBLE_STATE, 'accepted'] },
      { $eq: ['$wanted.given', given] },
      { $eq: ['$wanted.maximum', maximum] },
    ],
  };
  return inPlace({
    when: { $nor: [{ 'wanted.enrolmentId': decided.enrolmentId, 'wanted.order': { $gt: decided.order } }] },
    set: {
      wanted: { ...literals({ given, maximum, ...decided }), revision: { $add: ['$wanted.revision', 1] } },
    },
    queuedIf: { $and: [isSent, { $not: [{ $or: [IS_CHOICE, '$closedForGood', isShown] }] }] },
  });
}

/**
 * Queue again, whoever asks: previous tries are forgotten.
 *
 * @param when  narrows which; without it, all that nobody has claimed and that are not queued already
 * @param set   further changes to them
 */
export function requeue(when: Members = {}, set: Members = {}): Transition {
  return toState({ to: 'queued', from: QUEUEABLE, when, set: { missedAt: '$$REMOVE', ...QUEUED, ...set } });
}

/**
 * Queue again what was decided while nothing was sent for its column. If a person chose to keep theirs, and nothing was decided
 * since, it stays.
 */
export function requeueUnsent(): Transition {
  const settled = { $max: ['$sent.revision', '$keptRevision'] };
  return requeue({ state: 'accepted', $expr: { $gt: ['$wanted.revision', settled] } });
}

/** What the LMS accepted may be gone there, or still exist: no longer counted as sent, but recognised when it is seen. */
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
 * Queue again if the LMS may have dropped what it had (a person who was away, another line item): the result is read first. If it
 * is empty or a score of ours, ours is sent. Anything else is for a person to decide.
 */
export function requeueInDoubt(when: Members = {}): Transition {
  return requeue(when, SENT_IN_DOUBT);
}

/** The same, if it was held at least this long ago. */
export function retryAccess(pauseMs: number): Transition {
  return requeue(mayTryAccess(pauseMs));
}

/**
 * The link has another line item: what the old one accepted is in doubt, and is sent unless it is found there. What a person is
 * asked about, has decided or has closed stays as it is.
 */
export function moveToNewColumn(): Transition {
  const isOurs = {
    $or: [
      { $eq: ['$state', 'waiting'] },
      { $and: [{ $eq: [VISIBLE_STATE, 'accepted'] }, { $ne: [VISIBLE_REASON, 'changed_in_lms'] }] },
      { $and: [{ $eq: ['$state', 'held'] }, { $in: ['$reason', ['column_gone', 'column_missing']] }] },
    ],
  };
  return inPlace({ when: { state: { $ne: 'sending' } }, set: SENT_IN_DOUBT, queuedIf: isOurs });
}

/**
 * The same for one that a worker has claimed and is sending to the old line item: taken from that worker, as if it had died. One
 * that a person has chosen about is only compared there, and stays.
 */
export function moveClaimedToNewColumn(): Transition {
  const doubts = { $slice: [{ $concatArrays: [SENT_IN_DOUBT['doubts'], TRIED_VALUE] }, -5] };
  const when = { 'stateBefore.reason': { $ne: 'changed_in_lms' } };
  return toState({ to: 'queued', from: ['sending'], when, set: { ...SENT_IN_DOUBT, doubts, ...QUEUED } });
}

/** The same for a claimed one that was only being compared, and that no longer has anything in the LMS. */
export function requeueClaimedInDoubt(): Transition {
  return toState({
    to: 'queued',
    from: ['sending'],
    set: { ...SENT_IN_DOUBT, triedDecisionId: NOT_TRIED, ...QUEUED },
  });
}

/** Due at once, and before all others for whichever worker claims it; only what is queued. */
export function makeUrgent(when: Members = {}): Transition {
  return inPlace({
    when: { ...when, state: 'queued' },
    set: { urgent: true, dueAt: { $min: ['$dueAt', '$$NOW'] } },
    queuedIf: { $literal: false },
    quiet: true,
  });
}

/** Nothing more is sent. @param forGood  a later decision does not open it again */
export function close(reason: DeliveryReason, when: Members = {}, forGood = false): Transition {
  const set = { reason, ...(forGood ? { closedForGood: true } : {}) };
  return toState({ to: 'closed', from: ['queued', 'waiting', 'held', 'accepted'], when, set });
}

/** What a person entered in the LMS stays. The reason stays too: the result in the gradebook is not what we sent. */
export function keepTheirs(when: Members = {}): Transition {
  const set = { reason: 'changed_in_lms', keptRevision: '$wanted.revision' };
  return toState({ to: 'accepted', from: ['held'], when, set });
}

const TRIED_VALUE = [{ given: '$trying.given', maximum: '$trying.maximum' }];
const DOUBTS_AND_TRIED = { $concatArrays: [{ $slice: ['$doubts', -4] }, TRIED_VALUE] };
const IS_TAKEN_OVER = { $eq: ['$state', 'sending'] };

/**
 * Claimed by a worker for the duration of a lease, when it is due. All by the database's clock: the timestamp of the try is at
 * least a second later than that of any earlier try, and what a dead worker may have sent is kept as a doubt.
 *
 * @param leaseMs  after this long without a sign of life it belongs to another worker
 */
export function claim(lease: { token: string; worker: string }, leaseMs: number): Transition {
  return toState({
    to: 'sending',
    quiet: true,
    when: { $expr: { $lte: ['$dueAt', '$$NOW'] } },
    set: {
      reason: 'none',
      stateBefore: { $cond: [{ $and: [IS_TAKEN_OVER, COMPARISON_IS_OUTDATED] }, '$$REMOVE', '$stateBefore'] },
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

/** What the LMS shows for a person in a column; null if nobody has looked. */
export type LmsResult = { score: number | null; maximum: number | null } | null;

/** A newer score came during a comparison, and waits for nobody's choice: it is to be sent. */
const COMPARISON_IS_OUTDATED = {
  $and: [{ $ne: [{ $ifNull: ['$stateBefore', null] }, null] }, IS_OUTDATED, { $not: [IS_CHOICE] }],
};

const fromWorker = { from: ['sending'] } as const;
const toLmsFields = (shown: LmsResult): Members => ({
  lmsValue: shown?.score ?? null,
  lmsMaximum: shown?.maximum ?? '$lmsMaximum',
  comparedAt: shown !== null && shown.score !== null ? '$$NOW' : '$$REMOVE',
});
/** For a try that sent nothing. */
const NOT_TRIED = { $cond: ['$trying.first', null, '$triedDecisionId'] };
const ONE_MORE_TRY: Members = {
  tries: { $add: ['$tries', 1] },
  triedSince: { $ifNull: ['$triedSince', '$$NOW'] },
};

const SENT: Members = {
  sent: {
    given: '$trying.given',
    maximum: '$trying.maximum',
    revision: '$trying.revision',
    timestamp: '$trying.timestamp',
  },
  doubts: [],
};

/**
 * The LMS has it. Queued again if a newer one came meanwhile.
 *
 * @param unread  the LMS did not let us read what it shows
 */
export function accept(shown: LmsResult, unread = false): Transition {
  const set = {
    reason: 'none',
    ...SENT,
    mustRead: false,
    tries: 0,
    triedSince: null,
    lmsMessage: null,
    ...toLmsFields(shown),
    unread: unread ? true : '$$REMOVE',
    missedAt: '$$REMOVE',
    stateBefore: '$$REMOVE',
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
      stateBefore: '$$REMOVE',
      lmsMessage: { $literal: lmsMessage },
    },
  });
}

/**
 * The LMS has no score where ours should be: still in progress, and looked for once more after a while.
 *
 * @param miss.wasSent  the LMS has accepted the score that is in progress
 */
export function recheckMissing(miss: { delayMs: number; wasSent: boolean }): Transition {
  const set = {
    reason: 'none',
    ...(miss.wasSent ? SENT : { triedDecisionId: NOT_TRIED }),
    mustRead: true,
    missedAt: '$$NOW',
    dueAt: { $add: ['$$NOW', miss.delayMs] },
  };
  return toState({ to: 'queued', ...fromWorker, set, queuedIf: COMPARISON_IS_OUTDATED, quiet: true });
}

/** A person must choose or repair. If a newer score came meanwhile, that is tried first, unless it would be their choice. */
export function hold(fault: {
  reason: DeliveryReason;
  lmsMessage: string | null;
  shown: LmsResult;
}): Transition {
  const { reason, lmsMessage, shown } = fault;
  return toState({
    to: 'held',
    ...fromWorker,
    set: {
      reason,
      ...ONE_MORE_TRY,
      lmsMessage: { $literal: lmsMessage },
      ...toLmsFields(shown),
      missedAt: '$$REMOVE',
      stateBefore: '$$REMOVE',
      ...(reason === 'newer_is_there' ? { mustRead: true } : {}),
    },
    queuedIf: { $and: [IS_OUTDATED, { $not: [IS_CHOICE] }] },
  });
}

/**
 * It was only compared, and returns to its previous state; queued if a newer score came meanwhile that waits for nobody, and
 * compared once more if its person has opened the link meanwhile.
 *
 * @param shown  null if the LMS did not let us look
 */
export function endComparison(shown: LmsResult): Transition {
  const set = {
    state: '$stateBefore.state',
    reason: '$stateBefore.reason',
    tries: 0,
    triedSince: null,
    missedAt: '$$REMOVE',
    triedDecisionId: NOT_TRIED,
    ...(shown === null ? {} : toLmsFields(shown)),
  };
  return {
    to: ['accepted', 'held', 'queued'],
    from: ['sending'],
    when: { stateBefore: { $exists: true } },
    stages: [
      { $set: set },
      setWhere({ $and: [IS_OUTDATED, { $not: [IS_CHOICE] }] }, QUEUED),
      setWhere(
        { $and: ['$openedAgain', { $ne: ['$state', 'queued'] }] },
        { ...POSTPONED, openedAgain: '$$REMOVE' },
      ),
    ],
    quiet: true,
  };
}

/** It could not be compared just now: once more after a while. */
export function postponeComparison(delayMs: number): Transition {
  const set = {
    reason: 'none',
    ...ONE_MORE_TRY,
    triedDecisionId: NOT_TRIED,
    dueAt: { $add: ['$$NOW', delayMs] },
  };
  return toState({ to: 'queued', ...fromWorker, set, queuedIf: COMPARISON_IS_OUTDATED, quiet: true });
}

/** Claimed but never tried: as if it had not been claimed. */
export function release(): Transition {
  const set = { reason: 'none', dueAt: '$$NOW', triedDecisionId: NOT_TRIED };
  return toState({ to: 'queued', ...fromWorker, set, queuedIf: COMPARISON_IS_OUTDATED, quiet: true });
}

/**
 * Claimed, and its link has no grade any more: nothing is sent, now or later. One that has a score in the LMS already had it when
 * that was decided: it stays there, in case the link gets its grades again.
 */
export function dropClaimed(): Transition {
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
    stateBefore: '$$REMOVE',
  };
  return {
    to: ['accepted', 'closed'],
    from: ['sending'],
    when: {},
    stages: [setWhere({ $not: [isThere] }, closed), setWhere(isThere, stays)],
  };
}
