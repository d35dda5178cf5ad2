import fc from 'fast-check';
import type { BadgeArt } from '../../contract/content.ts';
import {
  FrameworkContent,
  type CrosswalkEntry,
  type FrameworkInput,
  type FrameworkItem,
  type ImportFramework,
} from '../../contract/frameworks.ts';
import { writeCase } from '../../server/features/frameworks/case/writeCase.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

export const CORE_KEY = id(0xc0de);
/** Key of a framework that only another institution has. */
export const FOREIGN_KEY = id(0xf0e);
export const ITEM = { checks: id(1), feedback: id(2), stories: id(3), editing: id(4) } as const;
/** An item of another framework. */
export const ELSEWHERE = id(0xe15e);

/** A small core: two strands, three levels, four items (one of which is part of another). */
export function buildCore(overrides: Partial<FrameworkInput> = {}): FrameworkContent {
  return FrameworkContent.parse({
    schemaVersion: 1,
    key: CORE_KEY,
    slug: 'practice-core',
    title: 'Practice Core',
    version: '1',
    language: 'en',
    licence: 'CC BY 4.0',
    source: 'Written for a test',
    levels: [
      { key: 'start', name: 'Start' },
      { key: 'apply', name: 'Apply' },
      { key: 'lead', name: 'Lead' },
    ],
    strands: [
      { key: 'assessment', title: 'Assessment', art: 'tick' },
      { key: 'multimedia', title: 'Multimedia', art: 'play' },
    ],
    items: [
      item(ITEM.checks, 'A1', 'assessment', {
        title: 'Quick checks',
        canDo: 'I can check quickly.',
        target: 'apply',
      }),
      item(ITEM.feedback, 'A2', 'assessment', { evidenceIdeas: ['A marked sample'] }),
      item(ITEM.stories, 'M1', 'multimedia', { alignments: [{ framework: 'digcompedu', code: '2.2' }] }),
      item(ITEM.editing, 'M2', 'multimedia', { parent: ITEM.stories }),
    ],
    crosswalk: [
      { item: ITEM.checks, relation: 'isRelatedTo', to: { item: ELSEWHERE, framework: 'Other', code: 'O1' } },
    ],
    overlay: null,
    ...overrides,
  });
}

function item(
  key: string,
  code: string,
  strand: string,
  rest: Partial<FrameworkInput['items'][number]>,
): FrameworkInput['items'][number] {
  return {
    key,
    code,
    strand,
    level: 'start',
    title: `Item ${code}`,
    canDo: '',
    evidenceIdeas: [],
    alignments: [],
    ...rest,
  };
}

/** An overlay that changes nothing of the core yet. */
export function buildOverlay(
  changes: Partial<NonNullable<FrameworkInput['overlay']>> = {},
  rest: Partial<FrameworkInput> = {},
): FrameworkContent {
  return buildCore({
    key: id(0x0e1a),
    slug: 'district',
    title: 'District',
    levels: [],
    strands: [],
    items: [],
    crosswalk: [],
    ...rest,
    overlay: {
      core: { key: CORE_KEY, title: 'Practice Core', version: 1 },
      renamedStrands: [],
      renamedItems: [],
      raisedTargets: [],
      ...changes,
    },
  });
}

/** What is sent to import a framework as a CASE package. */
export function toImport(framework: FrameworkContent): ImportFramework {
  const text = JSON.stringify(writeCase(framework, '2026-03-01T08:00:00.000Z'));
  return { format: 'case', file: Buffer.from(text).toString('base64') };
}

// ---- Arbitrary frameworks ----

const text = (max: number) => fc.string({ unit: 'grapheme', maxLength: max }).map((value) => value.trim());
const title = (max = 40) => text(max).filter((value) => value.length > 0 && value.length <= max);
const art = fc.constantFrom<BadgeArt>('compass', 'tick', 'play', 'fork', 'rings', 'flag');
const uniqueKeys = (max: number) =>
  fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/), { maxLength: max });

interface Plan {
  strand: string | null;
  level: string | null;
  target: string | null;
  within: number | null;
}

const oneOfOrNull = (keys: readonly string[]) =>
  keys.length === 0 ? fc.constant(null) : fc.option(fc.constantFrom(...keys));

/** Items whose references exist and whose parents come before them and share their strand. */
function arbitraryItems(
  strands: readonly string[],
  levels: readonly string[],
): fc.Arbitrary<FrameworkItem[]> {
  const plan = fc.record<Plan>({
    strand: oneOfOrNull(strands),
    level: oneOfOrNull(levels),
    target: oneOfOrNull(levels),
    within: fc.option(fc.nat(20)),
  });
  const words = fc.record({
    title: title(),
    canDo: text(80),
    evidenceIdeas: fc.array(title(), { maxLength: 3 }),
    alignments: fc.array(fc.record({ framework: title(), code: title(10) }), { maxLength: 3 }),
  });
  const keys = fc.uniqueArray(fc.uuid(), { maxLength: 12 });
  return keys.chain((all) =>
    fc.tuple(...all.map(() => fc.tuple(plan, words))).map((parts) => {
      const items: FrameworkItem[] = [];
      parts.forEach(([{ strand, level, target, within }, said], at) => {
        const parent = within === null || at === 0 ? undefined : items[within % at];
        items.push({
          key: all[at] ?? '',
          code: at % 3 === 0 ? '' : `C${at}`,
          strand: parent ? parent.strand : strand,
          parent: parent?.key ?? null,
          level,
          target,
          ...said,
          extra: {},
        });
      });
      return items;
    }),
  );
}

const relation = fc.constantFrom<CrosswalkEntry['relation']>(
  'exactMatchOf',
  'isRelatedTo',
  'isPartOf',
  'ext:near',
);

function arbitraryCrosswalk(items: readonly FrameworkItem[]): fc.Arbitrary<CrosswalkEntry[]> {
  if (items.length === 0) return fc.constant([]);
  const entry = fc.record({
    item: fc.constantFrom(...items.map(({ key }) => key)),
    relation,
    to: fc.record({
      item: fc.uuid(),
      framework: text(20),
      code: text(10),
      title: text(20),
      uri: fc.constantFrom('', 'https://example.org/items/1'),
    }),
    notes: text(20),
    extra: fc.constant({}),
  });
  return fc.uniqueArray(entry, { maxLength: 6, selector: ({ to }) => to.item });
}

/** Any core that `findFrameworkFaults` finds nothing wrong with. */
export const arbitraryCore: fc.Arbitrary<FrameworkContent> = fc
  .tuple(uniqueKeys(5), uniqueKeys(4))
  .chain(([strands, levels]) =>
    arbitraryItems(strands, levels).chain((items) =>
      fc.record<FrameworkContent>({
        schemaVersion: fc.constant(1 as const),
        key: fc.uuid(),
        slug: fc.stringMatching(/^[a-z0-9-]{3,60}$/),
        title: title(),
        description: text(40),
        version: text(10),
        language: fc.constantFrom('en', 'pt-BR', 'und'),
        licence: text(20),
        source: title(),
        acknowledgement: text(40),
        levels: fc.tuple(
          ...levels.map((key) => fc.record({ key: fc.constant(key), name: title(), extra: fc.constant({}) })),
        ),
        strands: fc.tuple(
          ...strands.map((key) =>
            fc.record({
              key: fc.constant(key),
              title: title(),
              art,
              description: text(40),
              extra: fc.constant({}),
            }),
          ),
        ),
        items: fc.constant(items),
        crosswalk: arbitraryCrosswalk(items),
        overlay: fc.constant(null),
        extra: fc.constant(null),
      }),
    ),
  );
