import { AGS_SCOPE } from '../../../lti/claimNames.ts';
import { ColumnModel, type ColumnDoc } from '../columns/column.model.ts';

type Readable = Pick<ColumnDoc, 'lineItemUrl' | 'scopes' | 'state'>;

/** True where results may be asked for at all. */
export function mayReadResults({ scopes }: Pick<ColumnDoc, 'scopes'>): boolean {
  return scopes.includes(AGS_SCOPE.result);
}

/** True where what a column shows may be asked for. */
export function mayCompare(column: Readable | undefined): boolean {
  return Boolean(column?.state === 'bound' && column.lineItemUrl && mayReadResults(column));
}

/** True where the LMS did not let us read the column's results not long ago. */
export function isUnread({ unreadUntil }: Pick<ColumnDoc, 'unreadUntil'>, now: Date): boolean {
  return unreadUntil !== undefined && unreadUntil > now;
}

/** So long an LMS that does not let us read is not asked again, unless a person wants to know. */
const UNREAD_MS = 20 * 3600_000;

/** Notes that the LMS does not let us read the column's results, by the database's clock. */
export async function noteUnread({ institutionId, _id }: ColumnDoc): Promise<void> {
  const unreadUntil = { $add: ['$$NOW', UNREAD_MS] };
  await ColumnModel.updateOne({ institutionId, _id }, [{ $set: { unreadUntil } }], { updatePipeline: true });
}

/** Notes that it does. Writes nothing where that was known. */
export async function noteRead({ institutionId, _id, unreadUntil }: ColumnDoc): Promise<void> {
  if (unreadUntil) await ColumnModel.updateOne({ institutionId, _id }, { $unset: { unreadUntil: 1 } });
}
