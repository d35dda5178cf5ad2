/** Columns of a table of items, in the order in which they are exported. */
export const COLUMNS = [
  'code',
  'title',
  'can_do',
  'strand',
  'level',
  'target',
  'parent_code',
  'evidence_ideas',
  'alignments',
  'key',
] as const;
export type Column = (typeof COLUMNS)[number];

/** Within an alignment: `digcompedu: 4.1`. */
export const BEFORE_CODE = ': ';

/** Which column an item's member is in, for faults that name the member. */
export const COLUMN_OF: Readonly<Record<string, Column>> = {
  code: 'code',
  title: 'title',
  canDo: 'can_do',
  strand: 'strand',
  level: 'level',
  target: 'target',
  parent: 'parent_code',
  evidenceIdeas: 'evidence_ideas',
  alignments: 'alignments',
  key: 'key',
};

interface Named {
  key: string;
  title?: string;
  name?: string;
}

/** What somebody means who writes a title, a name or a key, in capitals or not. */
export function findNamed<T extends Named>(all: readonly T[], said: string): T | undefined {
  const wanted = said.toLowerCase();
  return (
    all.find(({ title, name }) => (title ?? name)?.toLowerCase() === wanted) ??
    all.find(({ key }) => key === said)
  );
}

/** How to write something so that `findNamed` finds it: by its title or name, or by its key if others have the same. */
export function nameIn<T extends Named>(all: readonly T[], key: string | null): string {
  const wanted = all.find((one) => one.key === key);
  const name = wanted?.title ?? wanted?.name ?? '';
  return findNamed(all, name) === wanted ? name : (key ?? '');
}
