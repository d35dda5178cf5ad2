import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { GradeRule } from '../../../../contract/deepLinking.ts';
import { inTransaction } from '../../../db.ts';
import type { Deps } from '../../../deps.ts';
import { isDuplicateKey, notFound } from '../../../errors.ts';
import { resourceIdOf } from '../../../lti/policy.ts';
import { AGS_SCOPE } from '../../../lti/claimNames.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { lineItemKeyOf } from './lineItemKey.ts';
import { laneIdOf, wakeLanes } from '../deliveries/lanes.ts';
import { currentRule, defaultRule } from './scoreRule.ts';
import { moveToNewColumn, requeue, moveClaimedToNewColumn } from '../deliveries/deliveryTransitions.ts';
import { HELD_WITHOUT_COLUMN, HELD_WITHOUT_ACCESS } from '../deliveries/conditions.ts';
import { moveDeliveries } from '../deliveries/transition.ts';

/** A placement as its latest launch described it: what a column is created from. */
export interface GradedLink {
  placementId: string;
  platformId: string;
  contextId: string;
  resourceLinkId: string;
  title: string;
  courseTitle: string;
  platformName: string;
  /** From the launch's AGS claim; null if it had none. */
  lineItemUrl: string | null;
  lineItemsUrl: string | null;
  scopes: readonly string[];
  pathwayKey: string;
  moduleKey: string | null;
  /** Null: the default for what it shows. */
  rule: GradeRule | null;
  points: number;
}

type ColumnDeps = Pick<Deps, 'clock'>;
type ColumnDescription = Pick<
  ColumnDoc,
  'lineItemsUrl' | 'scopes' | 'title' | 'courseTitle' | 'platformName'
>;
type Shown = Pick<ColumnDoc, 'resourceId' | 'rule' | 'points'>;

/** What the link shows, and what it gives for that. */
function toShown(link: GradedLink): Shown {
  const rule = link.rule === null || link.rule === 'none' ? defaultRule(link.moduleKey !== null) : link.rule;
  const { pathwayKey, moduleKey, points } = link;
  return { resourceId: resourceIdOf(pathwayKey, moduleKey), points, rule: currentRule(rule) };
}

/**
 * What a launch adds to what is known about a column. A launch without an AGS claim, or with fewer claims, takes nothing away.
 */
function describe(link: GradedLink, known: ColumnDescription): ColumnDescription {
  return {
    lineItemsUrl: link.lineItemsUrl ?? known.lineItemsUrl,
    scopes: [...new Set([...known.scopes, ...link.scopes])].sort(),
    title: link.title || known.title,
    courseTitle: link.courseTitle || known.courseTitle,
    platformName: link.platformName || known.platformName,
  };
}

const UNKNOWN: ColumnDescription = {
  lineItemsUrl: null,
  scopes: [],
  title: '',
  courseTitle: '',
  platformName: '',
};

async function createColumn(deps: ColumnDeps, institutionId: string, link: GradedLink): Promise<ColumnDoc> {
  const column: ColumnDoc = {
    _id: randomUUID(),
    institutionId,
    platformId: link.platformId,
    contextId: link.contextId,
    placementId: link.placementId,
    state: 'unbound',
    ...describe(link, UNKNOWN),
    resourceLinkId: link.resourceLinkId,
    ...toShown(link),
    changedAt: deps.clock.now(),
  };
  try {
    await ColumnModel.create(column);
    return column;
  } catch (error) {
    if (!isDuplicateKey(error, 'column_of_placement')) throw error;
    const other = await ColumnModel.findOne({ institutionId, placementId: link.placementId }).lean();
    if (!other) throw error;
    return other;
  }
}

/** The column of the same course that already has this line item, under whatever URL. */
async function findHolder(
  column: ColumnDoc,
  lineItemUrl: string,
  tx: ClientSession | null,
): Promise<ColumnDoc | null> {
  const { institutionId, contextId } = column;
  const lineItemKey = lineItemKeyOf(lineItemUrl);
  return (
    (await ColumnModel.findOne({ institutionId, contextId, lineItemKey }).session(tx).lean()) ??
    (await ColumnModel.findOne({ institutionId, lineItemUrl }).session(tx).lean())
  );
}

/**
 * Gives a column the line item that a launch or a person names, instead of its present one, together with everything that follows
 * for its scores. If it is the same item under another URL, it is only called there from now on. A different item has no scores
 * of ours yet, as far as is known: the scores that the old one accepted are looked up and sent; what a person is asked about or
 * has decided stays. Of two simultaneous calls, the later commit wins. The caller wakes the lane once this is committed.
 *
 * @param isWanted  false for a column that needs none any more, as read in the transaction
 * @returns the column that has this line item: a different one if two links name the same item
 * @throws a duplicate key error if another column gets it at the same moment
 */
export async function rebindColumn(
  { clock }: ColumnDeps,
  column: ColumnDoc,
  lineItemUrl: string,
  { tx, isWanted = () => true }: { tx: ClientSession; isWanted?: (seen: ColumnDoc) => boolean },
): Promise<ColumnDoc> {
  const { institutionId, _id } = column;
  const seen = await ColumnModel.findOne({ institutionId, _id }).session(tx).lean();
  if (!seen) throw notFound('This grade column');
  if (!isWanted(seen) || (seen.state === 'bound' && seen.lineItemUrl === lineItemUrl)) return seen;
  const holder = await findHolder(seen, lineItemUrl, tx);
  if (holder && holder._id !== _id) return holder;
  const lineItemKey = lineItemKeyOf(lineItemUrl);
  const set = { state: 'bound' as const, lineItemUrl, lineItemKey, changedAt: clock.now() };
  await ColumnModel.updateOne({ institutionId, _id }, { $set: set }, { session: tx });
  const bound = { ...seen, ...set };
  await moveScores(seen, bound, tx);
  return bound;
}

/** The same in its own transaction. */
async function bind(
  deps: ColumnDeps,
  column: ColumnDoc,
  lineItemUrl: string,
  isWanted: (seen: ColumnDoc) => boolean,
): Promise<ColumnDoc> {
  try {
    const bound = await inTransaction((tx) => rebindColumn(deps, column, lineItemUrl, { tx, isWanted }));
    await wakeLanes([laneIdOf(column)]);
    return bound;
  } catch (error) {
    const other = isDuplicateKey(error) ? await findHolder(column, lineItemUrl, null) : null;
    if (!other) throw error;
    return other;
  }
}

/**
 * Gives a column the line item that a launch names: `rebindColumn`. If the column has it already, there is nothing to do, and no
 * transaction.
 */
async function bindColumn(deps: ColumnDeps, column: ColumnDoc, lineItemUrl: string): Promise<ColumnDoc> {
  const isBound = column.state === 'bound' && column.lineItemUrl === lineItemUrl;
  return isBound ? column : bind(deps, column, lineItemUrl, ({ state }) => state !== 'no_grade');
}

/**
 * Gives a column the line item that was found in the LMS, if it has none.
 *
 * @returns the column afterwards, bound by somebody else if they were first; a different column if that one has the item
 */
export async function bindUnbound(
  deps: ColumnDeps,
  column: ColumnDoc,
  lineItemUrl: string,
): Promise<ColumnDoc> {
  return column.lineItemUrl ? column : bind(deps, column, lineItemUrl, (seen) => seen.state === 'unbound');
}

/** What happens to a column's scores when it is bound. */
async function moveScores(before: ColumnDoc, after: ColumnDoc, tx: ClientSession): Promise<void> {
  const { institutionId, _id } = after;
  const which = { institutionId, columnId: _id };
  const keyBefore = before.lineItemUrl && lineItemKeyOf(before.lineItemUrl);
  if (keyBefore === after.lineItemKey) {
    await moveDeliveries(which, requeue(HELD_WITHOUT_COLUMN), tx);
    return;
  }
  // a claimed one is being sent to the previous line item; there was none before the first
  if (keyBefore) await moveDeliveries(which, moveClaimedToNewColumn(), tx);
  await moveDeliveries(which, moveToNewColumn(), tx);
}

/** Scores that were held because the course did not let us send: now it may. */
async function releaseForAccess(column: ColumnDoc): Promise<void> {
  const { institutionId, _id } = column;
  await moveDeliveries({ institutionId, columnId: _id }, requeue(HELD_WITHOUT_ACCESS));
  await wakeLanes([laneIdOf(column)]);
}

/**
 * The LMS issued a token and then refused a score sent with it, although launches had offered the scope: no score of this column
 * is tried until a launch offers it again, or a person says that it may be.
 *
 * @param seen  the column as it was when the score was sent
 * @param turnedAway  the reason and the LMS's message, which the column's other scores get too
 */
export async function recordAccessRefusal(
  seen: ColumnDoc,
  turnedAway: NonNullable<ColumnDoc['turnedAway']>,
): Promise<void> {
  if (!seen.scopes.includes(AGS_SCOPE.score)) return;
  const { institutionId, _id } = seen;
  const refused = { $pull: { scopes: AGS_SCOPE.score }, $set: { turnedAway } };
  await ColumnModel.updateOne({ institutionId, _id }, refused);
}

/** Releases the scores that were held, after somebody has given access again. */
export async function releaseHeldDeliveries({ institutionId, _id }: ColumnDoc): Promise<void> {
  const column = await ColumnModel.findOne({ institutionId, _id, scopes: AGS_SCOPE.score }).lean();
  if (column) await releaseForAccess(column);
}

/** A person says that the LMS may accept scores again: columns that it had refused are tried. */
export async function retryRefusedColumns(
  institutionId: string,
  columnIds: readonly string[],
  tx: ClientSession,
): Promise<void> {
  await ColumnModel.updateMany(
    { institutionId, _id: { $in: [...columnIds] }, turnedAway: { $exists: true } },
    { $addToSet: { scopes: AGS_SCOPE.score }, $unset: { turnedAway: 1 } },
    { session: tx },
  );
}

/**
 * Adds what a launch says to a column. Two simultaneous launches both add. If its link shows something different from before, the
 * column is for that from now on; each person's score follows when they open the link, or with their next approval.
 */
async function describeColumn(deps: ColumnDeps, column: ColumnDoc, link: GradedLink): Promise<ColumnDoc> {
  const { scopes, ...described } = describe(link, column);
  const shown = toShown(link);
  const rest = shown.resourceId === column.resourceId ? described : { ...described, ...shown };
  const isNew =
    scopes.length > column.scopes.length ||
    Object.entries(rest).some(([name, value]) => column[name as keyof ColumnDoc] !== value);
  if (!isNew) return column;
  const { institutionId, _id } = column;
  const changedAt = deps.clock.now();
  const isGained = scopes.includes(AGS_SCOPE.score) && !column.scopes.includes(AGS_SCOPE.score);
  await ColumnModel.updateOne(
    { institutionId, _id },
    {
      $set: { ...rest, changedAt },
      $addToSet: { scopes: { $each: [...link.scopes] } },
      ...(isGained ? { $unset: { turnedAway: 1 as const } } : {}),
    },
  );
  const after = { ...column, ...rest, scopes, changedAt };
  if (isGained) await releaseForAccess(after);
  return after;
}

/**
 * The column of a placement, created or updated from the latest launch. A launch that names a line item binds it, also in place
 * of one that is gone.
 *
 * @param found  the placement's current column; null if it has none yet
 * @returns null if the designer wanted no grade for this link
 */
export async function ensureColumn(
  deps: ColumnDeps,
  { institutionId, link, found }: { institutionId: string; link: GradedLink; found: ColumnDoc | null },
): Promise<ColumnDoc | null> {
  if (link.rule === 'none') return null;
  const column = found
    ? await describeColumn(deps, found, link)
    : await createColumn(deps, institutionId, link);
  if (column.state === 'no_grade') return null;
  return link.lineItemUrl === null ? column : bindColumn(deps, column, link.lineItemUrl);
}
