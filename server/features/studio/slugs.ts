import type { DraftKind } from '../../../contract/studioParts.ts';

/** The slug of something new: "Quick checks, quickly" → "quick-checks-quickly". */
export function toSlug(title: string, kind: DraftKind, key: string): string {
  const words =
    title
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const slug = words.join('-').slice(0, 60).replace(/-+$/, '');
  return slug.length >= 3 ? slug : `${kind}-${key.slice(0, 8)}`;
}
