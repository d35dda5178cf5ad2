import type { ClientSession } from 'mongoose';
import { z } from 'zod';
import {
  COLUMNS_SHOWN,
  SEND_ALL_MAX,
  type DeliveryAction,
  type DeliveryRow,
  type SendableFilter,
} from '../../../../contract/grades.ts';
import { inTransaction } from '../../../db.ts';
import type { Deps } from '../../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../../errors.ts';
import type { LiveSession } from '../../../http/liveSession.ts';
import type { LineItem } from '../../../lti/ags.ts';
import { appendAudit, appendAuditOnce } from '../../audit/audit.service.ts';
import { toActionLine, transitionFor, applyAction } from './adminActions.ts';
import { ColumnModel, type ColumnDoc } from '../columns/column.model.ts';
import { rebindColumn, retryRefusedColumns } from '../columns/columns.service.ts';
import {
  ensureLineItem,
  listFreeItems,
  openCourse,
  toLmsRefusal,
  requireLineItem,
  type RepairDeps,
} from '../columns/courseColumns.ts';
import { getDelivery, getRow, sendableOf } from './list.service.ts';
import { DeliveryModel, type DeliveryDoc } from './delivery.model.ts';
import { DeliveryAttemptModel } from './deliveryAttempt.model.ts';
import { possibleActions } from './deliveryRows.ts';
import { pausesOf, resumeLane } from './lanes.ts';
import { close, makeUrgent, requeue, requeueUnsent } from './deliveryTransitions.ts';
import { moveDeliveries } from './transition.ts';

export type { RepairDeps } from '../columns/courseColumns.ts';

const AT_ONCE = 500;

async function getColumn(delivery: DeliveryDoc, tx: ClientSession | null = null): Promise<ColumnDoc> {
  const { institutionId, columnId } = delivery;
  const column = await ColumnModel.findOne({ institutionId, _id: columnId }).session(tx).lean();
  if (!column) throw notFound('This grade column');
  return column;
}

/**
 * Grade columns of the course that no other link of ours uses, up to this many; those with the same name first. @throws
 * {AppError} NOT_FOUND, COLUMN_REFUSED
 */
export async function listColumns(
  deps: RepairDeps,
  session: LiveSession,
  id: string,
): Promise<{ columns: { url: string; label: string; scoreMaximum: number }[]; more: number }> {
  const delivery = await getDelivery(session.institutionId, id);
  const column = await getColumn(delivery);
  const items = await listFreeItems(await openCourse(deps, column));
  const subject = { kind: 'delivery', id };
  await appendAuditOnce(deps, session, { action: 'delivery.columns_listed', subject });
  const isNamesake = ({ label }: LineItem): boolean => label === column.title;
  const columns = [...items.filter(isNamesake), ...items.filter((item) => !isNamesake(item))]
    .slice(0, COLUMNS_SHOWN)
    .map(({ id: url, label, scoreMaximum }) => ({ url, label, scoreMaximum }));
  return { columns, more: items.length - columns.length };
}

interface Choice {
  delivery: DeliveryDoc;
  action: DeliveryAction;
  lineItemUrl?: string | undefined;
}

async function noteAboutColumn(
  { clock }: RepairDeps,
  session: LiveSession,
  { delivery, action }: Choice,
  tx: ClientSession,
): Promise<void> {
  const by = { personId: session.personId, at: clock.now() };
  await DeliveryAttemptModel.insertMany([toActionLine(delivery, action, by)], { session: tx });
  await appendAudit(
    { clock },
    session,
    {
      action: 'delivery.column_changed',
      subject: { kind: 'delivery', id: delivery._id },
      facts: { choice: action },
    },
    tx,
  );
}

/** Decides that a link has no grade: nothing more is sent to its column. */
async function dropColumn({ clock }: RepairDeps, column: ColumnDoc, tx: ClientSession): Promise<void> {
  const { institutionId, _id } = column;
  const set = { state: 'no_grade' as const, changedAt: clock.now() };
  await ColumnModel.updateOne({ institutionId, _id }, { $set: set }, { session: tx });
  const notSent = { state: { $in: ['queued', 'waiting', 'held'] }, 'stateBefore.state': { $ne: 'accepted' } };
  await moveDeliveries({ institutionId, columnId: _id }, close('closed_by_admin', notSent, true), tx);
}

/** The line item that a choice is about, found or created in the LMS; null if the link is to have none. May be repeated. */
async function settleLineItem(deps: RepairDeps, column: ColumnDoc, choice: Choice): Promise<string | null> {
  if (choice.action === 'no_grade') return null;
  const course = await openCourse(deps, column);
  return choice.action === 'make_column'
    ? ensureLineItem(course)
    : requireLineItem(course, choice.lineItemUrl);
}

const USED_ELSEWHERE = 'Another link of Waymark uses this column.';

/**
 * First the effect in the LMS, which a repeat finds there; then everything that follows in the database, with the admin's name,
 * or nothing.
 */
async function actOnColumn(deps: RepairDeps, session: LiveSession, choice: Choice): Promise<void> {
  const column = await getColumn(choice.delivery);
  const lineItemUrl = await settleLineItem(deps, column, choice);
  try {
    await inTransaction(async (tx) => {
      if (lineItemUrl === null) await dropColumn(deps, column, tx);
      else {
        const bound = await rebindColumn(deps, column, lineItemUrl, { tx });
        if (bound._id !== column._id) throw toLmsRefusal(USED_ELSEWHERE);
      }
      await moveDeliveries(
        { institutionId: column.institutionId, _id: choice.delivery._id },
        makeUrgent(),
        tx,
      );
      await noteAboutColumn(deps, session, choice, tx);
    });
  } catch (error) {
    throw isDuplicateKey(error, 'column_by_line_item') || isDuplicateKey(error, 'column_by_line_item_key')
      ? toLmsRefusal(USED_ELSEWHERE)
      : error;
  }
}

/** A link that was given up gets its grades again, with everything that was decided while nothing was sent. */
async function reopenColumn(delivery: DeliveryDoc, tx: ClientSession): Promise<void> {
  const column = await getColumn(delivery, tx);
  if (column.state !== 'no_grade') return;
  const { institutionId, _id, lineItemUrl } = column;
  const state = lineItemUrl ? ('bound' as const) : ('unbound' as const);
  await ColumnModel.updateOne({ institutionId, _id }, { $set: { state } }, { session: tx });
  await moveDeliveries({ institutionId, columnId: _id }, requeueUnsent(), tx);
}

/**
 * Does what an admin chose about one score, or about the column that it is waiting for; the choice is recorded with a name.
 *
 * @throws {AppError} NOT_FOUND; DELIVERY_NOT_POSSIBLE for what makes no sense now; DELIVERY_BUSY; COLUMN_REFUSED
 */
export async function actOnDelivery(
  deps: RepairDeps,
  session: LiveSession,
  choice: { id: string; action: DeliveryAction; lineItemUrl?: string | undefined },
): Promise<DeliveryRow> {
  const { institutionId } = session;
  const delivery = await getDelivery(institutionId, choice.id);
  const { action } = choice;
  const column = await getColumn(delivery);
  const pauses = delivery.state === 'queued' ? await pausesOf(institutionId) : null;
  if (!possibleActions(delivery, column, pauses?.get(delivery.platformId)).includes(action)) {
    throw new AppError('DELIVERY_NOT_POSSIBLE', 'This score has moved on meanwhile. Load the page again.');
  }
  const transition = transitionFor(delivery, action);
  if (transition) {
    await inTransaction(async (tx) => {
      if (action === 'send_now' && delivery.state === 'closed') await reopenColumn(delivery, tx);
      if (action === 'send_now') await retryRefusedColumns(institutionId, [delivery.columnId], tx);
      await applyAction(deps, session, { delivery, action, transition }, tx);
    });
  } else await actOnColumn(deps, session, { delivery, action, lineItemUrl: choice.lineItemUrl });
  return startChosenAction(institutionId, delivery._id);
}

/** Starts what was chosen about a score, and returns its state. May be repeated. */
export async function startChosenAction(institutionId: string, id: string): Promise<DeliveryRow> {
  await resumeLane(await getDelivery(institutionId, id), id);
  return getRow(institutionId, id);
}

/** The outcome of sending everything again. */
export const QueuedDeliveries = z.object({ queued: z.number(), platformIds: z.array(z.string()) });
export type QueuedDeliveries = z.infer<typeof QueuedDeliveries>;

/** Queues again everything in a filter that may succeed if it is simply sent again, all of it or nothing. Returns how many. */
export async function sendAll(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
  show: SendableFilter,
): Promise<number> {
  const { institutionId, personId } = session;
  const sendable = sendableOf(institutionId, show);
  const all = await inTransaction(async (tx): Promise<QueuedDeliveries> => {
    const deliveries = await DeliveryModel.find(sendable).limit(SEND_ALL_MAX).session(tx).lean();
    const at = clock.now();
    await retryRefusedColumns(
      institutionId,
      [...new Set(deliveries.map((delivery) => delivery.columnId))],
      tx,
    );
    let queued = 0;
    for (let from = 0; from < deliveries.length; from += AT_ONCE) {
      const lot = deliveries.slice(from, from + AT_ONCE);
      const which = { ...sendable, _id: { $in: lot.map((delivery) => delivery._id) } };
      queued += await moveDeliveries(which, requeue(), tx);
      const lines = lot.map((delivery) => toActionLine(delivery, 'send_now', { personId, at }));
      await DeliveryAttemptModel.insertMany(lines, { session: tx });
    }
    const subject = { kind: 'deliveries', id: show };
    await appendAudit(
      { clock },
      session,
      { action: 'deliveries.sent_again', subject, facts: { queued } },
      tx,
    );
    return { queued, platformIds: [...new Set(deliveries.map((delivery) => delivery.platformId))] };
  });
  return startQueued(institutionId, all);
}

/** Starts what was queued. May be repeated. Returns how many. */
export async function startQueued(
  institutionId: string,
  { queued, platformIds }: QueuedDeliveries,
): Promise<number> {
  for (const platformId of platformIds) await resumeLane({ institutionId, platformId });
  return queued;
}
