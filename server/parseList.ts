import { z } from 'zod';
import { mapInSlices } from './slices.ts';

type Issue = z.core.$ZodIssue;

/** A value that a schema was asked about, or what it has against it. */
export type Parsed<T> = { data: T; issues?: undefined } | { data?: undefined; issues: Issue[] };

const placed = (issues: readonly Issue[], path: readonly PropertyKey[]): Issue[] =>
  issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));

/**
 * The same as `z.array(member).max(max).safeParse`, in slices. Of a list that is too long no member is looked at.
 *
 * @param path  name of the list, for the places of its issues
 * @returns members without issues, and the issues of all others
 */
export async function parseList<T>(
  member: z.ZodType<T>,
  value: unknown,
  { path, max }: { path: string; max: number },
): Promise<{ data: T[]; issues: Issue[] }> {
  const list = z.array(z.unknown()).max(max).safeParse(value);
  if (!list.success) return { data: [], issues: placed(list.error.issues, [path]) };
  const issues: Issue[] = [];
  const data = await mapInSlices(list.data, (one, at) => {
    const parsed = member.safeParse(one);
    if (!parsed.success) issues.push(...placed(parsed.error.issues, [path, at]));
    return parsed.success ? [parsed.data] : [];
  });
  return { data: data.flat(), issues };
}
