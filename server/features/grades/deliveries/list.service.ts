import { createHash } from 'node:crypto';
import {
  COUNT_MAX,
  DeliveryFilter,
  SEND_ALL_MAX,
  SendableFilter,
  type DeliveryAttempt,
  type DeliveryList,
  type DeliveryRow,
} from '../../../../contract/grades.ts';
import { part, readTogether, type ReadPart } from '../../../combinedRead.ts';
import type { Deps } from '../../../deps.ts';
import { notFound } from '../../../errors.ts';
import { afterTimeCursor, toTimeCursor } from '../../../timeCursor.ts';
import type { LiveSession } from '../../../http/liveSession.ts';
import { appendAuditOnce } from '../../audit/audit.service.ts';
import { getDisplayNames } from '../../launches/people.service.ts';
import { SENDABLE } from './deliveryFilters.ts';
import { DeliveryModel, type DeliveryDoc } from './delivery.model.ts';
import { DeliveryAttemptModel } from './deliveryAttempt.model.ts';
import { toAttempt, toCsv, toRows } from './deliveryRows.ts';
import { pausesOf } from './lanes.ts';

const PAGE = 50;
const CSV_MAX = 20_000;
const ATTEMPTS_MAX = 500;

type AuditDeps = Pick<Deps, 'clock'>;

/** What "send again where possible" would send, of each filter that has some. */
const SENDABLE_OF = {
  need_you: { state: 'held' as const, reason: { $in: [...SENDABLE] } },
  on_the_way: { state: 'waiting' as const },
};

/** Query for the deliveries of a filter that may succeed if they are simply sent again. */
export const sendableOf = (institutionId: string, show: SendableFilter) => ({
  institutionId,
  ...SENDABLE_OF[show],
});

/** The counts on the Grades page, each up to one above `COUNT_MAX`: the cost of a count must not grow with history. */
export async function countDeliveries(institutionId: string): Promise<DeliveryList['counts']> {
  const count = (filter: DeliveryFilter): Promise<number> =>
    DeliveryModel.countDocuments({ institutionId, filter })
      .limit(COUNT_MAX + 1)
      .hint('delivery_by_filter');
  const [need_you, on_the_way, changed, in_gradebook, closed] = await Promise.all([
    count('need_you'),
    count('on_the_way'),
    count('changed'),
    count('in_gradebook'),
    count('closed'),
  ]);
  return { need_you, on_the_way, changed, in_gradebook, closed };
}

/** How many of a filter "send again where possible" would send now: it sends at most `SEND_ALL_MAX`. From the index alone. */
async function countSendable(institutionId: string, show: DeliveryFilter): Promise<number> {
  const filter = SendableFilter.safeParse(show);
  if (!filter.success) return 0;
  return DeliveryModel.countDocuments(sendableOf(institutionId, filter.data))
    .limit(SEND_ALL_MAX)
    .hint('delivery_by_state');
}

/** One page of a filter, newest change first, with the counts of all filters. */
export async function listDeliveries(
  deps: AuditDeps,
  session: LiveSession,
  { show, cursor }: { show: DeliveryFilter; cursor?: string | undefined },
): Promise<DeliveryList> {
  const { institutionId } = session;
  // first, so that what changes while the rows are read is found by the next check
  const newest = await findNewest(institutionId);
  const [deliveries, counts, sendable] = await Promise.all([
    DeliveryModel.find({ institutionId, filter: show, ...afterTimeCursor('changedAt', cursor) })
      .sort({ changedAt: -1, _id: -1 })
      .limit(PAGE + 1)
      .hint('delivery_by_filter')
      .lean(),
    countDeliveries(institutionId),
    countSendable(institutionId, show),
  ]);
  const page = deliveries.slice(0, PAGE);
  const last = deliveries.length > PAGE ? page.at(-1) : undefined;
  await appendAuditOnce(deps, session, {
    action: 'deliveries.listed',
    subject: { kind: 'deliveries', id: show },
    facts: { rows: page.length },
  });
  return {
    counts,
    sendable,
    newest,
    rows: await toRows(institutionId, page),
    next: last ? toTimeCursor(last.changedAt, last._id) : null,
  };
}

/** The newest that a filter shows: one index step. */
const newestPart = (
  institutionId: string,
  filter: DeliveryFilter,
): ReadPart<Pick<DeliveryDoc, '_id' | 'changedAt'>> =>
  part(DeliveryModel, { institutionId, filter }, [
    { $sort: { changedAt: -1, _id: -1 } },
    { $limit: 1 },
    { $project: { changedAt: 1 } },
  ]);

/**
 * A fingerprint of what the Grades page shows. A different value means that a score has changed, or that a platform's pause has
 * started or ended, and a list must be reloaded. Two commands, however many scores there are.
 */
export async function findNewest(institutionId: string): Promise<string> {
  const [newest, pauses] = await Promise.all([
    readTogether(
      Object.fromEntries(DeliveryFilter.options.map((filter) => [filter, newestPart(institutionId, filter)])),
    ),
    pausesOf(institutionId),
  ]);
  const moved = DeliveryFilter.options
    .flatMap((filter) => newest[filter] ?? [])
    .map(({ _id, changedAt }) => `${_id} ${changedAt.getTime()}`);
  const paused = [...pauses].map(([platformId, until]) => `${platformId} ${until.getTime()}`).sort();
  return createHash('sha256')
    .update(JSON.stringify([moved, paused]))
    .digest('base64url');
}

/** The table to download, up to 20,000 rows, safe to open in a spreadsheet. */
export async function exportDeliveries(
  deps: AuditDeps,
  session: LiveSession,
  show: DeliveryFilter | undefined,
): Promise<string> {
  const { institutionId } = session;
  const filters = show ? [show] : DeliveryFilter.options;
  const deliveries: DeliveryDoc[] = [];
  for (const filter of filters) {
    const room = CSV_MAX - deliveries.length;
    if (room < 1) break;
    const found = DeliveryModel.find({ institutionId, filter }).sort({ changedAt: -1, _id: -1 });
    deliveries.push(...(await found.limit(room).hint('delivery_by_filter').lean()));
  }
  await appendAuditOnce(deps, session, {
    action: 'deliveries.exported',
    subject: { kind: 'deliveries', id: show ?? 'all' },
    facts: { rows: deliveries.length },
  });
  return toCsv(await toRows(institutionId, deliveries));
}

/** @throws {AppError} NOT_FOUND */
export async function getDelivery(institutionId: string, id: string): Promise<DeliveryDoc> {
  const delivery = await DeliveryModel.findOne({ institutionId, _id: id }).lean();
  if (!delivery) throw notFound('This score');
  return delivery;
}

/** The current row of one delivery. */
export async function getRow(institutionId: string, id: string): Promise<DeliveryRow> {
  const [row] = await toRows(institutionId, [await getDelivery(institutionId, id)]);
  if (!row) throw notFound('This score');
  return row;
}

interface History {
  row: DeliveryRow;
  attempts: DeliveryAttempt[];
}

async function historyOf(delivery: DeliveryDoc): Promise<History> {
  const { institutionId } = delivery;
  const docs = await DeliveryAttemptModel.find({ institutionId, deliveryId: delivery._id })
    .sort({ at: 1 })
    .limit(ATTEMPTS_MAX)
    .lean();
  const names = await getDisplayNames(
    institutionId,
    docs.flatMap((doc) => doc.byPersonId ?? []),
  );
  const attempts = docs.map((doc) => toAttempt(doc, doc.byPersonId && (names.get(doc.byPersonId) ?? null)));
  const [row] = await toRows(institutionId, [delivery]);
  if (!row) throw notFound('This score');
  return { row, attempts };
}

/** One score with every attempt, for an admin. @throws {AppError} NOT_FOUND */
export async function getHistory(deps: AuditDeps, session: LiveSession, id: string): Promise<History> {
  const delivery = await getDelivery(session.institutionId, id);
  await appendAuditOnce(deps, session, { action: 'delivery.read', subject: { kind: 'delivery', id } });
  return historyOf(delivery);
}

/** The receipt of the caller's own score, without what is meant for admins. @throws {AppError} NOT_FOUND for another person's */
export async function getOwnReceipt(session: LiveSession, id: string): Promise<History> {
  const delivery = await getDelivery(session.institutionId, id);
  if (delivery.personId !== session.personId) throw notFound('This score');
  const { row, attempts } = await historyOf(delivery);
  return {
    row: { ...row, lmsMessage: null, actions: [] },
    attempts: attempts.map((attempt) => ({ ...attempt, lmsMessage: null, by: null })),
  };
}
