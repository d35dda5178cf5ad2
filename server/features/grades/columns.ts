import { randomUUID } from 'node:crypto';
import type { GradeRule } from '../../../contract/deepLinking.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { resourceIdOf } from '../../lti/policy.ts';
import { AGS_SCOPE } from '../../lti/claimNames.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { laneIdOf, wakeLanes } from './lanes.ts';
import { currentRule, defaultRule } from './scoreRule.ts';
import { queueAgain } from './transitions/deliveryTransitions.ts';
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

function describe(
  link: GradedLink,
): Pick<ColumnDoc, 'lineItemsUrl' | 'scopes' | 'title' | 'courseTitle' | 'platformName'> {
  const { lineItemsUrl, title, courseTitle, platformName } = link;
  return { lineItemsUrl, scopes: [...link.scopes].sort(), title, courseTitle, platformName };
}

function isDescribedBy(column: ColumnDoc, link: GradedLink): boolean {
  return Object.entries(describe(link)).every(
    ([name, value]) => JSON.stringify(column[name as keyof ColumnDoc]) === JSON.stringify(value),
  );
}

async function createColumn(deps: ColumnDeps, institutionId: string, link: GradedLink): Promise<ColumnDoc> {
  const rule = link.rule === null || link.rule === 'none' ? defaultRule(link.moduleKey !== null) : link.rule;
  const column: ColumnDoc = {
    _id: randomUUID(),
    institutionId,
    platformId: link.platformId,
    contextId: link.contextId,
    placementId: link.placementId,
    state: 'unbound',
    ...describe(link),
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

/**
 * Gives a column its line item and queues everything that was wanted there: the new line item holds none of it yet.
 *
 * @returns the column that has this line item: another one where two links name the same
 */
export async function bindColumn(
  { clock }: ColumnDeps,
  column: ColumnDoc,
  lineItemUrl: string,
): Promise<ColumnDoc> {
  const { institutionId, _id } = column;
  if (column.state === 'bound' && column.lineItemUrl === lineItemUrl) return column;
  const now = clock.now();
  try {
    await ColumnModel.updateOne(
      { institutionId, _id },
      { $set: { state: 'bound', lineItemUrl, changedAt: now } },
    );
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = await ColumnModel.findOne({ institutionId, lineItemUrl }).lean();
    if (!other) throw error;
    return other;
  }
  await requeueColumn(column);
  return { ...column, state: 'bound', lineItemUrl, changedAt: now };
}

const NOTHING_SENT = {
  sent: null,
  doubts: [],
  mustRead: false,
  lmsValue: null,
  lmsMaximum: null,
  acceptedAt: null,
};

/** Sends all scores of a column again as if none had been sent, save what a person closed or a worker has in hand. */
async function requeueColumn(column: ColumnDoc): Promise<void> {
  const { institutionId, _id } = column;
  const open = { state: { $in: ['accepted', 'waiting', 'held'] } };
  await moveDeliveries({ institutionId, columnId: _id }, queueAgain(open, NOTHING_SENT));
  await wakeLanes([laneIdOf(column)]);
}

/** Scores that were held because the course did not let us send: it does now. */
async function releaseScopeHeld(column: ColumnDoc): Promise<void> {
  const { institutionId, _id } = column;
  const forScope = { state: 'held', reason: 'scope_missing' };
  await moveDeliveries({ institutionId, columnId: _id }, queueAgain(forScope));
  await wakeLanes([laneIdOf(column)]);
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
  let column = found ?? (await createColumn(deps, institutionId, link));
  if (!isDescribedBy(column, link)) {
    const described = { ...describe(link), changedAt: deps.clock.now() };
    await ColumnModel.updateOne({ institutionId, _id: column._id }, { $set: described });
    const gainedScore = !column.scopes.includes(AGS_SCOPE.score) && link.scopes.includes(AGS_SCOPE.score);
    column = { ...column, ...described };
    if (gainedScore) await releaseScopeHeld(column);
  }
  if (column.state === 'no_grade') return null;
  return link.lineItemUrl === null ? column : bindColumn(deps, column, link.lineItemUrl);
}
