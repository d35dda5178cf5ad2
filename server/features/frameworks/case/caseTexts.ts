/** Stands for the instant of a change where a package does not come from us: equal to none that it could have. */
export const NEVER = '';

/** A line of at most `max` characters. What is cut off is kept with what came, and exported again. */
export function cut(text: string, max: number): string {
  const line = text.trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).trimEnd()}…`;
}

/** The letters and digits of a title, for an address; empty if it has none of the Latin alphabet. */
export function toSlugPart(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
}

/** A name for an address, from a title or else from a key. */
export function toSlug(title: string, key: string): string {
  const slug = toSlugPart(title);
  return slug.length >= 3 ? slug : `framework-${key.slice(0, 8)}`;
}
