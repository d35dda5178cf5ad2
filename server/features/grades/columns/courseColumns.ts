import { randomUUID } from 'node:crypto';
import type { Deps } from '../../../deps.ts';
import { AppError } from '../../../errors.ts';
import type { AgsClient, AgsTarget, LineItem } from '../../../lti/ags.ts';
import type { PlatformStore } from '../../../lti/platforms.ts';
import { COLUMN_TAG } from '../../../lti/policy.ts';
import type { LtiServices } from '../../../lti/services.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { findCandidates, freeOf, mayList, takenLineItems } from './findLineItem.ts';

export interface RepairDeps extends Pick<Deps, 'clock'> {
  platforms: Pick<PlatformStore, 'getById'>;
  services: Pick<LtiServices, 'ags'>;
}

/** A course's grade columns in the LMS, for an admin to choose from. */
export interface Course {
  ags: AgsClient;
  target: AgsTarget;
  column: ColumnDoc;
  lineItemsUrl: string;
}

export const toLmsRefusal = (said: string | null): AppError =>
  new AppError('COLUMN_REFUSED', said ? `The LMS said: ${said}` : 'The LMS did not allow this.');

/** @throws {AppError} COLUMN_REFUSED if the course's columns cannot be listed */
export async function openCourse(deps: RepairDeps, column: ColumnDoc): Promise<Course> {
  const platform = await deps.platforms.getById(column.platformId);
  if (!platform || !column.lineItemsUrl || !mayList(column)) {
    throw toLmsRefusal('This course does not let Waymark see its grade columns.');
  }
  const target = { platform, offered: column.scopes };
  return { ags: deps.services.ags, target, column, lineItemsUrl: column.lineItemsUrl };
}

async function listItems({ ags, target, lineItemsUrl }: Course): Promise<LineItem[]> {
  const answer = await ags.listLineItems(target, lineItemsUrl);
  if (!answer.ok) throw toLmsRefusal(answer.fault.lmsMessage);
  return answer.value;
}

/** Line items of the course that no other link of ours uses. @throws {AppError} COLUMN_REFUSED */
export async function listFreeItems(course: Course): Promise<LineItem[]> {
  const [items, taken] = await Promise.all([listItems(course), takenLineItems(course.column)]);
  return freeOf(items, taken);
}

/** A line item of our own; one that exists already is used instead of creating a second one. */
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
  // one whose response was lost may exist: the next try will find it
  if (tied.fault.retryable) throw toLmsRefusal(tied.fault.lmsMessage);
  // not every LMS keeps a column tied to a link once the link's own is gone
  const free = await ags.createLineItem(target, lineItemsUrl, item);
  if (!free.ok) throw toLmsRefusal(free.fault.lmsMessage ?? tied.fault.lmsMessage);
  return free.value.id;
}

/** After this long without a sign of life, whoever is creating a column is considered dead, as with an Idempotency-Key. */
const LEASE_MS = 6_000;
const BEAT_MS = 2_000;
/** How long others wait: until a dead one's lease has ended, or the column exists. */
const WAIT_MS = LEASE_MS + BEAT_MS;
const LOOK_MS = 250;

type Which = Pick<ColumnDoc, 'institutionId' | '_id'>;

const leaseEnd = { $add: ['$$NOW', LEASE_MS] };

/** Reserves the column for the one who creates its line item; null while somebody else has it. */
function takeForMaking(which: Which, maker: string): Promise<ColumnDoc | null> {
  return ColumnModel.findOneAndUpdate(
    { ...which, $expr: { $lt: [{ $ifNull: ['$makingUntil', new Date(0)] }, '$$NOW'] } },
    [{ $set: { makingUntil: leaseEnd, maker } }],
    { updatePipeline: true, returnDocument: 'after' },
  ).lean();
}

async function waitForMaking(which: Which, maker: string): Promise<ColumnDoc> {
  for (let waited = 0; ; waited += LOOK_MS) {
    const taken = await takeForMaking(which, maker);
    if (taken) return taken;
    if (waited >= WAIT_MS) {
      throw new AppError(
        'DELIVERY_BUSY',
        'Somebody is making this column right now. Look again in a minute.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Shows that the creator is alive, until it is stopped. */
function keepMaking(which: Which, maker: string): NodeJS.Timeout {
  const renew = (): void => {
    ColumnModel.updateOne({ ...which, maker }, [{ $set: { makingUntil: leaseEnd } }], {
      updatePipeline: true,
    }).catch(() => undefined);
  };
  return setInterval(renew, BEAT_MS).unref();
}

/**
 * The line item of a column, created in the LMS unless it exists, one at a time per column: of two admins the second waits, and
 * finds what the first created. So does, within seconds, a repeat of one whose process died. Nothing is bound here.
 *
 * @returns its URL
 * @throws {AppError} COLUMN_REFUSED; DELIVERY_BUSY if the LMS takes longer than we wait
 */
export async function ensureLineItem(course: Course): Promise<string> {
  const { institutionId, _id, lineItemUrl } = course.column;
  const which = { institutionId, _id };
  const maker = randomUUID();
  const taken = await waitForMaking(which, maker);
  const alive = keepMaking(which, maker);
  try {
    // created and bound by somebody else since it was read
    if (taken.lineItemUrl && taken.lineItemUrl !== lineItemUrl) return taken.lineItemUrl;
    return await makeLineItem({ ...course, column: taken });
  } finally {
    clearInterval(alive);
    await ColumnModel.updateOne({ ...which, maker }, { $unset: { makingUntil: 1, maker: 1 } });
  }
}

/** @param wanted  must be one of the course's own columns: a browser may send any URL */
export async function requireLineItem(course: Course, wanted: string | undefined): Promise<string> {
  const [items, taken] = await Promise.all([listItems(course), takenLineItems(course.column)]);
  const item = items.find((one) => one.id === wanted);
  if (!item) throw new AppError('COLUMN_REFUSED', 'Choose one of the columns of this course.');
  if (freeOf([item], taken).length === 0)
    throw new AppError('COLUMN_REFUSED', 'Another link of Waymark uses this column.');
  return item.id;
}
