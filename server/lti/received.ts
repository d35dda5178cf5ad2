import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';

/** What programs write if they have no id. */
const NO_ID = /^\s*(?:null|undefined|nan)?\s*$/iu;
const ID_MAX = 255;

/**
 * An id as LMSs write it: a text, or a whole number instead of a text. Anything absent, empty, too long or not an id at all
 * (null, `"null"`, a list) fails: it must never become a person or a course called "null". A number beyond 2^53 has lost digits
 * in JSON, so it identifies nobody either.
 */
export const Identifier = z.union([
  z
    .string()
    .max(ID_MAX)
    .refine((text) => !NO_ID.test(text)),
  z.number().int().transform(String),
]);

/** An id that may be missing; null or undefined for anything that is not an id. */
export const OptionalIdentifier = Identifier.nullish().catch(null);

/** The texts of a list; anything else in it is omitted. */
export function textsOf(list: readonly unknown[]): string[] {
  return list.filter((one): one is string => typeof one === 'string');
}

const TEXT_MAX = 500;
const LIST_MAX = 500;

/**
 * The texts of a list that are short enough to be meaningful; none for anything that is not a list. One invalid entry (null, a
 * number, an oversized text) does not affect the others.
 */
export function shortTextsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return textsOf(value)
    .filter((text) => text !== '' && text.length <= TEXT_MAX)
    .slice(0, LIST_MAX);
}

/** The members of an object; an empty object for anything else (null, a list, a text). */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A number, also given as text ("8.5", "8,5"); null for anything else. Never NaN or infinite. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !/^\s*-?(?:\d+(?:[.,]\d*)?|[.,]\d+)\s*$/u.test(value)) return null;
  // four hundred digits are not a number either
  return toNumber(Number(value.replace(',', '.')));
}

export interface ReceivedList<T> {
  items: T[];
  /** Members that could not be read and were omitted. */
  skipped: number;
}

/** Members that are read before other work gets a turn. */
export const SLICE_SIZE = 500;

/**
 * The members of a list that an LMS sent, each read separately: an invalid one must not exclude the others. A course may have
 * tens of thousands, so they are read in slices.
 *
 * @returns null if it is not a list at all
 */
export async function readList<T>(schema: z.ZodType<T>, value: unknown): Promise<ReceivedList<T> | null> {
  if (!Array.isArray(value)) return null;
  const items: T[] = [];
  for (const [at, member] of value.entries()) {
    if (at > 0 && at % SLICE_SIZE === 0) await nextTurn();
    const parsed = schema.safeParse(member);
    if (parsed.success) items.push(parsed.data);
  }
  return { items, skipped: value.length - items.length };
}

/** Any 2xx: which of them an LMS chooses only means that it worked. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}
