import type { ErrorCode } from '../../../../contract/errors.ts';
import type { Finding, FindingPlace } from '../../../../contract/lint/findings.ts';
import { keyOfEntry } from '../../../../contract/studioMerge.ts';
import type { MergeConflict } from '../../../../contract/studioMerge.ts';
import { Part, PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import type { PartConflict } from '../../autosave/parts/partsAutosave.ts';
import type { Parts } from './changes.ts';
import type { Target } from './target.ts';

/**
 * What is to be said about a part of the draft: what the check found, what the server refused, and what somebody else changed, too.
 * Each has its place in the part, as a path: `title`, `licence/name`, `steps/learn/minutes`.
 */
export type Note = { readonly path: string } & (
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'refused' }
  | { readonly kind: 'conflict'; readonly conflict: MergeConflict }
);

/** The part that a finding is about, and the path in it. */
export function targetOf({ place }: Pick<Finding, 'place'>): Target {
  const { module, block, criterion, exemplar } = place;
  const part = block ?? exemplar ?? criterion ?? module ?? PATHWAY_PART;
  return { part, path: pathOf(place) };
}

function pathOf({ step, block, item, criterion, exemplar, level, track, field }: FindingPlace): string {
  const within = [
    block === null && step !== null ? ['steps', step] : [],
    exemplar !== null && criterion !== null ? ['criteria', criterion] : [],
    item === null ? [] : ['items', item],
    level === null ? [] : ['levels', level],
    track === null ? [] : ['tracks', track],
    field === null ? [] : field.split('.'),
  ];
  return within.flat().join('/');
}

/** What only says which kind of part it is stands in no path. */
const WRAPPERS: ReadonlySet<string> = new Set(['block', 'criterion', 'exemplar']);
const toPath = (names: readonly string[]): string =>
  names.slice(WRAPPERS.has(names[0] ?? '') ? 1 : 0).join('/');

/** Where a part is not what the contract lets a part be: list entries by their keys. */
function findFaultyPaths(part: Part): string[] {
  const read = Part.safeParse(part);
  const paths = (read.error?.issues ?? []).map(({ path }) => {
    let here: unknown = part;
    return toPath(
      path.map((name) => {
        const inside: unknown =
          typeof here === 'object' && here !== null
            ? Object.entries(here).find(([one]) => one === String(name))?.[1]
            : null;
        const shown = Array.isArray(here) ? (keyOfEntry(inside) ?? String(name)) : String(name);
        here = inside;
        return shown;
      }),
    );
  });
  return [...new Set(paths)];
}

interface Noted {
  readonly parts: Parts;
  readonly findings: readonly Finding[];
  readonly conflicts: ReadonlyMap<PartKey, PartConflict>;
  readonly refused: ReadonlyMap<PartKey, ErrorCode>;
}

/** Everything that is to be said, by part. */
export function collectNotes({ parts, findings, conflicts, refused }: Noted): Map<PartKey, Note[]> {
  const notes = new Map<PartKey, Note[]>();
  const add = (key: PartKey, note: Note) => {
    const known = notes.get(key);
    if (known) known.push(note);
    else notes.set(key, [note]);
  };
  for (const [key, { fields }] of conflicts)
    for (const conflict of fields) add(key, { path: toPath(conflict.path), kind: 'conflict', conflict });
  for (const key of refused.keys()) {
    const part = parts.get(key);
    for (const path of part ? findFaultyPaths(part) : []) add(key, { path, kind: 'refused' });
  }
  for (const finding of findings) {
    const { part, path } = targetOf(finding);
    add(part, { path, kind: 'finding', finding });
  }
  return notes;
}
