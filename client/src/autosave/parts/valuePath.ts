import { keyOfEntry } from '../../../../contract/studioMerge.ts';
import { Part } from '../../../../contract/studioParts.ts';

/** Where something is within a part, as `mergeThreeWay` names it: members by their names, list entries by their keys. */
export type ValuePath = readonly string[];

/** What is at a path; undefined if there is nothing. */
export function valueAt(value: unknown, path: ValuePath): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(value)) {
    const entry: unknown = value.find((one) => keyOfEntry(one) === name);
    return valueAt(entry, rest);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return valueAt(Object.entries(value).find(([one]) => one === name)?.[1], rest);
}

/** A value with something else at a path; as it was if there is nothing. */
export function withValue(value: unknown, path: ValuePath, replacement: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((one: unknown) => (keyOfEntry(one) === name ? withValue(one, rest, replacement) : one));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([one, inside]): [string, unknown] => [
    one,
    one === name ? withValue(inside, rest, replacement) : inside,
  ]);
  return Object.fromEntries(entries);
}

/** A part with something else at a path; the part as it was if that made no part. */
export function withValueAt(part: Part | null, path: ValuePath, replacement: unknown): Part | null {
  const next = Part.nullable().safeParse(withValue(part, path, replacement));
  return next.success ? next.data : part;
}
