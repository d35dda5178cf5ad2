import { AppError } from './errors.ts';

/** Where the next page of a list starts that is ordered by a time and then by id, newest first. */
export function toTimeCursor(at: Date, id: string): string {
  return `${at.getTime()}.${id}`;
}

/**
 * The filter for what comes after a cursor; none for the first page.
 *
 * @param field  the time that the list is ordered by
 * @throws {AppError} VALIDATION_FAILED for a cursor that is not ours
 */
export function afterTimeCursor(field: string, cursor: string | undefined) {
  if (cursor === undefined) return {};
  const [, ms, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/u.exec(cursor) ?? [];
  if (!ms || !id) throw new AppError('VALIDATION_FAILED', 'This place in the list is no longer there.');
  const at = new Date(Number(ms));
  return { $or: [{ [field]: { $lt: at } }, { [field]: at, _id: { $lt: id } }] };
}
