import type { Block, Criterion, Exemplar, ModuleContent, PathwayContent } from './content.ts';
import { plainText, type RichDocument } from './richText.ts';
import { isSame } from './studioMerge.ts';
import type { ContentChange, ContentDiff, DiffPart, ModuleDiff } from './contentDiff.ts';

/**
 * What differs between two versions of a pathway, part by part. Parts are recognised by their keys, which stay the same in all
 * versions; where they stand is told apart from what they say.
 */

/** Members of a part, by name, without the parts in it. */
type Fields = Readonly<Record<string, unknown>>;

export interface DiffedPart {
  part: DiffPart;
  key: string;
  label: string;
  kind: string | null;
  within: string | null;
  /** Where it stands: parts of one kind in one place have an order. */
  place: string;
  /** What it says as a whole, for a part that is new or gone. */
  words: string | null;
  fields: Fields;
}

export const ALONE = { kind: null, within: null, words: null, place: '' } as const;

function isDocument(value: unknown): value is RichDocument {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'doc';
}

/** A value as a person reads it; null for one that is neither words nor a number. */
function toWords(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (isDocument(value)) return plainText(value);
  return null;
}

function wordsOfBlock(block: Block): string {
  switch (block.type) {
    case 'text':
      return plainText(block.content);
    case 'checklist':
      return [block.title, ...block.items.map(({ text }) => text)].join('\n');
    case 'prompt':
      return block.question;
    case 'resource':
    case 'embed':
    case 'file':
    case 'requirement':
      return block.title;
  }
}

function labelOfBlock(block: Block): string {
  if (block.type === 'text') return '';
  return block.type === 'prompt' ? block.question : block.title;
}

/** Members whose own words are what people compare. */
function fieldsOfBlock({ key: _, ...fields }: Block): Fields {
  if (!('items' in fields)) return fields;
  const { items, ...others } = fields;
  return {
    ...others,
    items: items.map(({ text }) => text).join('\n'),
    itemKeys: items.map(({ key }) => key),
  };
}

/** A criterion and its descriptors. @param names  of the levels, by their keys */
export function partsOfCriterion({ key, levels, ...fields }: Criterion, names: Fields): DiffedPart[] {
  const { code, title } = fields;
  const label = `${code} ${title}`.trim();
  const descriptors = levels.map(({ level, ...own }): DiffedPart => {
    const name = toWords(names[level]) ?? level;
    const fields = { descriptor: own.descriptor, key: own.key };
    return {
      ...ALONE,
      part: 'descriptor',
      key: `${key}/${level}`,
      label: name,
      within: label,
      place: key,
      fields,
    };
  });
  return [{ ...ALONE, part: 'criterion', key, label, fields }, ...descriptors];
}

/** An example and how it is judged. @param codes  what the criteria are called, by their keys */
export function partsOfExemplar({ key, criteria, ...fields }: Exemplar, codes: Fields): DiffedPart[] {
  const { title: label, content } = fields;
  const judgements = criteria.map(({ criterion, ...own }): DiffedPart => ({
    ...ALONE,
    part: 'judgement',
    key: `${key}/${criterion}`,
    label: toWords(codes[criterion]) ?? '',
    within: label,
    place: key,
    fields: own,
  }));
  return [{ ...ALONE, part: 'exemplar', key, label, fields, words: plainText(content) }, ...judgements];
}

/** @param place  the step that it is in */
export function partOfBlock(block: Block, place: string): DiffedPart {
  return {
    ...ALONE,
    part: 'block',
    key: block.key,
    label: labelOfBlock(block),
    kind: block.type,
    place,
    words: wordsOfBlock(block),
    fields: fieldsOfBlock(block),
  };
}

/** The parts of a module, in the order of its page, itself first. */
export function partsOfModule({
  key,
  steps,
  cycles,
  scale,
  criteria,
  exemplars,
  ...own
}: ModuleContent): DiffedPart[] {
  const names = Object.fromEntries(scale.levels.map((level) => [level.key, level.name]));
  const codes = Object.fromEntries(criteria.map((criterion) => [criterion.key, criterion.title]));
  const fields = { ...own, cycles: cycles?.count ?? 1, meets: scale.meets };
  return [
    { ...ALONE, part: 'module', key, label: own.title, fields },
    ...(cycles ? [partOfBlock(cycles.changed, 'cycles')] : []),
    ...steps.flatMap(({ key: step, blocks, ...ownOfStep }): DiffedPart[] => [
      {
        ...ALONE,
        part: 'step',
        key: step,
        label: ownOfStep.title ?? '',
        kind: ownOfStep.kind,
        fields: ownOfStep,
      },
      ...blocks.map((block) => partOfBlock(block, step)),
    ]),
    ...scale.levels.map(({ key: level, name }): DiffedPart => ({
      ...ALONE,
      part: 'level',
      key: level,
      label: name,
      fields: { name },
    })),
    ...criteria.flatMap((criterion) => partsOfCriterion(criterion, names)),
    ...exemplars.flatMap((exemplar) => partsOfExemplar(exemplar, codes)),
  ];
}

/** The parts of the pathway outside its modules. */
export function partsOfPathway({
  modules: _,
  tracks,
  key,
  schemaVersion: _version,
  ...fields
}: PathwayContent): DiffedPart[] {
  return [
    { ...ALONE, part: 'pathway', key, label: fields.title, fields },
    ...tracks.map(({ key: track, ...own }): DiffedPart => ({
      ...ALONE,
      part: 'track',
      key: track,
      label: own.title,
      fields: own,
    })),
  ];
}

/** By kind and key; of parts that share a key, which no check forbids, each has its own entry. */
function byIdentity(parts: readonly DiffedPart[]): Map<string, DiffedPart> {
  const found = new Map<string, DiffedPart>();
  for (const part of parts) {
    let identity = `${part.part}:${part.key}`;
    while (found.has(identity)) identity += '+';
    found.set(identity, part);
  }
  return found;
}

/**
 * Entries of `after` that stand elsewhere than in `before`, as few as possible: all but a longest run that kept its order.
 *
 * @param before  the same entries in their earlier order
 */
export function findMoved<T>(before: readonly T[], after: readonly T[]): Set<T> {
  const places = new Map(before.map((entry, at) => [entry, at]));
  const placeOf = (entry: T): number => places.get(entry) ?? -1;
  /** Of each length: the run of that length which ends earliest. */
  let runs: T[][] = [[]];
  for (const entry of after) {
    const fits = runs.filter((run) => run.length === 0 || placeOf(run.at(-1) as T) < placeOf(entry));
    const longest = fits.at(-1) ?? [];
    const run = [...longest, entry];
    runs = [...runs.slice(0, run.length), run, ...runs.slice(run.length + 1)];
  }
  const kept = new Set(runs.at(-1));
  return new Set(after.filter((entry) => !kept.has(entry)));
}

/** Where parts stand that both versions have. */
function movedParts(
  before: ReadonlyMap<string, DiffedPart>,
  after: ReadonlyMap<string, DiffedPart>,
): Set<string> {
  const placeIn = (parts: ReadonlyMap<string, DiffedPart>, id: string): string => {
    const found = parts.get(id);
    return found ? `${found.part}:${found.place}` : '';
  };
  const common = [...after.keys()].filter((id) => before.has(id));
  const away = common.filter((id) => placeIn(before, id) !== placeIn(after, id));
  const stayed = common.filter((id) => !away.includes(id));
  const moved = [...new Set(stayed.map((id) => placeIn(after, id)))].flatMap((place) => {
    const inPlace = (parts: ReadonlyMap<string, DiffedPart>): string[] =>
      [...parts.keys()].filter((id) => stayed.includes(id) && placeIn(after, id) === place);
    return [...findMoved(inPlace(before), inPlace(after))];
  });
  return new Set([...away, ...moved]);
}

const shown = ({ part, key, label, kind, within }: DiffedPart) => ({ part, key, label, kind, within });

function changesOf(before: DiffedPart, after: DiffedPart): ContentChange[] {
  const names = [...new Set([...Object.keys(before.fields), ...Object.keys(after.fields)])];
  return names.flatMap((field): ContentChange[] => {
    const [was, is] = [before.fields[field], after.fields[field]];
    if (isSame(was, is)) return [];
    return [{ ...shown(after), what: 'changed', field, before: toWords(was), after: toWords(is) }];
  });
}

/** Descriptors and judgements come and go with what they belong to; that says enough. */
function isTold(part: DiffedPart, told: readonly DiffedPart[]): boolean {
  return part.within !== null && told.some(({ key, within }) => within === null && key === part.place);
}

/** What differs between parts of one place before and after, by their keys. */
export function diffParts(a: readonly DiffedPart[], b: readonly DiffedPart[]): ContentChange[] {
  const [before, after] = [byIdentity(a), byIdentity(b)];
  const moved = movedParts(before, after);
  const gone = [...before].filter(([id]) => !after.has(id)).map(([, part]) => part);
  const fresh = [...after].filter(([id]) => !before.has(id)).map(([, part]) => part);
  const kept = [...after].flatMap(([id, part]): ContentChange[] => {
    const was = before.get(id);
    if (!was) {
      if (isTold(part, fresh)) return [];
      return [{ ...shown(part), what: 'added', field: null, before: null, after: part.words }];
    }
    const move: ContentChange = { ...shown(part), what: 'moved', field: null, before: null, after: null };
    return [...(moved.has(id) ? [move] : []), ...changesOf(was, part)];
  });
  const removed = gone
    .filter((part) => !isTold(part, gone))
    .map((part): ContentChange => ({
      ...shown(part),
      what: 'removed',
      field: null,
      before: part.words,
      after: null,
    }));
  return [...kept, ...removed];
}

function diffModules(a: readonly ModuleContent[], b: readonly ModuleContent[]): ModuleDiff[] {
  const inA = new Map(a.map((module) => [module.key, module]));
  const inB = new Map(b.map((module) => [module.key, module]));
  const moved = findMoved(
    a.filter(({ key }) => inB.has(key)).map(({ key }) => key),
    b.filter(({ key }) => inA.has(key)).map(({ key }) => key),
  );
  const ofB = b.flatMap((module): ModuleDiff[] => {
    const { key, title } = module;
    const before = inA.get(key);
    if (!before) return [{ key, title, what: 'added', moved: false, changes: [] }];
    const changes = isSame(before, module) ? [] : diffParts(partsOfModule(before), partsOfModule(module));
    const isMoved = moved.has(key);
    return changes.length === 0 && !isMoved ? [] : [{ key, title, what: 'changed', moved: isMoved, changes }];
  });
  const gone = a
    .filter(({ key }) => !inB.has(key))
    .map(({ key, title }): ModuleDiff => ({ key, title, what: 'removed', moved: false, changes: [] }));
  return [...ofB, ...gone];
}

/**
 * What differs between two versions of one pathway. Empty exactly where they say the same; what one direction calls added, the other
 * calls removed.
 */
export function diffContent(before: PathwayContent, after: PathwayContent): ContentDiff {
  return {
    pathway: diffParts(partsOfPathway(before), partsOfPathway(after)),
    modules: diffModules(before.modules, after.modules),
  };
}
