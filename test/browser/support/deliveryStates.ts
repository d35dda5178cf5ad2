import { randomUUID } from 'node:crypto';
import { COLUMNS_SHOWN, OWN_NOTES } from '../../../contract/grades.ts';
import { filterOf } from '../../../server/features/grades/deliveries/deliveryFilters.ts';
import { ColumnModel, type ColumnDoc } from '../../../server/features/grades/columns/column.model.ts';
import {
  DeliveryAttemptModel,
  type DeliveryAttemptDoc,
} from '../../../server/features/grades/deliveries/deliveryAttempt.model.ts';
import { DeliveryLaneModel } from '../../../server/features/grades/deliveries/deliveryLane.model.ts';
import {
  DeliveryModel,
  type DeliveryDoc,
} from '../../../server/features/grades/deliveries/delivery.model.ts';
import { laneIdOf } from '../../../server/features/grades/deliveries/lanes.ts';
import { nameKeysOf } from '../../../server/features/launches/nameKeys.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { AGS_SCOPE } from '../../../server/lti/claimNames.ts';
import type { Course } from './course.ts';

const HOUR = 3600_000;
const fromNow = (ms: number): Date => new Date(Date.now() + ms);
/** Nothing comes due while the tests run. */
const LATER = 2 * HOUR;
const BUSY = 'busy: grading is switched off for maintenance until tonight (503)';

interface Standing {
  readonly state: DeliveryDoc['state'];
  readonly reason?: DeliveryDoc['reason'];
  /** Instead of the column of the module's link. */
  readonly column?: 'withoutScope' | 'paused';
  readonly change?: Partial<DeliveryDoc>;
}

const tried = { tries: 5, triedSince: fromNow(-4 * HOUR) };
const held = (reason: DeliveryDoc['reason'], change: Partial<DeliveryDoc> = {}): Standing => ({
  state: 'held',
  reason,
  change: { tries: 1, triedSince: fromNow(-HOUR), ...change },
});
const arrived = (change: Partial<DeliveryDoc> = {}): Standing => ({
  state: 'accepted',
  change: { acceptedAt: fromNow(-HOUR), comparedAt: fromNow(-HOUR), lmsValue: 10, lmsMaximum: 10, ...change },
});

/** Every state and reason that the Grades page has words for, and what else it says of them. */
const STANDINGS: readonly Standing[] = [
  held('lms_silent', tried),
  held('lms_silent', { ...tried, lmsMessage: BUSY }),
  held('token_refused', { lmsMessage: 'invalid_client' }),
  { ...held('scope_missing'), column: 'withoutScope' },
  held('column_gone'),
  held('column_missing'),
  held('not_gradable'),
  held('person_left'),
  held('course_ended'),
  held('attempts_used_up'),
  held('refused', { lmsMessage: 'The score is not valid for this activity (422)' }),
  held('lms_error', { ...tried, lmsMessage: 'Internal error (500)' }),
  held('locked_in_lms', { lmsMessage: OWN_NOTES.overridden }),
  held('changed_in_lms', { lmsValue: 4, lmsMaximum: 10, comparedAt: fromNow(-HOUR) }),
  held('cleared_in_lms', { comparedAt: fromNow(-HOUR) }),
  held('newer_is_there', { lmsValue: 9, lmsMaximum: 10 }),
  { state: 'waiting', reason: 'lms_silent', change: { ...tried, dueAt: fromNow(LATER) } },
  { state: 'waiting', reason: 'lms_silent', change: { ...tried, lmsMessage: BUSY, dueAt: fromNow(LATER) } },
  { state: 'waiting', reason: 'lms_silent', column: 'paused', change: { ...tried, dueAt: fromNow(HOUR) } },
  { state: 'queued', column: 'paused', change: { dueAt: fromNow(HOUR) } },
  { state: 'queued', change: { dueAt: fromNow(LATER) } },
  { state: 'sending', change: { ...tried, dueAt: fromNow(LATER), lease: { token: 't', worker: 'w' } } },
  arrived(),
  arrived({ lmsValue: 4, lmsMaximum: 20 }),
  arrived({ lmsValue: null, unread: true }),
  { ...arrived({ lmsValue: 7 }), reason: 'changed_in_lms' },
  { state: 'closed', reason: 'closed_by_admin', change: { closedForGood: true } },
  { state: 'closed', reason: 'person_left' },
  { state: 'closed', reason: 'course_ended' },
  { state: 'closed', reason: 'not_gradable' },
  { state: 'closed', reason: 'cleared_in_lms' },
];

/** How often each is there: more rows than one screen, and than 25. */
const ROUNDS = 2;

async function columnsOf(
  institutionId: string,
  of: ColumnDoc,
): Promise<Record<NonNullable<Standing['column']>, ColumnDoc>> {
  const { lineItemUrl: _url, lineItemKey: _key, ...rest } = of;
  const anew = () => ({ ...rest, _id: randomUUID(), placementId: randomUUID(), state: 'unbound' as const });
  const scopes = of.scopes.filter((scope) => scope !== AGS_SCOPE.score && scope !== AGS_SCOPE.lineItem);
  const withoutScope = {
    ...anew(),
    scopes,
    turnedAway: { reason: 'scope_missing' as const, lmsMessage: null },
  };
  const paused = { ...anew(), platformId: randomUUID() };
  await ColumnModel.insertMany([withoutScope, paused]);
  const lane = { institutionId, platformId: paused.platformId };
  const until = fromNow(LATER);
  await DeliveryLaneModel.create({
    _id: laneIdOf(lane),
    ...lane,
    nextDueAt: until,
    pausedUntil: until,
    serial: false,
  });
  return { withoutScope, paused };
}

/** A person of the course's platform, with the name that this course gives. */
function personLike(institutionId: string, { platformId }: ColumnDoc, name: string) {
  const named = { name, nameKeys: nameKeysOf(name), claimsHash: 'h', createdAt: new Date() };
  return { _id: randomUUID(), institutionId, platformId, sub: randomUUID(), ...named };
}

function standAs(begun: DeliveryDoc, column: ColumnDoc, personId: string, standing: Standing): DeliveryDoc {
  const { state, reason = 'none', change = {} } = standing;
  const { dueAt: _due, comparedAt: _compared, comparisonAt: _looked, ...rest } = begun;
  return {
    ...rest,
    _id: randomUUID(),
    platformId: column.platformId,
    columnId: column._id,
    personId,
    sub: personId,
    state,
    reason,
    filter: filterOf(state, reason),
    acceptedAt: null,
    lmsValue: null,
    lmsMaximum: null,
    lmsMessage: null,
    tries: 0,
    triedSince: null,
    changedAt: new Date(),
    ...change,
  };
}

/** What an admin reads when a row is opened: a fault again and again, the last time in the LMS' words. */
function historyOf({ institutionId, _id, reason }: DeliveryDoc): DeliveryAttemptDoc[] {
  const about = { institutionId, deliveryId: _id, scoreGiven: 10, scoreMaximum: 10, revision: 1 };
  return Array.from({ length: 12 }, (_, n) => ({
    ...about,
    _id: randomUUID(),
    at: fromNow((n - 14) * HOUR),
    kind: 'score',
    outcome: 'passing_fault',
    httpStatus: n % 2 === 0 ? null : 503,
    reason: reason === 'none' ? 'lms_silent' : reason,
    lmsMessage: n % 2 === 0 ? null : BUSY,
    requestHash: 'c'.repeat(64),
    milliseconds: 48,
    byPersonId: null,
    choice: null,
  }));
}

/** More columns than are offered to choose from. */
function addColumns({ setting, courseId }: Course): void {
  const { gradebook, tools } = setting.world.lms.lms;
  const toolId = tools.list()[0]?.id ?? null;
  for (let n = 0; n < COLUMNS_SHOWN + 4; n += 1) {
    const label = n % 10 === 0 ? setting.say(`Column of week ${n}`) : `Column of week ${n}`;
    gradebook.addLineItem({ courseId, toolId, label, scoreMaximum: 10 });
  }
}

async function fillCourse(institutionId: string, course: Course): Promise<void> {
  const { setting, approved } = course;
  addColumns(course);
  const heads = await DeliveryModel.find({
    institutionId,
    'wanted.enrolmentId': approved.enrolmentId,
  }).lean();
  const [begun] = heads;
  const own = await ColumnModel.findOne({ institutionId, _id: begun?.columnId ?? '' }).lean();
  if (!begun || !own) throw new Error('nothing of this course has arrived in a gradebook');
  const columns = await columnsOf(institutionId, own);
  const rows = Array.from({ length: ROUNDS }, () => STANDINGS).flat();
  const people = rows.map((_, n) => personLike(institutionId, own, setting.say(`Teacher ${n + 31}`)));
  await PersonModel.insertMany(people);
  const docs = rows.map((standing, n) => {
    const column = standing.column ? columns[standing.column] : own;
    return standAs(begun, column, people[n]?._id ?? '', standing);
  });
  await DeliveryModel.collection.insertMany(docs as never[]);
  await DeliveryAttemptModel.insertMany([...heads, ...docs].flatMap(historyOf));
}

/** Puts scores in every state into the courses: what brings them about takes an LMS days, and this page shows what stands there. */
export async function fillGrades(institutionId: string, courses: readonly Course[]): Promise<void> {
  for (const course of courses) await fillCourse(institutionId, course);
}
