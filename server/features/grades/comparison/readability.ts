import { AGS_SCOPE } from '../../../lti/claimNames.ts';
import { ColumnModel, type ColumnDoc } from '../columns/column.model.ts';

type Readable = Pick<ColumnDoc, 'lineItemUrl' | 'scopes' | 'state'>;

/** True if results may be requested at all. */
export function mayReadResults({ scopes }: Pick<ColumnDoc, 'scopes'>): boolean {
  return scopes.includes(AGS_SCOPE.result);
}

/** True if what a column shows may be requested. */
export function mayCompare(column: Readable | undefined): boolean {
  return Boolean(column?.state === 'bound' && column.lineItemUrl && mayReadResults(column));
}

/** True if the LMS recently did not let us read the column's results. */
export function isUnreadable({ unreadUntil }: Pick<ColumnDoc, 'unreadUntil'>, now: Date): boolean {
  return unreadUntil !== undefined && unreadUntil > now;
}

/** How long an LMS that does not let us read is not asked again, unless a person wants to know. */
const UNREAD_MS = 20 * 3600_000;

/** Records that the LMS does not let us read the column's results, by the database's clock. */
export async function markUnreadable({ institutionId, _id }: ColumnDoc): Promise<void> {
  const unreadUntil = { $add: ['$$NOW', UNREAD_MS] };
  await ColumnModel.updateOne({ institutionId, _id }, [{ $set: { unreadUntil } }], { updatePipeline: true });
}

/** Records that it does. Writes nothing if that was known. */
export async function markReadable({ institutionId, _id, unreadUntil }: ColumnDoc): Promise<void> {
  if (unreadUntil) await ColumnModel.updateOne({ institutionId, _id }, { $unset: { unreadUntil: 1 } });
}
