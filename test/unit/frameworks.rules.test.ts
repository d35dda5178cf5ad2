import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyOverlay, toOverlay } from '../../contract/frameworkOverlays.ts';
import { findFrameworkFaults, findLoops } from '../../contract/frameworkRules.ts';
import type { FrameworkContent, FrameworkItem } from '../../contract/frameworks.ts';
import { arbitraryCore, buildCore, buildOverlay, CORE_KEY, ELSEWHERE, ITEM } from '../support/frameworks.ts';

const core = buildCore();

function withItem(key: string, changes: Partial<FrameworkItem>): FrameworkContent {
  return { ...core, items: core.items.map((item) => (item.key === key ? { ...item, ...changes } : item)) };
}

describe('the parts of a framework', () => {
  const level = { key: 'start', name: 'Again', extra: {} };
  const strand = { key: 'assessment', title: 'Again', art: 'flag' as const, description: '', extra: {} };
  const entry = core.crosswalk.slice(0, 1);

  it.each<[string, FrameworkContent, string, RegExp]>([
    ['a level twice', { ...core, levels: [...core.levels, level] }, 'levels.3.key', /earlier/],
    ['a strand twice', { ...core, strands: [...core.strands, strand] }, 'strands.2.key', /earlier/],
    ['a key twice', withItem(ITEM.feedback, { key: ITEM.checks }), 'items.1.key', /earlier/],
    ['a code twice', withItem(ITEM.feedback, { code: 'A1' }), 'items.1.code', /A1 is the code/],
    ['an unknown strand', withItem(ITEM.feedback, { strand: 'arts' }), 'items.1.strand', /no strand arts: it has assessment, multimedia/],
    ['an unknown level', withItem(ITEM.feedback, { level: 'fly' }), 'items.1.level', /no level fly/],
    ['an unknown target', withItem(ITEM.feedback, { target: 'fly' }), 'items.1.target', /no level fly/],
    ['a missing item around one', withItem(ITEM.feedback, { parent: ELSEWHERE }), 'items.1.parent', /no item/],
    ['a part in another strand', withItem(ITEM.editing, { strand: 'assessment' }), 'items.3.strand', /part of M1/],
    ['a loop', withItem(ITEM.stories, { parent: ITEM.editing }), 'items.2.parent', /part of each other: M1, M2/],
    ['a crosswalk from nowhere', { ...core, items: [] }, 'crosswalk.0.item', /no item/],
    ['a crosswalk that says it twice', { ...core, crosswalk: [...entry, ...entry] }, 'crosswalk.1', /same/],
  ])('are faulty with %s, and it is said where', (_what, framework, path, message) => {
    const faults = findFrameworkFaults(framework, null);

    expect(faults).toContainEqual({ path, message: expect.stringMatching(message) });
  }); // prettier-ignore

  it('may have no code at all', () => {
    const framework = { ...core, items: core.items.map((item) => ({ ...item, code: '' })) };

    expect(findFrameworkFaults(framework, null)).toEqual([]);
  });
});

describe('a search for loops', () => {
  it('finds none where everything is a part of what comes before it, and one as soon as the first is a part of the last', () => {
    const graph = fc
      .integer({ min: 2, max: 30 })
      .chain((size) =>
        fc.tuple(...Array.from({ length: size }, (_, at) => fc.subarray([...Array(at).keys()]))),
      );
    fc.assert(
      fc.property(graph, (above) => {
        const chained = above.map((parents, at) => (at > 0 ? [...parents, at - 1] : parents).map(String));
        const tree = new Map(chained.map((parents, at) => [String(at), parents]));

        expect(findLoops(tree)).toEqual([]);
        expect(findLoops(new Map([...tree, ['0', [String(above.length - 1)]]])).length).toBeGreaterThan(0);
      }),
    );
  });

  it('ends in a chain of 100,000', () => {
    const chain = new Map(Array.from({ length: 100_000 }, (_, at) => [String(at), [String(at + 1)]]));

    expect(findLoops(chain)).toEqual([]);
  });
});

describe('an overlay', () => {
  it('renames, adds and raises targets, and keeps everything else of its core and its crosswalk', () => {
    const own = { ...core.items[1], key: '00000000-0000-4000-8000-0000000000d1', code: 'D1' };
    const overlay = buildOverlay(
      {
        renamedStrands: [{ strand: 'assessment', title: 'Checking' }],
        renamedItems: [{ item: ITEM.checks, title: 'Exit tickets', canDo: null }],
        raisedTargets: [{ item: ITEM.checks, target: 'lead' }],
      },
      { items: [own as FrameworkItem] },
    );

    const { framework } = applyOverlay(core, overlay);

    expect(framework?.strands.map(({ title }) => title)).toEqual(['Checking', 'Multimedia']);
    expect(framework?.items.map(({ title, target }) => [title, target])).toEqual([
      ['Exit tickets', 'lead'],
      ['Item A2', null],
      ['Item M1', null],
      ['Item M2', null],
      ['Item A2', null],
    ]);
    expect(framework?.items[0]?.canDo).toBe('I can check quickly.');
    expect(framework?.levels).toEqual(core.levels);
    expect(framework?.crosswalk).toEqual(core.crosswalk);
  });

  it.each<[string, FrameworkContent, string, RegExp]>([
    ['lowers a target', buildOverlay({ raisedTargets: [{ item: ITEM.checks, target: 'start' }] }), 'overlay.raisedTargets.0.target', /asks for apply in A1/],
    ['leaves a target as it is', buildOverlay({ raisedTargets: [{ item: ITEM.checks, target: 'apply' }] }), 'overlay.raisedTargets.0.target', /only ask for more/],
    ['asks for an unknown level', buildOverlay({ raisedTargets: [{ item: ITEM.checks, target: 'fly' }] }), 'overlay.raisedTargets.0.target', /no level fly/],
    ['renames what is not there', buildOverlay({ renamedItems: [{ item: ELSEWHERE, title: 'X', canDo: null }] }), 'overlay.renamedItems.0.item', /in this version/],
    ['renames an unknown strand', buildOverlay({ renamedStrands: [{ strand: 'arts', title: 'X' }] }), 'overlay.renamedStrands.0.strand', /in this version/],
    ['renames something twice', buildOverlay({ renamedStrands: [{ strand: 'assessment', title: 'X' }, { strand: 'assessment', title: 'Y' }] }), 'overlay.renamedStrands.1.strand', /twice/],
    ['adds an item that the core has', buildOverlay({}, { items: core.items.slice(0, 1) }), 'items.0.key', /earlier/],
    ['adds a code that the core has', buildOverlay({}, { items: [{ ...core.items[0], key: ELSEWHERE } as FrameworkItem] }), 'items.0.code', /A1/],
    ['brings levels', buildOverlay({}, { levels: core.levels }), 'levels', /levels of its core/],
    ['adapts something else', buildOverlay({ core: { key: ELSEWHERE, title: 'X', version: 1 } }), 'overlay.core.key', /another framework/],
  ])('is refused if it %s', (_what, overlay, path, message) => {
    const { framework, faults } = applyOverlay(core, overlay);

    expect(framework).toBeUndefined();
    expect(faults).toContainEqual({ path, message: expect.stringMatching(message) });
  }); // prettier-ignore

  it('of an overlay is refused', () => {
    const first = buildOverlay({}, { key: CORE_KEY });

    const { faults } = applyOverlay(first, buildOverlay());

    expect(faults?.map(({ path }) => path)).toContain('overlay.core');
  });

  it('without its core here is refused by name', () => {
    expect(findFrameworkFaults(buildOverlay(), null)).toEqual([
      { path: 'overlay.core', message: expect.stringContaining('version 1 of Practice Core') },
    ]);
  });
});

describe('an edited copy of a core', () => {
  const titles = fc.string({ minLength: 1, maxLength: 10 }).filter((text) => text.trim() === text);

  it('is what its overlay makes of the core', () => {
    const edits = arbitraryCore.chain((base) =>
      fc.record({
        base: fc.constant(base),
        titles: fc.array(fc.option(titles), { minLength: base.items.length, maxLength: base.items.length }),
        strandTitles: fc.array(fc.option(titles), {
          minLength: base.strands.length,
          maxLength: base.strands.length,
        }),
        raised: fc.array(fc.nat(3), { minLength: base.items.length, maxLength: base.items.length }),
        own: fc.uuid().filter((key) => base.items.every((item) => item.key !== key)),
      }),
    );
    fc.assert(
      fc.property(edits, ({ base, own, ...edit }) => {
        const levels = base.levels.map(({ key }) => key);
        const items = base.items.map((item, at) => {
          const now = item.target === null ? -1 : levels.indexOf(item.target);
          const target = levels[now + (edit.raised[at] ?? 0)] ?? item.target;
          return { ...item, title: edit.titles[at] ?? item.title, target };
        });
        const added: FrameworkItem = {
          key: own, code: 'own', strand: null, parent: null, level: null, title: 'Own', canDo: '',
          evidenceIdeas: [], alignments: [], target: null, extra: {},
        }; // prettier-ignore
        const edited: FrameworkContent = {
          ...base,
          strands: base.strands.map((strand, at) => ({
            ...strand,
            title: edit.strandTitles[at] ?? strand.title,
          })),
          items: [...items, added],
          acknowledgement: '',
        };

        const made = toOverlay({ ...base, acknowledgement: '' }, 1, edited);

        expect(made.framework?.items).toEqual([added]);
        expect(made.framework && applyOverlay({ ...base, acknowledgement: '' }, made.framework)).toEqual({
          framework: edited,
        });
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, FrameworkContent, string, RegExp]>([
    ['an item was removed', { ...core, items: core.items.slice(1), crosswalk: [] }, 'items', /A1 of the core is missing/],
    ['a strand was removed', { ...core, strands: core.strands.slice(1) }, 'strands', /Assessment of the core is missing/],
    ['a target was taken back', withItem(ITEM.checks, { target: null }), 'items.0.target', /only ask for more/],
    ['a target was lowered', withItem(ITEM.checks, { target: 'start' }), 'items.0.target', /only ask for more/],
    ['a code was changed', withItem(ITEM.checks, { code: 'X1' }), 'items.0', /belongs to the core/],
    ['levels were changed', { ...core, levels: core.levels.slice(0, 2) }, 'levels', /levels of its core/],
  ])('is no overlay if %s', (_what, edited, path, message) => {
    const { framework, faults } = toOverlay(core, 1, edited);

    expect(framework).toBeUndefined();
    expect(faults).toContainEqual({ path, message: expect.stringMatching(message) });
  }); // prettier-ignore
});
