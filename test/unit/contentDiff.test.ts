import { describe, expect, test } from '@jest/globals';
import type { Block, ModuleContent, PathwayContent } from '../../contract/content.ts';
import type { ContentChange } from '../../contract/contentDiff.ts';
import { diffContent } from '../../contract/diffContent.ts';
import { documentOf } from '../../contract/richText.ts';
import { ALWAYS } from '../../contract/rules.ts';
import { sampleCycles, sampleKey, sampleModule, samplePathway } from '../support/sampleContent.ts';

const BEFORE = samplePathway(3);

function withModule(changes: Partial<ModuleContent>): PathwayContent {
  return samplePathway(3, { modules: [sampleModule(1), sampleModule(2, changes), sampleModule(3)] });
}

function withBlocks(change: (blocks: Block[]) => Block[], step = 'learn'): PathwayContent {
  const steps = sampleModule(2).steps.map((one) =>
    one.key === step ? { ...one, blocks: change(one.blocks) } : one,
  );
  return withModule({ steps });
}

const changesTo = (after: PathwayContent): ContentChange[] => {
  const { pathway, modules } = diffContent(BEFORE, after);
  return [...pathway, ...modules.flatMap(({ changes }) => changes)];
};
const [TEXT, ...OTHERS] = sampleModule(2).steps[0]?.blocks ?? [];
const withText = (words: string): PathwayContent =>
  withBlocks((blocks) =>
    blocks.map((block) => (block.type === 'text' ? { ...block, content: documentOf(words) } : block)),
  );

describe('the differences between two versions', () => {
  const { criteria, exemplars, scale, steps } = sampleModule(2);
  test.each<[string, PathwayContent, Partial<ContentChange>]>([
    [
      'a new title of the pathway, with both',
      samplePathway(3, { title: 'Other checks' }),
      { part: 'pathway', field: 'title', before: 'Checks for understanding', after: 'Other checks' },
    ],
    [
      'what completes the pathway',
      samplePathway(3, { completes: ALWAYS }),
      { part: 'pathway', field: 'completes' },
    ],
    [
      'a new track',
      samplePathway(3, { tracks: [{ key: sampleKey(70), title: 'Leading', summary: '' }] }),
      { what: 'added', part: 'track', label: 'Leading' },
    ],
    ['what opens a module', withModule({ opens: ALWAYS }), { part: 'module', field: 'opens' }],
    ['what a module needs', withModule({ needs: [] }), { part: 'module', field: 'needs' }],
    [
      'how to do it without what it needs',
      withModule({ lowTech: documentOf('Say it aloud.') }),
      { field: 'lowTech', before: 'Draw it on paper.', after: 'Say it aloud.' },
    ],
    [
      'the minutes of a step, as numbers',
      withModule({ steps: steps.map((step) => (step.key === 'learn' ? { ...step, minutes: 25 } : step)) }),
      { part: 'step', key: 'learn', field: 'minutes', before: '15', after: '25' },
    ],
    [
      'a step that is gone',
      withModule({ steps: steps.slice(1) }),
      { what: 'removed', part: 'step', key: 'learn', kind: 'learn' },
    ],
    [
      'the words of a text',
      withText('Written anew.'),
      { part: 'block', kind: 'text', after: 'Written anew.' },
    ],
    [
      'a new block, with its words',
      withBlocks((blocks) => [
        ...blocks,
        { type: 'text', key: sampleKey(2, 50), content: documentOf('More.') },
      ]),
      { what: 'added', part: 'block', kind: 'text', after: 'More.' },
    ],
    [
      'a block that is gone, with its words',
      withBlocks(() => OTHERS),
      { what: 'removed', part: 'block', kind: 'text', key: sampleKey(2, 1) },
    ],
    [
      'a block that stands elsewhere in its step',
      withBlocks(() => (TEXT ? [...OTHERS, TEXT] : OTHERS)),
      { what: 'moved', part: 'block', kind: 'text' },
    ],
    [
      'a block that stands in another step',
      withModule({
        steps: steps.map((step) => {
          if (step.key === 'learn') return { ...step, blocks: OTHERS };
          return step.key === 'reflect' && TEXT ? { ...step, blocks: [...step.blocks, TEXT] } : step;
        }),
      }),
      { what: 'moved', part: 'block', kind: 'text', key: sampleKey(2, 1) },
    ],
    [
      'an item of a checklist',
      withBlocks((blocks) =>
        blocks.map((block) =>
          block.type === 'checklist'
            ? { ...block, items: block.items.map((item) => ({ ...item, text: 'Choose two classes' })) }
            : block,
        ),
      ),
      { field: 'items', before: 'Choose a class', after: 'Choose two classes' },
    ],
    [
      'a criterion that is gone, without a line for each of its descriptors',
      withModule({ criteria: criteria.slice(0, 1) }),
      { what: 'removed', part: 'criterion', label: 'B Criterion 2' },
    ],
    [
      'a descriptor, with its level and criterion',
      withModule({
        criteria: criteria.map((criterion, at) =>
          at === 0
            ? {
                ...criterion,
                levels: criterion.levels.map((level) =>
                  level.level === 'meets' ? { ...level, descriptor: 'Clearer.' } : level,
                ),
              }
            : criterion,
        ),
      }),
      { part: 'descriptor', label: 'MEETS', within: 'A Criterion 1', field: 'descriptor', after: 'Clearer.' },
    ],
    [
      'the name of a level',
      withModule({
        scale: {
          ...scale,
          levels: scale.levels.map((one) => ({ ...one, name: `${one.name}!` })).slice(0, 3),
        },
      }),
      { part: 'level', field: 'name', before: 'EMERGING', after: 'EMERGING!' },
    ],
    [
      'the level that approval needs',
      withModule({ scale: { ...scale, meets: 'extends' } }),
      { field: 'meets' },
    ],
    [
      'how often a practice cycle is gone through, as numbers',
      withModule({ cycles: sampleCycles(2) }),
      { part: 'module', field: 'cycles', before: '1', after: '2' },
    ],
    [
      'how an example was judged',
      withModule({
        exemplars: exemplars.map((one) => ({
          ...one,
          criteria: one.criteria.map((judged) => ({ ...judged, comment: 'See line 2.' })),
        })),
      }),
      { part: 'judgement', within: 'A check in grade 4', field: 'comment', after: 'See line 2.' },
    ],
  ])('name %s', (_what, after, expected) => {
    const changes = changesTo(after);

    expect(changes[0]).toMatchObject(expected);
    expect(changes.filter(({ what, part }) => what === 'removed' && part === 'descriptor')).toEqual([]);
  });

  test('name the question that a repeated cycle begins with', () => {
    const changes = changesTo(withModule({ cycles: sampleCycles(2) }));

    expect(changes[1]).toMatchObject({
      what: 'added',
      part: 'block',
      kind: 'prompt',
      after: 'What did you change, and why?',
    });
  });

  test.each<[string, PathwayContent, { key: string; what: string; moved: boolean }[]]>([
    [
      'added',
      samplePathway(4, { completes: BEFORE.completes }),
      [{ key: sampleKey(4), what: 'added', moved: false }],
    ],
    [
      'removed',
      samplePathway(2, { completes: BEFORE.completes }),
      [{ key: sampleKey(3), what: 'removed', moved: false }],
    ],
    [
      'moved to the front',
      samplePathway(3, { modules: [sampleModule(3), sampleModule(1), sampleModule(2)] }),
      [{ key: sampleKey(3), what: 'changed', moved: true }],
    ],
  ])('name a module that was %s', (_what, after, expected) => {
    const { pathway, modules } = diffContent(BEFORE, after);

    expect(pathway).toEqual([]);
    expect(modules.map(({ key, what, moved }) => ({ key, what, moved }))).toEqual(expected);
  });
});
