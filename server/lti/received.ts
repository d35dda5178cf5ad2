import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';

/** What programs write where they have no id. */
const NO_ID = /^\s*(?:null|undefined|nan)?\s*$/iu;
const ID_MAX = 255;

/**
 * An id as LMSs write it: a text, or a whole number where a text was meant. What is absent, empty, too long or no id at
 * all (null, `"null"`, a list) fails: it must never become a person or a course called "null". A number beyond 2^53 has
 * lost digits on its way through JSON, so it names nobody either.
 */
export const Identifier = z.union([
  z
    .string()
    .max(ID_MAX)
    .refine((text) => !NO_ID.test(text)),
  z.number().int().transform(String),
]);

/** An id that may be missing; null or undefined for whatever is none. */
export const OptionalIdentifier = Identifier.nullish().catch(null);

/** The texts of a list; whatever else stands in it is left out. */
export function textsOf(list: readonly unknown[]): string[] {
  return list.filter((one): one is string => typeof one === 'string');
}

const TEXT_MAX = 500;
const LIST_MAX = 500;

/**
 * The texts of a list that are short enough to mean something; none of what is no list. One odd entry (null, a number, a text
 * beyond all measure) takes no other with it.
 */
export function shortTextsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return textsOf(value)
    .filter((text) => text !== '' && text.length <= TEXT_MAX)
    .slice(0, LIST_MAX);
}

/** The members of an object; of what is none (null, a list, a text) an empty one. */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A number, also where it comes as text ("8.5", "8,5"); null for what is none. Never NaN or infinite. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !/^\s*-?(?:\d+(?:[.,]\d*)?|[.,]\d+)\s*$/u.test(value)) return null;
  // four hundred digits are no number either
  return toNumber(Number(value.replace(',', '.')));
}

export interface ReceivedList<T> {
  items: T[];
  /** Members that could not be read and were left out. */
  skipped: number;
}

/** Members that are read before others get a turn. */
export const MEMBERS_OF_A_TURN = 500;

/**
 * The members of a list that an LMS sent, each read for itself: an odd one must not keep the others out. A course may have tens of
 * thousands, so they are read in slices.
 *
 * @returns null when it is no list at all
 */
export async function readList<T>(schema: z.ZodType<T>, value: unknown): Promise<ReceivedList<T> | null> {
  if (!Array.isArray(value)) return null;
  const items: T[] = [];
  for (const [at, member] of value.entries()) {
    if (at > 0 && at % MEMBERS_OF_A_TURN === 0) await nextTurn();
    const parsed = schema.safeParse(member);
    if (parsed.success) items.push(parsed.data);
  }
  return { items, skipped: value.length - items.length };
}

/** Any 2xx: which of them an LMS chooses says nothing more than that it worked. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}
