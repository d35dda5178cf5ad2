import { mapInSlices } from './slices.ts';

const isMembers = (value: unknown): value is object =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const sortMembers = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** JSON with the members of each object in a fixed order: equal content, equal text. */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isMembers(member) ? sortMembers(member) : member));
}

/** The same text of something with long lists, in slices. */
export async function toCanonicalText(value: object): Promise<string> {
  const members: string[] = [];
  for (const [name, member] of Object.entries(sortMembers(value)) as [string, unknown][])
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${await toMemberText(member)}`);
  return `{${members.join(',')}}`;
}

async function toMemberText(member: unknown): Promise<string> {
  if (Array.isArray(member)) return `[${(await mapInSlices(member, toCanonicalJson)).join(',')}]`;
  return isMembers(member) ? toCanonicalText(member) : JSON.stringify(member);
}
