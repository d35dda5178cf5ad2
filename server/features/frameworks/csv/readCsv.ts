import { BadgeArt } from '../../../../contract/content.ts';
import { findFrameworkFaults } from '../../../../contract/frameworkRules.ts';
import { toOverlay } from '../../../../contract/frameworkOverlays.ts';
import type { FieldFault } from '../../../../contract/errors.ts';
import {
  FrameworkContent,
  FrameworkItem,
  type CaseMembers,
  type FrameworkAbout,
  type FrameworkLevel,
  type FrameworkStrand,
  type ImportFault,
} from '../../../../contract/frameworks.ts';
import { partId } from '../case/caseObjects.ts';
import type { ReadFramework } from '../case/readCase.ts';
import { toSlugPart } from '../case/caseTexts.ts';
import { BEFORE_CODE, COLUMN_OF, findNamed, type Column } from './columns.ts';
import { readTable, type Row } from './readTable.ts';

/** What a table is read for. */
export interface CsvTarget {
  /** Key of the framework. */
  key: string;
  about: FrameworkAbout;
  /** The newest version, for what the table has no column for and for keys; of an overlay together with its core. */
  base: FrameworkContent | null;
  /** The core that `about.core` names; null where it names none. */
  core: FrameworkContent | null;
}

/** A key for something that has only a title. @param taken  keys of the others */
function toKey(title: string, taken: readonly string[]): string {
  const slug =
    toSlugPart(title)
      .replace(/^[^a-z]+/, '')
      .slice(0, 30) || 'part';
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? slug : `${slug}-${n}`;
    if (!taken.includes(key)) return key;
  }
}

function readLevels({ about, base, core }: CsvTarget): FrameworkLevel[] {
  const known = base?.levels ?? core?.levels ?? [];
  if (about.levels.length === 0) return known;
  const levels: FrameworkLevel[] = [];
  for (const name of about.levels) {
    const before = findNamed(known, name);
    const taken = [...known, ...levels].map(({ key }) => key);
    levels.push(before ?? { key: toKey(name, taken), name, extra: {} });
  }
  return levels;
}

/** Strands of the table: those that are known, and new ones in the order in which they appear. */
function readStrands(rows: readonly Row[], { base, core }: CsvTarget): FrameworkStrand[] {
  const known = base?.strands ?? core?.strands ?? [];
  const strands = [...known];
  for (const { cells } of rows) {
    const title = cells.strand ?? '';
    if (title === '' || findNamed(strands, title)) continue;
    const art = BadgeArt.options[strands.length % BadgeArt.options.length] ?? 'compass';
    const key = toKey(title, strands.map((strand) => strand.key));
    strands.push({ key, title, art, description: '', extra: {} });
  } // prettier-ignore
  return strands;
}

const linesOf = (text: string | undefined): string[] =>
  (text ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== ''); // prettier-ignore

/** Keys of the items by their codes: those of the table, and those that it does not list. */
function readKeys(rows: readonly Row[], { key, base, core }: CsvTarget): Map<string, string> {
  const known = (base ?? core)?.items ?? [];
  const keys = new Map(known.map((item) => [item.code, item.key]));
  for (const { cells } of rows) {
    const { code = '' } = cells;
    if (code !== '')
      keys.set(code, cells.key?.toLowerCase() || (keys.get(code) ?? partId(key, `item/${code}`)));
  }
  return keys;
}

/** Turns cells into what an item refers to; a fault for what cannot be found. */
class Names {
  readonly faults: ImportFault[] = [];
  readonly levels: FrameworkLevel[];
  readonly strands: FrameworkStrand[];
  readonly #keys: ReadonlyMap<string, string>;

  constructor(rows: readonly Row[], target: CsvTarget) {
    this.levels = readLevels(target);
    this.strands = readStrands(rows, target);
    this.#keys = readKeys(rows, target);
  }

  /** The key that stands in the row, or that its code has, or had in the version before. */
  keyOf({ cells: { key, code = '' } }: Row): string {
    return key?.toLowerCase() || (this.#keys.get(code) ?? '');
  }

  level({ row, cells }: Row, column: 'level' | 'target'): string | null {
    const name = cells[column] ?? '';
    if (name === '') return null;
    const level = findNamed(this.levels, name);
    const names = this.levels.map((one) => one.name).join(', ');
    if (!level) this.#fault(row, column, `There is no level ${name}. ${names ? `Levels are ${names}.` : 'Say which levels there are.'}`);
    return level?.key ?? null;
  } // prettier-ignore

  strand({ cells }: Row): string | null {
    return findNamed(this.strands, cells.strand ?? '')?.key ?? null;
  }

  parent({ row, cells }: Row): string | null {
    const code = cells.parent_code ?? '';
    if (code === '') return null;
    const key = this.#keys.get(code) ?? FrameworkItem.shape.key.safeParse(code).data ?? null;
    if (key === null) this.#fault(row, 'parent_code', `There is no item with the code ${code}.`);
    return key;
  }

  alignments({ row, cells }: Row): FrameworkItem['alignments'] {
    return linesOf(cells.alignments).flatMap((line) => {
      const at = line.lastIndexOf(BEFORE_CODE);
      if (at > 0) return [{ framework: line.slice(0, at), code: line.slice(at + BEFORE_CODE.length) }];
      this.#fault(row, 'alignments', `“${line}” must be a framework and a code, like “digcompedu: 4.1”, one a line.`);
      return [];
    });
  } // prettier-ignore

  #fault(row: number, place: Column, message: string): void {
    this.faults.push({ row, place, message });
  }
}

function readItem(row: Row, names: Names, extras: ReadonlyMap<string, CaseMembers>): FrameworkItem | null {
  const { cells } = row;
  if (!cells.code && !cells.key) {
    names.faults.push({
      row: row.row,
      place: 'code',
      message: 'The item needs a code, which nothing else has.',
    });
    return null;
  }
  const key = names.keyOf(row);
  const item = {
    key,
    code: cells.code ?? '',
    strand: names.strand(row),
    parent: names.parent(row),
    level: names.level(row, 'level'),
    title: cells.title ?? '',
    canDo: cells.can_do ?? '',
    evidenceIdeas: linesOf(cells.evidence_ideas),
    alignments: names.alignments(row),
    target: names.level(row, 'target'),
    extra: extras.get(key) ?? {},
  };
  const parsed = FrameworkItem.safeParse(item);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    const place = COLUMN_OF[String(path[0])] ?? '';
    const isEmpty = place === 'title' && item.title === '';
    names.faults.push({ row: row.row, place, message: isEmpty ? 'The item needs a title.' : message });
  }
  return null;
}

/** What names no strand is in that of the item that it is a part of. */
function inStrands(items: readonly FrameworkItem[]): FrameworkItem[] {
  const byKey = new Map(items.map((item) => [item.key, item]));
  return items.map((item) => {
    const way = new Set<FrameworkItem>();
    let above: FrameworkItem | undefined = item;
    while (above && above.strand === null && !way.has(above)) {
      way.add(above);
      above = byKey.get(above.parent ?? '');
    }
    return { ...item, strand: above?.strand ?? null };
  });
}

/** Faults of the framework as faults of the rows that they come from. */
function toRowFaults(faults: readonly FieldFault[], rows: readonly Row[]): ImportFault[] {
  const found = faults.map(({ path, message }) => {
    const [, at, member = ''] = /^items\.(\d+)(?:\.(\w+))?/.exec(path) ?? [];
    if (at === undefined) return { row: null, place: path, message };
    return { row: rows[Number(at)]?.row ?? null, place: COLUMN_OF[member] ?? '', message };
  });
  // a code that stands here twice has one key: that says nothing more
  const codes = new Set(found.filter(({ place }) => place === 'code').map(({ row }) => row));
  return found.filter(({ place, row }) => place !== 'key' || !codes.has(row));
}

function toFramework(
  items: FrameworkItem[],
  names: Names,
  { key, about, base }: CsvTarget,
): FrameworkContent {
  const { levels: _levels, core, ...said } = about;
  const keys = new Set(items.map((item) => item.key));
  const used = new Set(items.map((item) => item.strand));
  return {
    schemaVersion: 1,
    key,
    ...said,
    levels: names.levels,
    // a strand of a core without items is still one of the core
    strands: names.strands.filter((strand) => core !== null || used.has(strand.key)),
    items,
    crosswalk: (base?.crosswalk ?? []).filter(({ item }) => keys.has(item)),
    overlay: null,
    extra: base?.extra ?? null,
  };
}

/**
 * Reads a table of items (CSV in UTF-8; commas, semicolons or tabs) as a framework, or as the overlay that makes the table out of a
 * core. Crosswalks and what a CASE package held beyond the columns are taken from the version before.
 *
 * @returns every fault with its row and column: nothing is read in part
 */
export function readCsv(file: Uint8Array, target: CsvTarget): ReadFramework {
  const { rows, faults } = readTable(file);
  if (rows.length === 0) return { faults };
  const names = new Names(rows, target);
  const extras = new Map(target.base?.items.map((item) => [item.key, item.extra]));
  const read = rows.map((row) => readItem(row, names, extras));
  const all = [...faults, ...names.faults].sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  if (all.length > 0) return { faults: all };
  const items = inStrands(read.filter((item) => item !== null));
  const framework = FrameworkContent.safeParse(toFramework(items, names, target));
  if (!framework.success)
    return {
      faults: framework.error.issues.map(({ path, message }) => ({
        row: null,
        place: path.join('.'),
        message,
      })),
    };
  const wrong = findFrameworkFaults(framework.data, null);
  if (wrong.length > 0) return { faults: toRowFaults(wrong, rows) };
  const { core } = target;
  if (!core || !target.about.core) return { framework: framework.data };
  const made = toOverlay(core, target.about.core.version, framework.data);
  return made.framework ? made : { faults: toRowFaults(made.faults, rows) };
}
