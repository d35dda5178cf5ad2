import type { ContentChange } from '../../../../contract/contentDiff.ts';
import type { Words } from '../../i18n/namespaces.ts';

/** Members of parts, as people call them. */
export type FieldWord = keyof Words['versions']['field'];

/** Members that hold words, which are compared word by word. */
const TEXTS = [
  'title',
  'vision',
  'source',
  'label',
  'summary',
  'achievement',
  'lowTech',
  'content',
  'url',
  'note',
  'alternative',
  'question',
  'help',
  'code',
  'descriptor',
  'name',
  'items',
  'comment',
  'purpose',
  'shortcut',
] as const satisfies FieldWord[];

const NUMBERS = ['minutes', 'cycles', 'kindsNeeded'] as const satisfies FieldWord[];

/** Members of which is only said that they are different: rules, choices, and what has no words of its own. */
const NAMED = [
  'licence',
  'strand',
  'framework',
  'completes',
  'badge',
  'kind',
  'opens',
  'needs',
  'reviewedBy',
  'words',
  'kinds',
  'criteria',
  'alignments',
  'meets',
  'outcome',
  'level',
  'visitRecord',
  'setting',
  'preConference',
  'ratings',
  'reflectFirst',
  'phase',
  'filledBy',
  'measure',
] as const satisfies FieldWord[];

const OF_A_FILE = ['path', 'mediaType', 'size', 'sha256'];

/** One line about a part: what changed in it, with both texts or numbers where there are any. */
export interface ChangeLine {
  readonly field: FieldWord;
  readonly shows: 'words' | 'numbers' | 'name';
  readonly before: string;
  readonly after: string;
}

/** A part with everything that changed in it. */
export interface ChangedPart {
  readonly change: ContentChange;
  readonly isMoved: boolean;
  readonly lines: readonly ChangeLine[];
}

function wordOf({ field, kind }: ContentChange): FieldWord {
  if (field === null) return 'content';
  if (kind === 'file' && OF_A_FILE.includes(field)) return 'file';
  return [...TEXTS, ...NUMBERS, ...NAMED].find((word) => word === field) ?? 'other';
}

function toLine(change: ContentChange): ChangeLine {
  const { before, after } = change;
  const field = wordOf(change);
  const isText = TEXTS.some((word) => word === field) && (before !== null || after !== null);
  const isNumber = NUMBERS.some((word) => word === field) && before !== null && after !== null;
  const shows = isText ? 'words' : isNumber ? 'numbers' : 'name';
  return { field, shows, before: before ?? '', after: after ?? '' };
}

/** Changes by the part that they are in, in their order; what has the same name in a part is told once. */
export function toChangedParts(changes: readonly ContentChange[]): ChangedPart[] {
  const parts = new Map<string, ContentChange[]>();
  for (const change of changes) {
    const id = `${change.part}:${change.key}`;
    parts.set(id, [...(parts.get(id) ?? []), change]);
  }
  return [...parts.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const lines = own
      .filter(({ what, before, after }) => what === 'changed' || before !== null || after !== null)
      .map(toLine);
    const isFirstOf = ({ field, shows }: ChangeLine, at: number): boolean =>
      shows !== 'name' || lines.findIndex((line) => line.field === field) === at;
    const isMoved = own.some(({ what }) => what === 'moved');
    // a part that moved and changed is a changed one that moved
    const change = own.find(({ what }) => what !== 'moved') ?? first;
    return [{ change, isMoved, lines: lines.filter(isFirstOf) }];
  });
}
