import type { DeliveryAction, DeliveryAttempt, DeliveryRow } from '../../../../contract/grades.ts';
import { writeTable } from '../../../csv.ts';
import { AGS_SCOPE } from '../../../lti/claimNames.ts';
import { getDisplayNames } from '../../launches/people.service.ts';
import { actionsFor, visibleState } from './deliveryFilters.ts';
import { ColumnModel, type ColumnDoc } from '../columns/column.model.ts';
import type { DeliveryDoc } from './delivery.model.ts';
import { pausesOf } from './lanes.ts';
import { mayCompare } from '../comparison/readability.ts';
import type { DeliveryAttemptDoc } from './deliveryAttempt.model.ts';

/** True if the course lets us create a column. */
function mayMakeColumn(column: Pick<ColumnDoc, 'lineItemsUrl' | 'scopes'> | undefined): boolean {
  return Boolean(column?.lineItemsUrl && column.scopes.includes(AGS_SCOPE.lineItem));
}

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** What can be done about a delivery now. */
export function possibleActions(
  delivery: DeliveryDoc,
  column: ColumnDoc | undefined,
  pausedUntil: Date | undefined,
): DeliveryAction[] {
  const may = { compare: mayCompare(column), sendNow: pausedUntil !== undefined && !delivery.stateBefore };
  return actionsFor(delivery, mayMakeColumn(column), may);
}

/** When a delivery is next tried or compared; null if that is as soon as its turn comes, or never. */
function nextAtOf({ state, dueAt, tries }: DeliveryDoc, pausedUntil: Date | undefined): Date | null {
  if (!dueAt || (state !== 'waiting' && state !== 'queued')) return null;
  if (pausedUntil && pausedUntil > dueAt) return pausedUntil;
  return tries > 0 ? dueAt : null;
}

interface RowContext {
  column: ColumnDoc | undefined;
  person: string;
  /** For its platform; undefined: it is not paused now. */
  pausedUntil: Date | undefined;
}

/** A delivery as the Grades page shows it. */
function toRow(delivery: DeliveryDoc, { column, person, pausedUntil }: RowContext): DeliveryRow {
  const nextAt = nextAtOf(delivery, pausedUntil);
  const isUnread = delivery.unread ?? column?.unreadUntil !== undefined;
  return {
    id: delivery._id,
    person,
    course: column?.courseTitle ?? '',
    platform: column?.platformName ?? '',
    what: column?.title ?? '',
    ...visibleState(delivery),
    lmsMessage: delivery.lmsMessage,
    scoreGiven: delivery.wanted.given,
    scoreMaximum: delivery.wanted.maximum,
    acceptedAt: iso(delivery.acceptedAt),
    lmsValue: delivery.lmsValue,
    lmsMaximum: delivery.lmsMaximum,
    ...(isUnread ? { unread: true } : {}),
    comparedAt: iso(delivery.comparedAt),
    comparing: delivery.stateBefore !== undefined,
    tries: delivery.tries,
    triedSince: iso(delivery.triedSince),
    nextAt: iso(nextAt),
    paused: nextAt !== null && nextAt === pausedUntil,
    actions: possibleActions(delivery, column, pausedUntil),
  };
}

/** Rows of any number of deliveries; names and columns are read once for all of them. */
export async function toRows(
  institutionId: string,
  deliveries: readonly DeliveryDoc[],
): Promise<DeliveryRow[]> {
  const columnIds = [...new Set(deliveries.map((delivery) => delivery.columnId))];
  const personIds = [...new Set(deliveries.map((delivery) => delivery.personId))];
  const [columns, names, pauses] = await Promise.all([
    ColumnModel.find({ institutionId, _id: { $in: columnIds } }).lean(),
    getDisplayNames(institutionId, personIds),
    deliveries.some(({ dueAt }) => dueAt) ? pausesOf(institutionId) : new Map<string, Date>(),
  ]);
  const byId = new Map(columns.map((column) => [column._id, column]));
  return deliveries.map((delivery) =>
    toRow(delivery, {
      column: byId.get(delivery.columnId),
      person: names.get(delivery.personId) ?? '',
      pausedUntil: pauses.get(delivery.platformId),
    }),
  );
}

export function toAttempt(doc: DeliveryAttemptDoc, by: string | null): DeliveryAttempt {
  const { at, kind, outcome, httpStatus, reason, requestHash, scoreGiven, scoreMaximum, milliseconds } = doc;
  return {
    id: doc._id,
    at: at.toISOString(),
    kind,
    outcome,
    httpStatus,
    reason,
    requestHash,
    scoreGiven,
    scoreMaximum,
    milliseconds,
    // a choice says which one it was
    lmsMessage: doc.choice ?? doc.lmsMessage,
    by,
  };
}

const HEADER = [
  'person', 'course', 'platform', 'what', 'state', 'reason', 'score', 'of', 'accepted', 'in LMS', 'tries', 'LMS said',
]; // prettier-ignore

/** Rows of the Grades page as a table. */
export function toCsv(rows: readonly DeliveryRow[]): string {
  const lines = rows.map((row) => [
    row.person, row.course, row.platform, row.what, row.state, row.reason, row.scoreGiven, row.scoreMaximum,
    row.acceptedAt, row.lmsValue, row.tries, row.lmsMessage,
  ]); // prettier-ignore
  return writeTable([HEADER, ...lines]);
}
