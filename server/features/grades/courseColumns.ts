import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { createAgsClient, type AgsClient, type AgsTarget, type LineItem } from '../../lti/ags.ts';
import type { ToolKeys } from '../../lti/keys.ts';
import type { Outbound } from '../../lti/outbound.ts';
import type { PlatformStore } from '../../lti/platforms.ts';
import { COLUMN_TAG } from '../../lti/policy.ts';
import { createAccessTokens } from '../../lti/token.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { findCandidates, isTaken, mayList, takenLineItems } from './worker/findLineItem.ts';

export interface RepairDeps extends Pick<Deps, 'clock'> {
  platforms: Pick<PlatformStore, 'getById'>;
  keys: Pick<ToolKeys, 'signingKey'>;
  outbound: Pick<Outbound, 'request'>;
}

/** A course's grade columns in the LMS, as an admin may choose among them. */
export interface Course {
  ags: AgsClient;
  target: AgsTarget;
  column: ColumnDoc;
  lineItemsUrl: string;
}

export const refused = (said: string | null): AppError =>
  new AppError('COLUMN_REFUSED', said ? `The LMS said: ${said}` : 'The LMS did not allow this.');

/** @throws {AppError} COLUMN_REFUSED where the course's columns can't be listed */
export async function openCourse(deps: RepairDeps, column: ColumnDoc): Promise<Course> {
  const platform = await deps.platforms.getById(column.platformId);
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

/** Line items of the course that no other link of ours uses. @throws {AppError} COLUMN_REFUSED */
export async function listFreeItems(course: Course): Promise<LineItem[]> {
  const [items, taken] = await Promise.all([listItems(course), takenLineItems(course.column)]);
  return items.filter((item) => !isTaken(item, taken));
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
 * The line item of a column, made in the LMS unless it is there, one at a time for each column: of two admins the second is
 * told, or finds what the first has made. So does a repeat of one whose process died: nothing is bound here.
 *
 * @returns its address
 * @throws {AppError} COLUMN_REFUSED, DELIVERY_BUSY
 */
export async function ensureLineItem(course: Course): Promise<string> {
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
    // made and bound by somebody else since it was read
    if (taken.lineItemUrl && taken.lineItemUrl !== lineItemUrl) return taken.lineItemUrl;
    return await makeLineItem({ ...course, column: taken });
  } finally {
    await ColumnModel.updateOne(
      { institutionId, _id, makingUntil: taken.makingUntil ?? null },
      { $unset: { makingUntil: 1 } },
    );
  }
}

/** @param wanted  must be one of the course's own columns: a browser may name any address */
export async function requireLineItem(course: Course, wanted: string | undefined): Promise<string> {
  const [items, taken] = await Promise.all([listItems(course), takenLineItems(course.column)]);
  const item = items.find((one) => one.id === wanted);
  if (!item) throw new AppError('COLUMN_REFUSED', 'Choose one of the columns of this course.');
  if (isTaken(item, taken)) throw new AppError('COLUMN_REFUSED', 'Another link of Waymark uses this column.');
  return item.id;
}
