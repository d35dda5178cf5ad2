import type { Deps } from '../../../deps.ts';
import type { AgsClient, AgsTarget, LineItem } from '../../../lti/ags.ts';
import { AGS_SCOPE } from '../../../lti/claimNames.ts';
import type { ServiceFault } from '../../../lti/serviceFault.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { bindUnbound } from './columns.service.ts';
import { lineItemKeyOf } from './lineItemKey.ts';
import type { Receipts } from '../worker/receipts.ts';

export type FoundLineItem =
  { kind: 'found'; url: string } | { kind: 'missing' } | { kind: 'fault'; fault: ServiceFault };

/**
 * Which of a course's line items is the column of a link: the one that says so (its resource link, and our resource id if there
 * are several), otherwise the only one with our resource id that belongs to no link and to no other column of ours. Null: a
 * person must decide.
 */
export function chooseLineItem(
  items: readonly LineItem[],
  column: Pick<ColumnDoc, 'resourceLinkId' | 'resourceId'>,
  taken: ReadonlySet<string>,
): LineItem | null {
  const candidates = findCandidates(items, column, taken);
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/**
 * The line items that may be the column of a link, none of which another column of ours uses.
 *
 * @param taken  URLs, under any of which an item may have been seen
 */
export function findCandidates(
  items: readonly LineItem[],
  column: Pick<ColumnDoc, 'resourceLinkId' | 'resourceId'>,
  taken: ReadonlySet<string>,
): LineItem[] {
  const free = freeOf(items, taken);
  const ofLink = free.filter((item) => item.resourceLinkId === column.resourceLinkId);
  const both = ofLink.filter((item) => item.resourceId === column.resourceId);
  if (ofLink.length > 0) return both.length > 0 ? both : ofLink;
  return free.filter((item) => !item.resourceLinkId && item.resourceId === column.resourceId);
}

/** The line items that no other column uses, under whatever URL. */
export function freeOf(items: readonly LineItem[], taken: ReadonlySet<string>): LineItem[] {
  const keys = new Set([...taken].map(lineItemKeyOf));
  return items.filter((item) => !keys.has(lineItemKeyOf(item.id)));
}

/** The line items that columns of this course already use. */
export async function takenLineItems(column: ColumnDoc): Promise<Set<string>> {
  const { institutionId, contextId, _id } = column;
  const others = await ColumnModel.find({ institutionId, contextId }, { lineItemUrl: 1 }).lean();
  return new Set(others.flatMap((other) => (other._id === _id ? [] : (other.lineItemUrl ?? []))));
}

/** True if the launch lets us list the course's line items. */
export function mayList(column: Pick<ColumnDoc, 'lineItemsUrl' | 'scopes'>): boolean {
  const { lineItemsUrl, scopes } = column;
  const reads = scopes.includes(AGS_SCOPE.lineItem) || scopes.includes(AGS_SCOPE.lineItemReadOnly);
  return lineItemsUrl !== null && reads;
}

/** The line item of a column, looked up in the LMS and stored if no launch has named it. */
export async function findLineItem(
  deps: { clock: Deps['clock']; ags: Pick<AgsClient, 'listLineItems'> },
  at: { column: ColumnDoc; target: AgsTarget; receipts: Receipts },
): Promise<FoundLineItem> {
  const { column, target, receipts } = at;
  if (column.lineItemUrl) return { kind: 'found', url: column.lineItemUrl };
  if (!column.lineItemsUrl || !mayList(column)) return { kind: 'missing' };
  const answer = await deps.ags.listLineItems(target, column.lineItemsUrl);
  receipts.add('line_item', answer);
  if (!answer.ok) return { kind: 'fault', fault: answer.fault };
  const item = chooseLineItem(answer.value, column, await takenLineItems(column));
  if (!item) return { kind: 'missing' };
  const { _id, lineItemUrl } = await bindUnbound(deps, column, item.id);
  return _id === column._id && lineItemUrl ? { kind: 'found', url: lineItemUrl } : { kind: 'missing' };
}
