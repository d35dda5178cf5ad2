import { z } from 'zod';
import {
  COLUMNS_SHOWN,
  SEND_ALL_MAX,
  type DeliveryAction,
  type DeliveryRow,
} from '../../../contract/deliveries.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { createAgsClient, type AgsClient, type AgsTarget, type LineItem } from '../../lti/ags.ts';
import type { ToolKeys } from '../../lti/keys.ts';
import type { Outbound } from '../../lti/outbound.ts';
import type { PlatformStore } from '../../lti/platforms.ts';
import { COLUMN_TAG } from '../../lti/policy.ts';
import { createAccessTokens } from '../../lti/token.ts';
import { appendAudit, appendAuditOnce } from '../audit/audit.service.ts';
import { actionsFor } from './bucket.ts';
import { choiceLine, transitionFor, writeChoice } from './choices.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { bindColumn } from './columns.ts';
import { getDelivery, getRow, sendableOf } from './deliveries.service.ts';
import { DeliveryModel, type DeliveryDoc } from './delivery.model.ts';
import { DeliveryAttemptModel } from './deliveryAttempt.model.ts';
import { mayMakeColumn } from './deliveryRows.ts';
import { resumeLane } from './lanes.ts';
import { close, queueAgain } from './transitions/deliveryTransitions.ts';
import { moveDeliveries } from './transitions/transition.ts';
import { findCandidates, isTaken, mayList, takenLineItems } from './worker/findLineItem.ts';

export interface RepairDeps extends Pick<Deps, 'clock'> {
  platforms: Pick<PlatformStore, 'getById'>;
  keys: Pick<ToolKeys, 'signingKey'>;
  outbound: Pick<Outbound, 'request'>;
}

const AT_ONCE = 500;

async function getColumn(head: DeliveryDoc): Promise<ColumnDoc> {
  const { institutionId, columnId } = head;
  const column = await ColumnModel.findOne({ institutionId, _id: columnId }).lean();
  if (!column) throw notFound('This grade column');
  return column;
}

interface Course {
  ags: AgsClient;
  target: AgsTarget;
  column: ColumnDoc;
  lineItemsUrl: string;
}

const refused = (said: string | null): AppError =>
  new AppError('COLUMN_REFUSED', said ? `The LMS said: ${said}` : 'The LMS did not allow this.');

async function openCourse(deps: RepairDeps, head: DeliveryDoc): Promise<Course> {
  const [column, platform] = await Promise.all([getColumn(head), deps.platforms.getById(head.platformId)]);
  if (!platform || !column.lineItemsUrl || !mayList(column)) {
    throw refused('This course does not let Waymark see its grade columns.');
  }
  const { clock, keys, outbound } = deps;
  const tokens = createAccessTokens({ clock, keys, outbound });
  const ags = createAgsClient({ tokens, outbound, now: () => clock.now().getTime() });
  const target = { platform, offered: column.scopes };
  return { ags, target, column, lineItemsUrl: column.lineItemsUrl };
}

async function listItems({ ags, target, lineItemsUrl }: Course): Promise<LineItem[]> {
  const answer = await ags.listLineItems(target, lineItemsUrl);
  if (!answer.ok) throw refused(answer.fault.lmsMessage);
  return answer.value;
}

/** Grade columns of the course that no other link of ours uses, so many at most; namesakes first. @throws {AppError} NOT_FOUND, COLUMN_REFUSED */
export async function listColumns(
  deps: RepairDeps,
  session: LiveSession,
  id: string,
): Promise<{ columns: { url: string; label: string; scoreMaximum: number }[]; more: number }> {
  const head = await getDelivery(session.institutionId, id);
  const course = await openCourse(deps, head);
  const [items, taken] = await Promise.all([listItems(course), takenLineItems(course.column)]);
  const subject = { kind: 'delivery', id };
  await appendAuditOnce(deps, session, { action: 'delivery.columns_listed', subject });
  const free = items.filter((item) => !isTaken(item, taken));
  const isNamesake = ({ label }: LineItem): boolean => label === course.column.title;
  const columns = [...free.filter(isNamesake), ...free.filter((item) => !isNamesake(item))]
    .slice(0, COLUMNS_SHOWN)
    .map(({ id: url, label, scoreMaximum }) => ({ url, label, scoreMaximum }));
  return { columns, more: free.length - columns.length };
}

/** A line item of our own; one that is there already is taken instead of made twice. */
async function makeLineItem(course: Course): Promise<string> {
  const { ags, target, column, lineItemsUrl } = course;
  const [items, taken] = await Promise.all([listItems(course), takenLineItems(column)]);
  const [there, ...others] = findCandidates(items, column, taken);
  if (others.length > 0) {
    throw new AppError(
      'COLUMN_REFUSED',
      'This course has more than one column that could be meant. Link the one that shall hold the scores.',
    );
  }
  if (there) return there.id;
  const { title, points, resourceId, resourceLinkId } = column;
  const item = { label: title, scoreMaximum: points, resourceId, tag: COLUMN_TAG };
  const tied = await ags.createLineItem(target, lineItemsUrl, { ...item, resourceLinkId });
  if (tied.ok) return tied.value.id;
  // one whose answer was lost may be there: the next try will find it
  if (tied.fault.retryable) throw refused(tied.fault.lmsMessage);
  // not every LMS ties a column to a link once the link's own is gone
  const free = await ags.createLineItem(target, lineItemsUrl, item);
  if (!free.ok) throw refused(free.fault.lmsMessage ?? tied.fault.lmsMessage);
  return free.value.id;
}

/** Longer than two calls to a slow LMS take. */
const MAKING_MS = 90_000;

/**
 * Makes and binds a line item, one at a time for each column: of two admins the second is told, or gets the column that
 * the first has made.
 */
async function makeColumn(deps: RepairDeps, course: Course): Promise<ColumnDoc> {
  const { institutionId, _id, lineItemUrl } = course.column;
  const taken = await ColumnModel.findOneAndUpdate(
    { institutionId, _id, $expr: { $lt: [{ $ifNull: ['$makingUntil', new Date(0)] }, '$$NOW'] } },
    [{ $set: { makingUntil: { $add: ['$$NOW', MAKING_MS] } } }],
    { updatePipeline: true, returnDocument: 'after' },
  ).lean();
  if (!taken) {
    throw new AppError('DELIVERY_BUSY', 'Somebody is making this column right now. Look again in a minute.');
  }
  try {
    // made by somebody else since it was read
    if (taken.lineItemUrl && taken.lineItemUrl !== lineItemUrl) return taken;
    return await bindColumn(deps, taken, await makeLineItem({ ...course, column: taken }));
  } finally {
    await ColumnModel.updateOne(
      { institutionId, _id, makingUntil: taken.makingUntil ?? null },
      { $set: { makingUntil: null } },
    );
  }
}

/** @param wanted  must be one of the course's own columns: a browser may name any address */
async function requireLineItem(course: Course, wanted: string | undefined): Promise<string> {
  const [items, taken] = await Promise.all([listItems(course), takenLineItems(course.column)]);
  const item = items.find((one) => one.id === wanted);
  if (!item) throw new AppError('COLUMN_REFUSED', 'Choose one of the columns of this course.');
  if (isTaken(item, taken)) throw new AppError('COLUMN_REFUSED', 'Another link of Waymark uses this column.');
  return item.id;
}

async function noteAboutColumn(
  { clock }: RepairDeps,
  session: LiveSession,
  about: { head: DeliveryDoc; action: DeliveryAction },
): Promise<void> {
  const { head, action } = about;
  const by = { personId: session.personId, at: clock.now() };
  await inTransaction(async (tx) => {
    await DeliveryAttemptModel.insertMany([choiceLine(head, action, by)], { session: tx });
    await appendAudit(
      { clock },
      session,
      {
        action: 'delivery.column_changed',
        subject: { kind: 'delivery', id: head._id },
        facts: { choice: action },
      },
      tx,
    );
  });
}

/** Decides that a link has no grade: nothing of its column is sent any more. */
async function dropColumn({ clock }: RepairDeps, column: ColumnDoc): Promise<void> {
  const { institutionId, _id } = column;
  await ColumnModel.updateOne(
    { institutionId, _id },
    { $set: { state: 'no_grade', changedAt: clock.now() } },
  );
  const notSent = { state: { $in: ['queued', 'waiting', 'held'] } };
  await moveDeliveries({ institutionId, columnId: _id }, close('closed_by_admin', notSent, true));
}

async function actOnColumn(
  deps: RepairDeps,
  session: LiveSession,
  about: { head: DeliveryDoc; action: DeliveryAction; lineItemUrl: string | undefined },
): Promise<void> {
  const { head, action, lineItemUrl } = about;
  if (action === 'no_grade') await dropColumn(deps, await getColumn(head));
  else {
    const course = await openCourse(deps, head);
    const bound =
      action === 'make_column'
        ? await makeColumn(deps, course)
        : await bindColumn(deps, course.column, await requireLineItem(course, lineItemUrl));
    if (bound._id !== course.column._id) throw refused('Another link of Waymark uses this column.');
  }
  await noteAboutColumn(deps, session, { head, action });
}

/** A link that was given up gets its grades again. */
async function reopenColumn(head: DeliveryDoc): Promise<void> {
  const column = await getColumn(head);
  if (column.state !== 'no_grade') return;
  const { institutionId, _id, lineItemUrl } = column;
  await ColumnModel.updateOne(
    { institutionId, _id, state: 'no_grade' },
    { $set: { state: lineItemUrl ? 'bound' : 'unbound' } },
  );
  // what was decided while nothing was sent
  const isOutdated = { state: 'accepted', $expr: { $gt: ['$wanted.revision', '$sent.revision'] } };
  await moveDeliveries({ institutionId, columnId: _id }, queueAgain(isOutdated));
}

/**
 * Does what an admin chose about one score, or about the column that it waits for; the choice is kept with a name.
 *
 * @throws {AppError} NOT_FOUND; DELIVERY_NOT_POSSIBLE for what makes no sense now; DELIVERY_BUSY; COLUMN_REFUSED
 */
export async function actOnDelivery(
  deps: RepairDeps,
  session: LiveSession,
  choice: { id: string; action: DeliveryAction; lineItemUrl?: string | undefined },
): Promise<DeliveryRow> {
  const { institutionId } = session;
  const head = await getDelivery(institutionId, choice.id);
  const { action } = choice;
  const column = await getColumn(head);
  if (!actionsFor(head, mayMakeColumn(column)).includes(action)) {
    throw new AppError('DELIVERY_NOT_POSSIBLE', 'This score has moved on meanwhile. Load the page again.');
  }
  const transition = transitionFor(head, action);
  if (transition) {
    if (action === 'send_now' && head.state === 'closed') await reopenColumn(head);
    await writeChoice(deps, session, { head, action, transition });
  } else await actOnColumn(deps, session, { head, action, lineItemUrl: choice.lineItemUrl });
  return settleChoice(institutionId, head._id);
}

/** Lets what was chosen about a score go on its way, and tells how it stands. May be done again. */
export async function settleChoice(institutionId: string, id: string): Promise<DeliveryRow> {
  await resumeLane(await getDelivery(institutionId, id));
  return getRow(institutionId, id);
}

/** What came of sending all again. */
export const QueuedAll = z.object({ queued: z.number(), platformIds: z.array(z.string()) });
export type QueuedAll = z.infer<typeof QueuedAll>;

/** Queues again whatever may go through when it is simply sent again, all of it or nothing. Returns how many. */
export async function sendAll({ clock }: Pick<Deps, 'clock'>, session: LiveSession): Promise<number> {
  const { institutionId, personId } = session;
  const all = await inTransaction(async (tx): Promise<QueuedAll> => {
    const heads = await DeliveryModel.find(sendableOf(institutionId)).limit(SEND_ALL_MAX).session(tx).lean();
    const at = clock.now();
    let queued = 0;
    for (let from = 0; from < heads.length; from += AT_ONCE) {
      const lot = heads.slice(from, from + AT_ONCE);
      const which = { ...sendableOf(institutionId), _id: { $in: lot.map((head) => head._id) } };
      queued += await moveDeliveries(which, queueAgain(), tx);
      const lines = lot.map((head) => choiceLine(head, 'send_now', { personId, at }));
      await DeliveryAttemptModel.insertMany(lines, { session: tx });
    }
    const subject = { kind: 'deliveries', id: 'sendable' };
    await appendAudit(
      { clock },
      session,
      { action: 'deliveries.sent_again', subject, facts: { queued } },
      tx,
    );
    return { queued, platformIds: [...new Set(heads.map((head) => head.platformId))] };
  });
  return settleAll(institutionId, all);
}

/** Lets what was queued go on its way. May be done again. Returns how many. */
export async function settleAll(institutionId: string, { queued, platformIds }: QueuedAll): Promise<number> {
  for (const platformId of platformIds) await resumeLane({ institutionId, platformId });
  return queued;
}
