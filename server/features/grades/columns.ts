import { randomUUID } from 'node:crypto';
import type { GradeRule } from '../../../contract/deepLinking.ts';
import type { DeliveryReason } from '../../../contract/states.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey, notFound } from '../../errors.ts';
import { resourceIdOf } from '../../lti/policy.ts';
import { AGS_SCOPE } from '../../lti/claimNames.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { lineItemKeyOf } from './lineItemKey.ts';
import { laneIdOf, wakeLanes } from './lanes.ts';
import { currentRule, defaultRule } from './scoreRule.ts';
import {
  FOR_WANT_OF_A_COLUMN,
  moveToNewColumn,
  queueAgain,
  takeToNewColumn,
} from './transitions/deliveryTransitions.ts';
import { moveDeliveries } from './transitions/transition.ts';

/** A placement as its latest launch described it: what a column is made from. */
export interface GradedLink {
  placementId: string;
  platformId: string;
  contextId: string;
  resourceLinkId: string;
  title: string;
  courseTitle: string;
  platformName: string;
  /** Of the launch's AGS claim; null where it had none. */
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

/** What a launch adds to what is known of a column. One without an AGS claim, or with less, takes nothing away. */
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
  const rule = link.rule === null || link.rule === 'none' ? defaultRule(link.moduleKey !== null) : link.rule;
  const column: ColumnDoc = {
    _id: randomUUID(),
    institutionId,
    platformId: link.platformId,
    contextId: link.contextId,
    placementId: link.placementId,
    state: 'unbound',
    ...describe(link, UNKNOWN),
    resourceLinkId: link.resourceLinkId,
    resourceId: resourceIdOf(link.pathwayKey, link.moduleKey),
    points: link.points,
    rule: currentRule(rule),
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

/** The column of the same course that has this line item already, under whichever address. */
async function findHolder(column: ColumnDoc, lineItemUrl: string): Promise<ColumnDoc | null> {
  const { institutionId, contextId } = column;
  const lineItemKey = lineItemKeyOf(lineItemUrl);
  return (
    (await ColumnModel.findOne({ institutionId, contextId, lineItemKey }).lean()) ??
    (await ColumnModel.findOne({ institutionId, lineItemUrl }).lean())
  );
}

/**
 * Writes the line item of a column that is still bound as it was seen; null when somebody else was first.
 *
 * @returns the column that has this line item: another one where two links name the same
 */
async function writeBinding(
  { clock }: ColumnDeps,
  seen: ColumnDoc,
  lineItemUrl: string,
): Promise<ColumnDoc | null> {
  const { institutionId, _id } = seen;
  const set = {
    state: 'bound' as const,
    lineItemUrl,
    lineItemKey: lineItemKeyOf(lineItemUrl),
    changedAt: clock.now(),
  };
  try {
    const bound = await ColumnModel.updateOne(
      { institutionId, _id, lineItemUrl: seen.lineItemUrl ?? { $exists: false } },
      { $set: set },
    );
    return bound.matchedCount === 1 ? { ...seen, ...set } : null;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = await findHolder(seen, lineItemUrl);
    if (!other) throw error;
    return other;
  }
}

async function readColumn({ institutionId, _id }: ColumnDoc): Promise<ColumnDoc> {
  const column = await ColumnModel.findOne({ institutionId, _id }).lean();
  if (!column) throw notFound('This grade column');
  return column;
}

const BINDINGS_MAX = 5;

/**
 * Gives a column the line item that a launch or a person names, in place of the one it has. The same item under another
 * address is only called there from now on. Another one holds nothing of ours yet, as far as is known: what the old
 * one took is looked for and sent, what a person is asked about or has decided stays.
 *
 * @returns the column that has this line item: another one where two links name the same
 */
export async function bindColumn(
  deps: ColumnDeps,
  column: ColumnDoc,
  lineItemUrl: string,
): Promise<ColumnDoc> {
  let seen = column;
  for (let tries = 0; tries < BINDINGS_MAX; tries += 1) {
    if (seen.state === 'bound' && seen.lineItemUrl === lineItemUrl) return seen;
    const bound = await writeBinding(deps, seen, lineItemUrl);
    if (bound) {
      if (bound._id === seen._id) await moveScores(seen, bound);
      return bound;
    }
    seen = await readColumn(seen);
  }
  return seen;
}

/**
 * Gives a column the line item that was found in the LMS, if it has none.
 *
 * @returns the column as it then is, bound by somebody else where they were first; another column where that has the item
 */
export async function bindUnbound(
  deps: ColumnDeps,
  column: ColumnDoc,
  lineItemUrl: string,
): Promise<ColumnDoc> {
  if (column.lineItemUrl) return column;
  const bound = await writeBinding(deps, column, lineItemUrl);
  if (!bound) return readColumn(column);
  if (bound._id === column._id) await moveScores(column, bound);
  return bound;
}

/** What becomes of a column's scores when it is bound. */
async function moveScores(before: ColumnDoc, after: ColumnDoc): Promise<void> {
  const { institutionId, _id } = after;
  const which = { institutionId, columnId: _id };
  const keyBefore = before.lineItemUrl && lineItemKeyOf(before.lineItemUrl);
  if (keyBefore === after.lineItemKey) {
    await moveDeliveries(which, queueAgain(FOR_WANT_OF_A_COLUMN));
  } else {
    // one in hand is being sent to the line item before; there was none before the first
    if (keyBefore) await moveDeliveries(which, takeToNewColumn());
    await moveDeliveries(which, moveToNewColumn());
  }
  await wakeLanes([laneIdOf(after)]);
}

/** Scores that were held because the course did not let us send: it may now. */
async function releaseScopeHeld(column: ColumnDoc): Promise<void> {
  const { institutionId, _id } = column;
  const forScope = { state: 'held', reason: 'scope_missing' };
  await moveDeliveries({ institutionId, columnId: _id }, queueAgain(forScope));
  await wakeLanes([laneIdOf(column)]);
}

/**
 * The LMS has refused a score for want of a scope that launches had offered: it counts as offered again when the next
 * launch says so.
 *
 * @param seen  the column as it was when the score was sent
 */
export async function noteRefusal(seen: ColumnDoc, reason: DeliveryReason): Promise<void> {
  if (reason !== 'scope_missing' || !seen.scopes.includes(AGS_SCOPE.score)) return;
  const { institutionId, _id } = seen;
  await ColumnModel.updateOne({ institutionId, _id }, { $pull: { scopes: AGS_SCOPE.score } });
}

/** Adds what a launch says to a column. Two launches at once both add. */
async function describeColumn(deps: ColumnDeps, column: ColumnDoc, link: GradedLink): Promise<ColumnDoc> {
  const { scopes, ...rest } = describe(link, column);
  const isNew =
    scopes.length > column.scopes.length ||
    Object.entries(rest).some(([name, value]) => column[name as keyof typeof rest] !== value);
  if (!isNew) return column;
  const { institutionId, _id } = column;
  const changedAt = deps.clock.now();
  await ColumnModel.updateOne(
    { institutionId, _id },
    { $set: { ...rest, changedAt }, $addToSet: { scopes: { $each: [...link.scopes] } } },
  );
  const described = { ...column, ...rest, scopes, changedAt };
  const isGained = scopes.includes(AGS_SCOPE.score) && !column.scopes.includes(AGS_SCOPE.score);
  if (isGained) await releaseScopeHeld(described);
  return described;
}

/**
 * The column of a placement, made or brought up to date from what the latest launch said. A launch that names a line
 * item binds it, also in place of one that is gone.
 *
 * @returns null where the designer wanted no grade for this link
 */
export async function ensureColumn(
  deps: ColumnDeps,
  institutionId: string,
  link: GradedLink,
): Promise<ColumnDoc | null> {
  if (link.rule === 'none') return null;
  const found = await ColumnModel.findOne({ institutionId, placementId: link.placementId }).lean();
  const column = found
    ? await describeColumn(deps, found, link)
    : await createColumn(deps, institutionId, link);
  if (column.state === 'no_grade') return null;
  return link.lineItemUrl === null ? column : bindColumn(deps, column, link.lineItemUrl);
}
