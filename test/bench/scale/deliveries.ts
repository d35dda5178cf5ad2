import { createHash } from 'node:crypto';
import type { DeliveryDoc } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { DeliveryAttemptModel } from '../../../server/features/grades/deliveries/deliveryAttempt.model.ts';
import { ScoreIntentModel } from '../../../server/features/grades/deliveries/scoreIntent.model.ts';
import { ScoreTargetModel } from '../../../server/features/grades/columns/scoreTarget.model.ts';
import {
  columnIdOf, contextIdOf, courseOf, fallAt, idOf, inDays, KIND, SMALL, subOf, type Ground,
} from './ground.ts'; // prettier-ignore
import type { Pile } from './pile.ts';

type Stand = Pick<DeliveryDoc, 'state' | 'reason' | 'filter'>;

const STANDS: readonly Stand[] = [
  { filter: 'need_you', state: 'held', reason: 'refused' },
  { filter: 'on_the_way', state: 'waiting', reason: 'lms_silent' },
  { filter: 'changed', state: 'held', reason: 'changed_in_lms' },
  { filter: 'in_gradebook', state: 'accepted', reason: 'none' },
];

/** Columns that hold a score of this person: all four for the first hundred, two for the others. */
function columnsOf(n: number): readonly number[] {
  if (n < SMALL) return [0, 1, 2, 3];
  return n % 2 === 0 ? [0, 3] : [1, 2];
}

function addDelivery(pile: Pile, ground: Ground, n: number, which: number): void {
  const stand = STANDS[which];
  if (!stand) throw new Error(`there is no column ${which}`);
  const { institutionId, platformId } = ground;
  const at = fallAt(ground, n);
  const accepted = stand.state === 'accepted';
  const value = { given: 10, maximum: 10 };
  const sent = accepted ? { ...value, revision: 1, timestamp: at } : null;
  const deliveryId = idOf(ground, KIND.delivery, n * 4 + which);
  const lms = accepted ? { lmsValue: 10, lmsMaximum: 10, acceptedAt: at } : {};
  pile.add(DeliveryModel, {
    _id: deliveryId,
    institutionId,
    platformId,
    contextId: contextIdOf(ground, courseOf(n)),
    ...stand,
    columnId: columnIdOf(ground, courseOf(n), which),
    personId: idOf(ground, KIND.person, n),
    sub: subOf(n),
    sent,
    doubts: [],
    mustRead: false,
    forcedRevision: null,
    lastTimestamp: at,
    wanted: {
      ...value,
      revision: 1,
      decisionId: idOf(ground, KIND.decision, n),
      enrolmentId: idOf(ground, KIND.enrolment, n),
      order: 1,
      decidedAt: at,
      submittedAt: at,
      resourceId: `wm:${courseOf(n)}:${which}`,
    },
    ...(stand.state === 'waiting' ? { dueAt: inDays(ground, 1) } : {}),
    triedDecisionId: idOf(ground, KIND.decision, n),
    tries: 1,
    triedSince: at,
    lmsMessage: null,
    lmsValue: null,
    lmsMaximum: null,
    acceptedAt: null,
    ...lms,
    closedForGood: false,
    changedAt: at,
  });
  pile.add(DeliveryAttemptModel, {
    _id: idOf(ground, KIND.sending, n * 4 + which),
    institutionId,
    deliveryId,
    at,
    kind: 'score',
    outcome: accepted ? 'accepted' : 'passing_fault',
    httpStatus: accepted ? 200 : 503,
    reason: stand.reason,
    lmsMessage: null,
    milliseconds: 50,
    revision: 1,
    requestHash: createHash('sha256').update(deliveryId).digest('hex'),
    scoreGiven: 10,
    scoreMaximum: 10,
    byPersonId: null,
    choice: null,
  });
}

/** The approved module's scores, each with the call that was made for it. */
export function addDeliveries(pile: Pile, ground: Ground, n: number, attemptId: string): void {
  const { institutionId, platformId } = ground;
  const personId = idOf(ground, KIND.person, n);
  const decisionId = idOf(ground, KIND.decision, n);
  const columns = columnsOf(n);
  const at = fallAt(ground, n);
  for (const which of columns) addDelivery(pile, ground, n, which);
  const [first = 0] = columns;
  const columnId = columnIdOf(ground, courseOf(n), first);
  pile.add(ScoreTargetModel, {
    _id: idOf(ground, KIND.target, n),
    institutionId,
    subjectId: attemptId,
    subject: 'attempt',
    columnId,
    platformId,
    personId,
    sub: subOf(n),
    createdAt: at,
  });
  pile.add(ScoreIntentModel, {
    _id: idOf(ground, KIND.intent, n),
    institutionId,
    platformId,
    columnId,
    subjectId: attemptId,
    personId,
    deliveryId: idOf(ground, KIND.delivery, n * 4 + first),
    revision: 1,
    wanted: true,
    decisionId,
    order: 1,
    decidedAt: at,
    rule: 'approved@1',
    approved: 1,
    all: 1,
    scoreGiven: 10,
    scoreMaximum: 10,
    createdAt: at,
  });
}
