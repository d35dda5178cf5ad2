import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyOverlay } from '../../contract/frameworkOverlays.ts';
import type { FrameworkAbout, FrameworkContent } from '../../contract/frameworks.ts';
import { readCsv, type CsvTarget } from '../../server/features/frameworks/csv/readCsv.ts';
import { writeCsv } from '../../server/features/frameworks/csv/writeCsv.ts';
import { arbitraryCore, buildCore, CORE_KEY, ITEM } from '../support/frameworks.ts';

const core = buildCore();

const aboutOf = (framework: FrameworkContent, changes: Partial<FrameworkAbout> = {}): FrameworkAbout => {
  const { slug, title, description, version, language, licence, source, acknowledgement } = framework;
  const said = { slug, title, description, version, language, licence, source, acknowledgement };
  return { ...said, levels: [], core: null, ...changes };
};

/** A table for a framework that has no version yet. */
const NEW: CsvTarget = {
  key: CORE_KEY,
  about: aboutOf(core, { levels: ['Start', 'Apply', 'Lead'] }),
  base: null,
  core: null,
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, target = NEW) => readCsv(bytes(text), target);

describe('a framework exported as a table', () => {
  it('has the same items when the table is imported again', () => {
    // an alignment is written as a framework and a code
    const plain = arbitraryCore.filter(({ items }) =>
      items.every(({ alignments }) => alignments.every(({ code }) => !code.includes(': '))),
    );
    fc.assert(
      fc.property(plain, (framework) => {
        fc.pre(framework.items.length > 0);

        const table = writeCsv(framework);
        const again = read(table, {
          key: framework.key,
          about: aboutOf(framework),
          base: framework,
          core: null,
        });

        const lined = framework.items.map((item) => ({
          ...item,
          evidenceIdeas: item.evidenceIdeas.map((idea) => idea.replace(/\s+/g, ' ')),
          alignments: item.alignments.map(({ framework: of, code }) => ({
            framework: of.replace(/\s+/g, ' '),
            code: code.replace(/\s+/g, ' '),
          })),
        }));
        expect(again).toEqual({
          framework: expect.objectContaining({ items: lined, levels: framework.levels }),
        });
      }),
      { numRuns: 60 },
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', "'=1", "''-1"])(
    'keeps %j as text that no spreadsheet runs',
    (title) => {
      const framework = { ...core, items: core.items.map((item) => ({ ...item, title })) };

      const table = writeCsv(framework);

      expect(table).toContain(`,'${title},`);
      expect(read(table).framework?.items.map((item) => item.title)).toEqual(Array(4).fill(title));
    },
  );
});

describe('a table from a spreadsheet', () => {
  const HEADER = 'code,title,can_do,strand,level,target,parent_code,evidence_ideas,alignments';
  const row = 'A1,Quick checks,I can check.,Assessment,Start,Apply,,"A sample\nA photo",digcompedu: 4.1';

  it.each([
    ['with a byte order mark', `\uFEFF${HEADER}\n${row}`],
    ['with Windows line ends', `${HEADER}\r\n${row}\r\n`],
    ['with semicolons', `${HEADER.replaceAll(',', ';')}\n${row.replaceAll(',', ';')}`],
    ['with tabs', `${HEADER.replaceAll(',', '\t')}\n${row.replaceAll(',', '\t')}`],
    ['with other capitals and empty rows', `Code,TITLE,Can do,Strand,Level,Target,Parent code,Evidence ideas,Alignments\n\n${row}\n,,,,,,,,\n`],
  ])('is read %s', (_how, text) => {
    const { framework, faults } = read(text);

    expect(faults).toBeUndefined();
    expect(framework?.strands).toMatchObject([{ key: 'assessment', title: 'Assessment' }]);
    expect(framework?.levels.map(({ key }) => key)).toEqual(['start', 'apply', 'lead']);
    expect(framework?.items).toMatchObject([
      {
        code: 'A1',
        title: 'Quick checks',
        canDo: 'I can check.',
        strand: 'assessment',
        level: 'start',
        target: 'apply',
        parent: null,
        evidenceIdeas: ['A sample', 'A photo'],
        alignments: [{ framework: 'digcompedu', code: '4.1' }],
      },
    ]);
  }); // prettier-ignore

  it('gives an item the same key each time, and the one that it had before', () => {
    const [first, second] = [read(`${HEADER}\n${row}`), read(`${HEADER}\n${row}`)];

    const known = read(`${HEADER}\n${row}`, { ...NEW, base: core });

    expect(second).toEqual(first);
    expect(known.framework?.items[0]?.key).toBe(ITEM.checks);
  });

  it('puts a part without a strand in the strand of what it is a part of, wherever that stands', () => {
    const { framework } = read('code,title,strand,parent_code\nB,Part,,A\nA,Whole,Assessment,');

    expect(framework?.items.map(({ strand }) => strand)).toEqual(['assessment', 'assessment']);
    expect(framework?.items[0]?.parent).toBe(framework?.items[1]?.key);
  });

  it('keeps what it has no columns for from the version before', () => {
    const items = core.items.map((item) => ({ ...item, extra: { educationLevel: ['06'] } }));
    const base = { ...core, items };

    const { framework } = read(writeCsv(base), { ...NEW, base });

    expect(framework?.items.map(({ extra }) => extra)).toEqual(items.map(({ extra }) => extra));
    expect(framework?.crosswalk).toEqual(core.crosswalk);
  });

  it('of 2,000 rows is read whole', () => {
    const rows = Array.from({ length: 2000 }, (_, n) => `C${n},"Item ${n},\nin two lines",Strand ${n % 6}`);

    const { framework } = read(`code,title,strand\n${rows.join('\n')}`);

    expect(framework?.items).toHaveLength(2000);
    expect(framework?.strands).toHaveLength(6);
  });

  it('names every fault with its row and column, and reads nothing in part', () => {
    const text = [
      'code,title,strand,level,parent_code,alignments,key',
      'A1,Good,S,Start,,,',
      'A2,"Half',
      'row"',
      ',No code,S,Start,,,',
      'A3,,S,Start,,,',
      'A4,Unknown level,S,Fly,,,',
      'A5,Unknown parent,S,,Z9,,',
      'A6,Alignment,S,,,digcompedu,',
      'A7,=cmd|calc,S,,,,',
      'A8,Too, many,S,,,,,',
      'A9,Key,S,,,,five',
      `A10,${'x'.repeat(300)},S,,,,`,
    ].join('\n');

    const { framework, faults } = read(text);

    expect(framework).toBeUndefined();
    expect(faults?.map(({ row, place }) => [row, place])).toEqual([
      [3, ''],
      [4, 'code'],
      [5, 'title'],
      [6, 'level'],
      [7, 'parent_code'],
      [8, 'alignments'],
      [9, 'title'],
      [10, ''],
      [11, 'key'],
      [12, 'title'],
    ]);
    for (const { message } of faults ?? []) expect(message).toMatch(/\w \w.*\S/);
  });

  it.each([
    ['a code twice', 'code,title\nA,One\nB,Two\nA,Three', [[4, 'code']]],
    ['a part of itself', 'code,title,parent_code\nA,One,B\nB,Two,A', [[2, 'parent_code']]],
    ['no title column', 'code,name\nA,One', [[1, 'name'], [1, 'title']]],
    ['a column twice', 'code,title,title\nA,One,Two', [[1, 'title']]],
    ['no code column', 'title\nOne', [[1, 'code']]],
    ['an open quotation mark', 'code,title\nA,One\nB,"Two\n', [[3, '']]],
    ['only a header', 'code,title\n', [[null, '']]],
    ['nothing', '', [[null, '']]],
  ])('with %s is refused at the place', (_what, text, places) => {
    const { framework, faults } = read(text);

    expect(framework).toBeUndefined();
    expect(faults?.map(({ row, place }) => [row, place])).toEqual(places);
  }); // prettier-ignore

  it('in Latin-1 is refused as not UTF-8', () => {
    const { faults } = readCsv(Buffer.from('code,title\nA,Prüfen', 'latin1'), NEW);

    expect(faults).toEqual([{ row: null, place: '', message: expect.stringContaining('not UTF-8') }]);
  });
});

describe('a table that adapts a core', () => {
  const target: CsvTarget = {
    key: '00000000-0000-4000-8000-000000000d15',
    about: aboutOf(core, { slug: 'district', title: 'District', core: { key: CORE_KEY, version: 3 } }),
    base: null,
    core,
  };

  it('is an overlay that makes this table out of the core', () => {
    const table = writeCsv(core)
      .replace('Quick checks', 'Exit tickets')
      .replace('Assessment,Start,Apply', 'Assessment,Start,Lead');

    const { framework } = read(`${table}D1,Our own,,Local,Start,,,,,\r\n`, target);

    expect(framework).toMatchObject({
      key: target.key,
      levels: [],
      strands: [{ title: 'Local' }],
      items: [{ code: 'D1', title: 'Our own' }],
      overlay: {
        core: { key: CORE_KEY, title: 'Practice Core', version: 3 },
        renamedItems: [{ item: ITEM.checks, title: 'Exit tickets', canDo: null }],
        raisedTargets: [{ item: ITEM.checks, target: 'lead' }],
        renamedStrands: [],
      },
    });
    expect(framework && applyOverlay(core, framework).framework?.items).toHaveLength(5);
  });

  it('is refused if it lacks an item of the core, or asks for less', () => {
    const table = writeCsv(core).replace('Assessment,Start,Apply', 'Assessment,Start,Start');

    const { faults } = read(table.replace(/A2,.*\r\n/, ''), target);

    expect(faults).toEqual([
      { row: 2, place: 'target', message: expect.stringContaining('only ask for more') },
      { row: null, place: 'items', message: expect.stringContaining('A2 of the core is missing') },
    ]);
  });
});
